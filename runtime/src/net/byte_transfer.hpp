// Reading and writing bytes with the system calls of one kind of descriptor.
#pragma once

#include <cstddef>
#include <span>

#include "net/transfer.hpp"
#include "support/io_vectors.hpp"

namespace ferry::detail {

/// The calls are made by what these give: `Calls::receive(fd, memory)`, `Calls::send(fd, data)` and
/// `Calls::send_all(fd, vectors)`. `who` waits: a direction or a waiter.
template <class Calls>
class ByteTransfer {
 public:
  template <class Who>
  static Poll<io::Result<void>> read(const IoSource& source, Who&& who, Context& cx, io::ReadBuf& buf) {
    return poll_fill(source, who, cx, buf,
                     [&](std::span<std::byte> memory) { return Calls::receive(source.fd(), memory); });
  }
  template <class Who>
  static Poll<io::Result<std::size_t>> write(const IoSource& source, Who&& who, Context& cx,
                                             std::span<const std::byte> data) {
    return poll_transfer(source, who, cx, data.size(), Calls::send(source.fd(), data));
  }
  template <class Who>
  static Poll<io::Result<std::size_t>> write_vectored(const IoSource& source, Who&& who, Context& cx,
                                                      std::span<const std::span<const std::byte>> pieces) {
    IoVectors vectors(pieces);
    return poll_transfer(source, who, cx, vectors.size_bytes(), Calls::send_all(source.fd(), vectors));
  }
};

}  // namespace ferry::detail
