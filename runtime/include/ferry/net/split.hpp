// The two halves of a stream socket: borrowed from it, or owning it together.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/future.hpp>
#include <ferry/io/buf_mut.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/interest.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/stream_socket.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// What both kinds of read halves do, for a `Half` with `as_ref()`.
template <class Half, class Stream>
class ReadHalfMembers {
 public:
  using ReadWaiter = StreamSocket::ReadWaiter;

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) const { return get().poll_read(cx, buf); }
  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf, ReadWaiter& waiter) const {
    return get().poll_read(cx, buf, waiter);
  }

  /// Cancelling: safe. See StreamSocket::peek.
  [[nodiscard]] auto peek(io::MutableBytes buffer) const noexcept { return get().peek(buffer); }
  Poll<io::Result<std::size_t>> poll_peek(Context& cx, std::span<std::byte> buffer) const {
    return get().poll_peek(cx, buffer);
  }
  Poll<io::Result<std::size_t>> poll_peek(Context& cx, io::ReadBuf& buf) const {
    return get().poll_peek(cx, buf);
  }
  /// Cancelling: safe. See Socket::readable.
  auto readable() const noexcept { return get().readable(); }
  /// Cancelling: safe. See Socket::ready.
  auto ready(io::Interest interest) const noexcept { return get().ready(interest); }

  /// See StreamSocket::try_read.
  io::Result<std::size_t> try_read(io::MutableBytes buffer) const { return get().try_read(buffer); }
  template <io::BufMut B>
  io::Result<std::size_t> try_read_buf(B& buf) const {
    return get().try_read_buf(buf);
  }
  io::Result<std::size_t> try_read_vectored(std::span<const std::span<std::byte>> buffers) const {
    return get().try_read_vectored(buffers);
  }

  auto local_addr() const { return get().local_addr(); }
  auto peer_addr() const { return get().peer_addr(); }

 private:
  friend Half;
  ReadHalfMembers() = default;
  const Stream& get() const noexcept { return static_cast<const Half&>(*this).as_ref(); }
};

/// What both kinds of write halves do, for a `Half` with `as_ref()`.
template <class Half, class Stream>
class WriteHalfMembers {
 public:
  using WriteWaiter = StreamSocket::WriteWaiter;

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) const {
    return get().poll_write(cx, data);
  }
  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data,
                                           WriteWaiter& waiter) const {
    return get().poll_write(cx, data, waiter);
  }
  Poll<io::Result<std::size_t>> poll_write_vectored(
      Context& cx, std::span<const std::span<const std::byte>> pieces) const {
    return get().poll_write_vectored(cx, pieces);
  }
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces,
                                                    WriteWaiter& waiter) const {
    return get().poll_write_vectored(cx, pieces, waiter);
  }
  Poll<io::Result<void>> poll_flush(Context& cx) const { return get().poll_flush(cx); }
  Poll<io::Result<void>> poll_shutdown(Context& cx) const { return get().poll_shutdown(cx); }

  /// Cancelling: safe. See Socket::writable.
  auto writable() const noexcept { return get().writable(); }
  /// Cancelling: safe. See Socket::ready.
  auto ready(io::Interest interest) const noexcept { return get().ready(interest); }

  /// See StreamSocket::try_write.
  io::Result<std::size_t> try_write(io::ConstBytes data) const { return get().try_write(data); }
  io::Result<std::size_t> try_write_vectored(std::span<const std::span<const std::byte>> pieces) const {
    return get().try_write_vectored(pieces);
  }

  auto local_addr() const { return get().local_addr(); }
  auto peer_addr() const { return get().peer_addr(); }

 private:
  friend Half;
  WriteHalfMembers() = default;
  const Stream& get() const noexcept { return static_cast<const Half&>(*this).as_ref(); }
};

/// Reads from a stream that is borrowed. Tokio: `net::tcp::ReadHalf`, `net::unix::ReadHalf`.
template <class Stream>
class StreamReadHalf : public ReadHalfMembers<StreamReadHalf<Stream>, Stream>,
                       public io::ReadMembers<StreamReadHalf<Stream>> {
 public:
  explicit StreamReadHalf(const Stream& stream) noexcept : stream_(&stream) {}

  /// The whole stream.
  const Stream& as_ref() const noexcept { return *stream_; }

 private:
  const Stream* stream_;
};

/// Writes to a stream that is borrowed. Destroying it shuts nothing down. Tokio: `net::tcp::WriteHalf`,
/// `net::unix::WriteHalf`.
template <class Stream>
class StreamWriteHalf : public WriteHalfMembers<StreamWriteHalf<Stream>, Stream>,
                        public io::WriteMembers<StreamWriteHalf<Stream>> {
 public:
  explicit StreamWriteHalf(const Stream& stream) noexcept : stream_(&stream) {}

  /// The whole stream.
  const Stream& as_ref() const noexcept { return *stream_; }

 private:
  const Stream* stream_;
};

template <class Stream>
class StreamReuniteError;

/// Reads from a stream that it owns together with an OwnedStreamWriteHalf. Tokio: `net::tcp::OwnedReadHalf`,
/// `net::unix::OwnedReadHalf`.
template <class Stream>
class OwnedStreamReadHalf : public ReadHalfMembers<OwnedStreamReadHalf<Stream>, Stream>,
                            public io::ReadMembers<OwnedStreamReadHalf<Stream>> {
 public:
  OwnedStreamReadHalf(OwnedStreamReadHalf&&) noexcept = default;
  OwnedStreamReadHalf& operator=(OwnedStreamReadHalf&&) noexcept = default;

  /// The whole stream.
  const Stream& as_ref() const noexcept { return *stream_; }

  /// Puts the halves of one stream together again; halves of different streams are given back in the error.
  /// Tokio: `OwnedReadHalf::reunite`.
  Result<Stream, StreamReuniteError<Stream>> reunite(OwnedStreamWriteHalf<Stream> other) &&;

 private:
  friend Stream;
  friend class OwnedStreamWriteHalf<Stream>;
  explicit OwnedStreamReadHalf(std::shared_ptr<Stream> stream) noexcept : stream_(std::move(stream)) {}

  std::shared_ptr<Stream> stream_;
};

/// Writes to a stream that it owns together with an OwnedStreamReadHalf. Destroying it shuts the output down:
/// the peer sees the end. Tokio: `net::tcp::OwnedWriteHalf`, `net::unix::OwnedWriteHalf`.
template <class Stream>
class OwnedStreamWriteHalf : public WriteHalfMembers<OwnedStreamWriteHalf<Stream>, Stream>,
                             public io::WriteMembers<OwnedStreamWriteHalf<Stream>> {
 public:
  OwnedStreamWriteHalf(OwnedStreamWriteHalf&&) noexcept = default;
  OwnedStreamWriteHalf& operator=(OwnedStreamWriteHalf&& other) noexcept {
    std::swap(stream_, other.stream_);
    return *this;
  }
  ~OwnedStreamWriteHalf() {
    if (stream_ == nullptr) return;
    Context cx(Waker::noop());
    // A connection that is gone already has nothing to shut down.
    static_cast<void>(stream_->poll_shutdown(cx));
  }

  /// The whole stream.
  const Stream& as_ref() const noexcept { return *stream_; }

  /// Puts the halves of one stream together again; halves of different streams are given back in the error.
  /// Tokio: `OwnedWriteHalf::reunite`.
  Result<Stream, StreamReuniteError<Stream>> reunite(OwnedStreamReadHalf<Stream> other) && {
    return std::move(other).reunite(std::move(*this));
  }

  /// Gives this half up without shutting the output down; the read half keeps the connection. Tokio:
  /// `forget`.
  void forget() && noexcept { stream_.reset(); }

 private:
  friend Stream;
  friend class OwnedStreamReadHalf<Stream>;
  explicit OwnedStreamWriteHalf(std::shared_ptr<Stream> stream) noexcept : stream_(std::move(stream)) {}

  std::shared_ptr<Stream> stream_;
};

/// Two halves that do not belong together; copies share them. Tokio: `net::tcp::ReuniteError`,
/// `net::unix::ReuniteError`.
template <class Stream>
class StreamReuniteError {
 public:
  using Halves = std::pair<OwnedStreamReadHalf<Stream>, OwnedStreamWriteHalf<Stream>>;

  StreamReuniteError() = default;
  StreamReuniteError(OwnedStreamReadHalf<Stream> read, OwnedStreamWriteHalf<Stream> write)
      : halves_(std::make_shared<Halves>(std::move(read), std::move(write))) {}

  /// The halves; once.
  Halves into_halves() && { return std::move(*halves_); }

 private:
  std::shared_ptr<Halves> halves_;
};

/// `.value()` of a failed `reunite`.
template <class Stream>
[[noreturn]] void throw_exception_from_error(const StreamReuniteError<Stream>&,
                                             const boost::source_location&) {
  throw std::logic_error("reunite: the halves come from different streams");
}

template <class Stream>
Result<Stream, StreamReuniteError<Stream>> OwnedStreamReadHalf<Stream>::reunite(
    OwnedStreamWriteHalf<Stream> other) && {
  if (stream_ != other.stream_) return StreamReuniteError<Stream>(std::move(*this), std::move(other));
  other.stream_.reset();
  const std::shared_ptr<Stream> stream = std::move(stream_);
  return std::move(*stream);
}

}  // namespace ferry::net
