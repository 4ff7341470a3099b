// duplex: two streams connected to each other in memory.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// One end of a pair of connected streams. What one end writes, the other reads, in both directions.
///
/// Destroying an end, or shutting it down, gives the other end the end of the input once it has read
/// everything; writing to an end that was destroyed fails with EPIPE.
///
/// Thread safety: the two ends may be used on different threads; each is owned by one task at a time.
/// Tokio: `io::DuplexStream`.
class DuplexStream {
 public:
  DuplexStream(DuplexStream&&) noexcept;
  DuplexStream& operator=(DuplexStream&&) noexcept;
  ~DuplexStream();

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf);
  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data);
  Poll<Result<void>> poll_flush(Context& cx);
  Poll<Result<void>> poll_shutdown(Context& cx);

 private:
  class Pipe;
  friend std::pair<DuplexStream, DuplexStream> duplex(std::size_t max_size);
  DuplexStream(std::shared_ptr<Pipe> input, std::shared_ptr<Pipe> output) noexcept;
  void close() noexcept;

  std::shared_ptr<Pipe> input_;
  std::shared_ptr<Pipe> output_;
};

/// Two connected streams; each direction holds up to `max_size` bytes that are written and not yet read.
///
/// Tokio: `io::duplex`.
std::pair<DuplexStream, DuplexStream> duplex(std::size_t max_size);

}  // namespace ferry::io
