// The functions of io as members, for types that are read from and written to.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <ferry/io/read.hpp>
#include <ferry/io/write.hpp>

namespace ferry::io {

/// Members that read, for a `Self` with `poll_read() const`. The futures borrow the object and the buffer.
template <class Self>
class ReadMembers {
 public:
  /// Cancelling: safe. See io::read.
  [[nodiscard]] auto read(MutableBytes buffer) const noexcept { return io::read(self(), buffer); }
  /// Cancelling: not safe. See io::read_exact.
  [[nodiscard]] auto read_exact(MutableBytes buffer) const noexcept { return io::read_exact(self(), buffer); }
  /// Cancelling: what was read stays in `bytes`. See io::read_to_end.
  template <ByteLike B, class Allocator>
  [[nodiscard]] auto read_to_end(std::vector<B, Allocator>& bytes) const noexcept {
    return io::read_to_end(self(), bytes);
  }
  /// Cancelling: not safe. See io::read_to_string.
  [[nodiscard]] auto read_to_string(std::string& text) const noexcept {
    return io::read_to_string(self(), text);
  }

 private:
  friend Self;
  ReadMembers() = default;
  const Self& self() const noexcept { return static_cast<const Self&>(*this); }
};

/// Members that write, for a `Self` with `poll_write() const`, ... The futures borrow the object and the
/// data.
template <class Self>
class WriteMembers {
 public:
  /// Cancelling: safe. See io::write.
  [[nodiscard]] auto write(ConstBytes data) const noexcept { return io::write(self(), data); }
  /// Cancelling: safe. See io::write_vectored.
  [[nodiscard]] auto write_vectored(std::span<const std::span<const std::byte>> pieces) const noexcept {
    return io::write_vectored(self(), pieces);
  }
  /// Cancelling: not safe. See io::write_all.
  [[nodiscard]] auto write_all(ConstBytes data) const noexcept { return io::write_all(self(), data); }
  /// Cancelling: safe. See io::flush.
  [[nodiscard]] auto flush() const noexcept { return io::flush(self()); }
  /// Cancelling: safe. See io::shutdown.
  [[nodiscard]] auto shutdown() const noexcept { return io::shutdown(self()); }

 private:
  friend Self;
  WriteMembers() = default;
  const Self& self() const noexcept { return static_cast<const Self&>(*this); }
};

}  // namespace ferry::io
