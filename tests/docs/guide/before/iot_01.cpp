#include <algorithm>
#include <cstddef>
#include <span>

#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/task.hpp>

namespace rt = ferry::v0_2;

// [guide]
class Zeros {
 public:
  rt::Poll<rt::io::Result<std::size_t>> poll_read(rt::Context&, std::span<std::byte> buffer) {
    std::ranges::fill(buffer, std::byte{0});
    return buffer.size();
  }
};
// [guide]
