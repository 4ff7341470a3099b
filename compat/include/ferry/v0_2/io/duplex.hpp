// duplex: two connected streams in memory.
#pragma once

#include <cstddef>
#include <utility>

#include <ferry/io/duplex.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// One end of a pair of connected streams in memory. Writing to an end that was destroyed fails with EPIPE,
/// as in 1.x: in 0.2 such a write waited for ever. Tokio: 0.2's `io::DuplexStream`.
class DuplexStream : public detail::Legacy<DuplexStream, ferry::io::DuplexStream> {
 public:
  explicit DuplexStream(ferry::io::DuplexStream stream) noexcept
      : detail::Legacy<DuplexStream, ferry::io::DuplexStream>(std::move(stream)) {}
};

/// Two connected streams; each direction holds up to `max_size` bytes that are written and not yet read.
///
/// Tokio: `io::duplex`.
[[nodiscard]] inline std::pair<DuplexStream, DuplexStream> duplex(std::size_t max_size) {
  auto ends = ferry::io::duplex(max_size);
  return {DuplexStream(std::move(ends.first)), DuplexStream(std::move(ends.second))};
}

}  // namespace ferry::v0_2::io
