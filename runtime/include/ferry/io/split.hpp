// split: any stream as a reader and a writer that two tasks may own.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

template <class RW>
class WriteHalf;

namespace detail {

/// A stream that is polled by one task at a time.
template <class RW>
class SplitStream {
 public:
  explicit SplitStream(RW&& stream)
      : stream_(std::move(stream)), is_write_vectored_(io::is_write_vectored(stream_)) {}

  template <class F>
  auto poll(F&& f) {
    std::lock_guard lock(mutex_);
    return f(stream_);
  }
  bool is_write_vectored() const noexcept { return is_write_vectored_; }
  RW into_inner() && { return std::move(stream_); }

 private:
  std::mutex mutex_;
  RW stream_;
  const bool is_write_vectored_;
};

}  // namespace detail

/// Reads from a stream that it owns together with a WriteHalf.
///
/// Thread safety: the halves may be used on different threads; each is used by one task at a time.
/// Tokio: `io::ReadHalf`.
template <class RW>
class ReadHalf : public ReadMembersMut<ReadHalf<RW>> {
 public:
  explicit ReadHalf(std::shared_ptr<detail::SplitStream<RW>> stream) noexcept : stream_(std::move(stream)) {}

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) {
    return stream_->poll([&](RW& stream) { return stream.poll_read(cx, buf); });
  }

  /// Whether both come from one stream. Tokio: `ReadHalf::is_pair_of`.
  bool is_pair_of(const WriteHalf<RW>& other) const noexcept { return stream_ == other.stream_; }

  /// Puts the halves of one stream together again.
  ///
  /// Throws: std::logic_error when they are not; they are lost then.
  /// Tokio: `ReadHalf::unsplit`.
  RW unsplit(WriteHalf<RW> other) && {
    if (!is_pair_of(other))
      throw std::logic_error("ReadHalf::unsplit: the halves come from different streams");
    return std::move(*stream_).into_inner();
  }

 private:
  friend WriteHalf<RW>;
  std::shared_ptr<detail::SplitStream<RW>> stream_;
};

/// Writes to a stream that it owns together with a ReadHalf. Destroying it shuts nothing down.
///
/// Thread safety: the halves may be used on different threads; each is used by one task at a time.
/// Tokio: `io::WriteHalf`.
template <class RW>
class WriteHalf : public WriteMembersMut<WriteHalf<RW>> {
 public:
  explicit WriteHalf(std::shared_ptr<detail::SplitStream<RW>> stream) noexcept : stream_(std::move(stream)) {}

  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    return stream_->poll([&](RW& stream) { return stream.poll_write(cx, data); });
  }
  Poll<Result<std::size_t>> poll_write_vectored(Context& cx,
                                                std::span<const std::span<const std::byte>> pieces) {
    return stream_->poll([&](RW& stream) { return io::poll_write_vectored(stream, cx, pieces); });
  }
  bool is_write_vectored() const noexcept { return stream_->is_write_vectored(); }
  Poll<Result<void>> poll_flush(Context& cx) {
    return stream_->poll([&](RW& stream) { return stream.poll_flush(cx); });
  }
  Poll<Result<void>> poll_shutdown(Context& cx) {
    return stream_->poll([&](RW& stream) { return stream.poll_shutdown(cx); });
  }

  /// Whether both come from one stream. Tokio: `WriteHalf::is_pair_of`.
  bool is_pair_of(const ReadHalf<RW>& other) const noexcept { return stream_ == other.stream_; }

 private:
  friend ReadHalf<RW>;
  std::shared_ptr<detail::SplitStream<RW>> stream_;
};

/// Divides `stream`, which is moved in, into a reader and a writer. A stream that has a `split` or
/// `into_split` of its own, as a TcpStream has, is better divided by that: it costs no lock.
///
/// Cost: one allocation; a lock around each poll.
/// Tokio: `io::split`.
template <class RW>
  requires(AsyncRead<RW> && AsyncWrite<RW> && !std::is_reference_v<RW>)
[[nodiscard]] std::pair<ReadHalf<RW>, WriteHalf<RW>> split(RW&& stream) {
  auto shared = std::make_shared<detail::SplitStream<RW>>(std::move(stream));
  return {ReadHalf<RW>(shared), WriteHalf<RW>(shared)};
}

}  // namespace ferry::io
