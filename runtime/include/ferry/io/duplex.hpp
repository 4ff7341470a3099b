// simplex and duplex: streams in memory, in one direction and in both.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/join.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>

namespace ferry::io {
namespace detail {
class Pipe;
}

/// Reads what its SimplexWriter writes. Destroying it makes the other's writes fail with EPIPE.
///
/// Thread safety: the two ends may be used on different threads; each is used by one task at a time.
/// Tokio: `tokio_util::io::simplex::Receiver`.
class SimplexReader : public ReadMembersMut<SimplexReader> {
 public:
  SimplexReader(SimplexReader&&) noexcept = default;
  SimplexReader& operator=(SimplexReader&& other) noexcept {
    std::swap(pipe_, other.pipe_);
    return *this;
  }
  ~SimplexReader();

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf);

 private:
  friend std::pair<SimplexReader, class SimplexWriter> simplex(std::size_t max_size);
  explicit SimplexReader(std::shared_ptr<detail::Pipe> pipe) noexcept : pipe_(std::move(pipe)) {}

  std::shared_ptr<detail::Pipe> pipe_;
};

/// Writes what its SimplexReader reads. Destroying it, or shutting it down, gives the other the end of the
/// input once it has read everything. After that writing and flushing fail with EPIPE.
///
/// Thread safety: the two ends may be used on different threads; each is used by one task at a time.
/// Tokio: `tokio_util::io::simplex::Sender`.
class SimplexWriter : public WriteMembersMut<SimplexWriter> {
 public:
  SimplexWriter(SimplexWriter&&) noexcept = default;
  SimplexWriter& operator=(SimplexWriter&& other) noexcept {
    std::swap(pipe_, other.pipe_);
    return *this;
  }
  ~SimplexWriter();

  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data);
  Poll<Result<std::size_t>> poll_write_vectored(Context& cx,
                                                std::span<const std::span<const std::byte>> pieces);
  Poll<Result<void>> poll_flush(Context& cx);
  Poll<Result<void>> poll_shutdown(Context& cx);

 private:
  friend std::pair<SimplexReader, SimplexWriter> simplex(std::size_t max_size);
  explicit SimplexWriter(std::shared_ptr<detail::Pipe> pipe) noexcept : pipe_(std::move(pipe)) {}

  std::shared_ptr<detail::Pipe> pipe_;
};

/// A pipe that holds up to `max_size` bytes that are written and not yet read.
///
/// Cost: one allocation for the pipe, and one of `max_size` bytes.
/// Tokio: `io::simplex`, whose halves do not notice when the other is gone, and `tokio_util::io::simplex`.
[[nodiscard]] std::pair<SimplexReader, SimplexWriter> simplex(std::size_t max_size);

/// Both ends of a pipe in one object: gives back what was written to it. Its ends are had with `into_inner`.
/// Tokio: `io::SimplexStream`.
class SimplexStream : public Join<SimplexReader, SimplexWriter> {
 public:
  /// Holds up to `max_size` bytes. Tokio: `SimplexStream::new_unsplit`.
  static SimplexStream new_unsplit(std::size_t max_size);

 private:
  using Join::Join;
};

/// One end of a pair of connected streams. What one end writes, the other reads, in both directions.
///
/// Destroying an end, or shutting it down, gives the other end the end of the input once it has read
/// everything; writing to an end that was destroyed fails with EPIPE.
///
/// Thread safety: the two ends may be used on different threads; each is owned by one task at a time.
/// Tokio: `io::DuplexStream`.
class DuplexStream : public ReadMembersMut<DuplexStream>, public WriteMembersMut<DuplexStream> {
 public:
  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) { return input_.poll_read(cx, buf); }
  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    return output_.poll_write(cx, data);
  }
  Poll<Result<std::size_t>> poll_write_vectored(Context& cx,
                                                std::span<const std::span<const std::byte>> pieces) {
    return output_.poll_write_vectored(cx, pieces);
  }
  /// Always ready: what is written can be read at once.
  Poll<Result<void>> poll_flush(Context&) { return Result<void>(); }
  Poll<Result<void>> poll_shutdown(Context& cx) { return output_.poll_shutdown(cx); }

 private:
  friend std::pair<DuplexStream, DuplexStream> duplex(std::size_t max_size);
  DuplexStream(SimplexReader input, SimplexWriter output) noexcept
      : input_(std::move(input)), output_(std::move(output)) {}

  SimplexReader input_;
  SimplexWriter output_;
};

/// Two connected streams; each direction holds up to `max_size` bytes that are written and not yet read.
///
/// Tokio: `io::duplex`.
[[nodiscard]] std::pair<DuplexStream, DuplexStream> duplex(std::size_t max_size);

}  // namespace ferry::io
