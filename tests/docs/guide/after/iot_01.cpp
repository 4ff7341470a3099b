#include <algorithm>
#include <cstddef>
#include <span>

#include <ferry/io.hpp>
#include <ferry/task.hpp>

namespace rt = ferry;

// [guide]
class Zeros {
 public:
  rt::Poll<rt::io::Result<void>> poll_read(rt::Context&, rt::io::ReadBuf& read_buf) {
    return rt::io::read_with(read_buf,
                             [&](std::span<std::byte> buffer) -> rt::Poll<rt::io::Result<std::size_t>> {
                               std::ranges::fill(buffer, std::byte{0});
                               return buffer.size();
                             });
  }
};
// [guide]
