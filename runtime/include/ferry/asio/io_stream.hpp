// IoStream: one of Asio's streams as a reader and a writer.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <ferry/asio/use_task.hpp>
#include <ferry/detail/asio_stream_wakers.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/future.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>

namespace ferry::detail {

/// An operation of a stream, from its start until it was seen to end. It does not move.
///
/// Cancelling: as the operation it holds.
template <class F>
class AsioPending {
 public:
  using Output = FutureOutput<F>;

  template <class Make>
  explicit AsioPending(std::in_place_t, Make&& make) : future_(std::forward<Make>(make)()) {}
  Poll<Output> poll(Context& cx) { return future_.poll(cx); }
  void cancel() noexcept { future_.cancel(); }

 private:
  F future_;
};

template <class Stream>
using AsioRead = decltype(std::declval<Stream&>().async_read_some(std::declval<boost::asio::mutable_buffer>(),
                                                                  asio::use_task));
template <class Stream>
using AsioWrite = decltype(boost::asio::async_write(
    std::declval<Stream&>(), std::declval<boost::asio::const_buffer>(), asio::use_task));

/// A stream that says good-bye to its peer, as one of TLS does.
template <class Stream>
concept AsioShutsDown = requires(Stream& stream) { stream.async_shutdown(asio::use_task); };
template <class Stream>
struct AsioShutdown {
  using Type = PollFn<Poll<io::Result<void>> (*)(Context&)>;  // never made
};
template <AsioShutsDown Stream>
struct AsioShutdown<Stream> {
  using Type = decltype(std::declval<Stream&>().async_shutdown(asio::use_task));
};

/// A stream, the operations that are under way, and the memory that these use.
template <class Stream>
class IoStreamState {
 public:
  template <class... Args>
  explicit IoStreamState(std::in_place_t, Args&&... args) : stream(std::forward<Args>(args)...) {}
  IoStreamState(const IoStreamState&) = delete;
  IoStreamState& operator=(const IoStreamState&) = delete;

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) {
    if (buf.remaining() == 0) return io::Result<void>();
    if (must_yield(cx)) return pending;
    wakers_->reader.register_waker(cx.waker());
    move_write_along();
    if (input_.empty() && !is_at_end_) {
      if (!move_shutdown_along()) return pending;
      if (!reading_) start_read();
      if (!move_read_along()) return pending;
      if (io::Error error = std::exchange(read_error_, {})) return io::Result<void>(error);
    }
    const std::size_t size = std::min(input_.size(), buf.remaining());
    buf.put_slice(input_.first(size));
    input_ = input_.subspan(size);
    spend_budget(cx);
    return io::Result<void>();
  }

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    if (must_yield(cx)) return pending;
    const Poll<io::Result<void>> flushed = poll_flush(cx);
    if (flushed.is_pending()) return pending;
    if (!*flushed) return io::Result<std::size_t>((*flushed).error());
    const std::size_t size = std::min(data.size(), output_memory_.size());
    if (size != 0) {
      std::memcpy(output_memory_.data(), data.data(), size);
      writing_.emplace(std::in_place, [&] {
        const boost::asio::const_buffer output(output_memory_.data(), size);
        return boost::asio::async_write(stream, output, asio::use_task);
      });
      move_write_along();
    }
    spend_budget(cx);
    return io::Result<std::size_t>(size);
  }

  Poll<io::Result<void>> poll_flush(Context& cx) {
    wakers_->writer.register_waker(cx.waker());
    move_read_along();
    if (!move_write_along()) return pending;
    if (io::Error error = std::exchange(write_error_, {})) return io::Result<void>(error);
    return io::Result<void>();
  }

  Poll<io::Result<void>> poll_shutdown(Context& cx) {
    Poll<io::Result<void>> flushed = poll_flush(cx);
    if (flushed.is_pending() || !*flushed) return flushed;
    if (!is_shut_down_) {
      is_shut_down_ = true;
      if constexpr (AsioShutsDown<Stream>) {
        stop_read();
        shutting_down_.emplace(std::in_place, [this] { return stream.async_shutdown(asio::use_task); });
      } else {
        end_output(shutdown_error_);
      }
    }
    if (!move_shutdown_along()) return pending;
    if (io::Error error = std::exchange(shutdown_error_, {})) return io::Result<void>(error);
    return io::Result<void>();
  }

  Stream stream;

 private:
  static constexpr std::size_t kSize = 16 * 1024;  // as much as one record of TLS

  void start_read() {
    reading_.emplace(std::in_place, [this] {
      const boost::asio::mutable_buffer input(input_memory_.data(), input_memory_.size());
      return stream.async_read_some(input, asio::use_task);
    });
  }
  // Asio's TLS gets two operations wrong that want to read at once: the second one may say that it was
  // aborted when it was not. So a read ends before a shutdown begins, and the next one begins when that has
  // ended.
  void stop_read() {
    if (!reading_) return;
    reading_->cancel();
    move_read_along();
    if (read_error_ == boost::asio::error::operation_aborted) read_error_ = {};
  }
  void end_output(io::Error& error) {
    if constexpr (requires { stream.lowest_layer().shutdown(stream.lowest_layer().shutdown_send, error); })
      stream.lowest_layer().shutdown(stream.lowest_layer().shutdown_send, error);
    else if constexpr (requires { stream.socket().shutdown(stream.socket().shutdown_send, error); })
      stream.socket().shutdown(stream.socket().shutdown_send, error);
  }

  // Each is false while an operation is under way.
  bool move_read_along() {
    if (!reading_) return true;
    Context both(both_);
    auto polled = reading_->poll(both);
    if (polled.is_pending()) return false;
    reading_.reset();
    if (*polled)
      input_ = std::span<const std::byte>(input_memory_).first(**polled);
    else if ((*polled).error() == boost::asio::error::eof)
      is_at_end_ = true;
    else
      read_error_ = (*polled).error();
    return true;
  }
  bool move_write_along() {
    if (!writing_) return true;
    Context both(both_);
    auto polled = writing_->poll(both);
    if (polled.is_pending()) return false;
    writing_.reset();
    if (!*polled) write_error_ = (*polled).error();
    return true;
  }

  bool move_shutdown_along() {
    if constexpr (AsioShutsDown<Stream>) {
      if (!shutting_down_) return true;
      Context both(both_);
      auto polled = shutting_down_->poll(both);
      if (polled.is_pending()) return false;
      shutting_down_.reset();
      if (!*polled) shutdown_error_ = (*polled).error();
    }
    return true;
  }

  StreamWakers* wakers_ = nullptr;  // owned by both_
  const Waker both_ = StreamWakers::make(wakers_);

  std::array<std::byte, kSize> input_memory_;
  std::span<const std::byte> input_;  // what has not been taken yet
  bool is_at_end_ = false;
  io::Error read_error_;

  std::array<std::byte, kSize> output_memory_;
  io::Error write_error_;
  bool is_shut_down_ = false;  // or is being shut down
  io::Error shutdown_error_;

  // Destroyed first: they use what is above.
  std::optional<AsioPending<AsioRead<Stream>>> reading_;
  std::optional<AsioPending<AsioWrite<Stream>>> writing_;
  std::optional<AsioPending<typename AsioShutdown<Stream>::Type>> shutting_down_;
};

}  // namespace ferry::detail

namespace ferry::asio {

/// A stream of Asio's, such as `ssl::stream`, as a reader and a writer: what `io` and everything over it
/// takes, `io::copy` and `io::read_exact` for example.
///
/// It has memory of its own for what it reads ahead and for what it has been given to write, so giving up
/// what awaits it loses nothing: the stream's operation goes on, and serves who comes next. A write is
/// complete when it is in that memory, and on its way: `flush` says that all of it has been written, and an
/// error of a write comes with the next one or with `flush`. Who reads moves writes along, and the other way
/// round.
///
/// Shutting down ends the output of a socket. One of TLS says good-bye, and is at its end when the peer has
/// answered: nothing can be read then.
///
/// Errors: those of the stream. An end that the peer of a TLS stream has not announced is
/// `ssl::error::stream_truncated`.
/// Thread safety: belongs to one task at a time. Destroying it cancels what is under way: see asio::use_task.
/// Cost: 32 KiB; each byte is copied once.
template <class Stream>
class IoStream {
 public:
  explicit IoStream(Stream stream)
      : state_(std::make_unique<detail::IoStreamState<Stream>>(std::in_place, std::move(stream))) {}
  /// Makes the stream from `args`.
  template <class... Args>
  explicit IoStream(std::in_place_t, Args&&... args)
      : state_(std::make_unique<detail::IoStreamState<Stream>>(std::in_place, std::forward<Args>(args)...)) {}

  /// For its options and addresses, and for a handshake before anything is read or written here.
  Stream& stream() noexcept { return state_->stream; }
  const Stream& stream() const noexcept { return state_->stream; }

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) { return state_->poll_read(cx, buf); }
  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    return state_->poll_write(cx, data);
  }
  Poll<io::Result<void>> poll_flush(Context& cx) { return state_->poll_flush(cx); }
  Poll<io::Result<void>> poll_shutdown(Context& cx) { return state_->poll_shutdown(cx); }

 private:
  std::unique_ptr<detail::IoStreamState<Stream>> state_;
};

}  // namespace ferry::asio
