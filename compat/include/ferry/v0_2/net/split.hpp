// The two halves of a stream: 0.2's, which read in both ways.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/split.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>
#include <ferry/v0_2/net/unix_stream.hpp>

// `Stream` is v0_2::net::TcpStream or v0_2::net::UnixStream. The stream that `as_ref` gives is what 1.x has:
// for what it has no function for, see <ferry/compat/socket_options.hpp>.
namespace ferry::v0_2::net {

/// A half of 1.x that reads, which peeks as those of 0.2 did: by whom it has for itself.
template <class Self, class Modern>
class PeekingHalf : public io::detail::Legacy<Self, Modern> {
 public:
  /// Cancelling: safe. See TcpStream::peek.
  [[nodiscard]] auto peek(ferry::io::MutableBytes buffer) noexcept { return Modern::peek(buffer); }
  Poll<ferry::io::Result<std::size_t>> poll_peek(Context& cx, std::span<std::byte> buffer) {
    return Modern::poll_peek(cx, buffer);
  }
  Poll<ferry::io::Result<std::size_t>> poll_peek(Context& cx, ferry::io::ReadBuf& buf) {
    return Modern::poll_peek(cx, buf);
  }

 protected:
  explicit PeekingHalf(Modern half) noexcept : io::detail::Legacy<Self, Modern>(std::move(half)) {}
};

/// Reads from a stream that is borrowed. Tokio: 0.2's `net::tcp::ReadHalf`, `net::unix::ReadHalf`.
template <class Stream>
class StreamReadHalf
    : public PeekingHalf<StreamReadHalf<Stream>, ferry::net::StreamReadHalf<typename Stream::Modern>> {
  using Modern = ferry::net::StreamReadHalf<typename Stream::Modern>;

 public:
  /// For `split` and `compat::into_legacy`.
  explicit StreamReadHalf(Modern half) noexcept : PeekingHalf<StreamReadHalf, Modern>(half) {}
};

/// Writes to a stream that is borrowed. Tokio: 0.2's `net::tcp::WriteHalf`, `net::unix::WriteHalf`.
template <class Stream>
class StreamWriteHalf : public io::detail::Legacy<StreamWriteHalf<Stream>,
                                                  ferry::net::StreamWriteHalf<typename Stream::Modern>> {
  using Modern = ferry::net::StreamWriteHalf<typename Stream::Modern>;

 public:
  /// For `split` and `compat::into_legacy`.
  explicit StreamWriteHalf(Modern half) noexcept
      : io::detail::Legacy<StreamWriteHalf, Modern>(std::move(half)) {}
};

template <class Stream>
class StreamReuniteError;

/// Reads from a stream that it owns together with an OwnedStreamWriteHalf. Tokio: 0.2's
/// `net::tcp::OwnedReadHalf`, `net::unix::OwnedReadHalf`.
template <class Stream>
class OwnedStreamReadHalf : public PeekingHalf<OwnedStreamReadHalf<Stream>,
                                               ferry::net::OwnedStreamReadHalf<typename Stream::Modern>> {
  using Modern = ferry::net::OwnedStreamReadHalf<typename Stream::Modern>;

 public:
  /// For `into_split` and `compat::into_legacy`.
  explicit OwnedStreamReadHalf(Modern half) noexcept
      : PeekingHalf<OwnedStreamReadHalf, Modern>(std::move(half)) {}

  /// Puts the halves of one stream together again; halves of different streams are given back in the error.
  /// Tokio: `OwnedReadHalf::reunite`.
  Result<Stream, StreamReuniteError<Stream>> reunite(OwnedStreamWriteHalf<Stream> other) &&;
};

/// Writes to a stream that it owns together with an OwnedStreamReadHalf. Destroying it shuts the output down,
/// unless it is given up with `forget`. Tokio: 0.2's `net::tcp::OwnedWriteHalf`, `net::unix::OwnedWriteHalf`.
template <class Stream>
class OwnedStreamWriteHalf
    : public io::detail::Legacy<OwnedStreamWriteHalf<Stream>,
                                ferry::net::OwnedStreamWriteHalf<typename Stream::Modern>> {
  using Modern = ferry::net::OwnedStreamWriteHalf<typename Stream::Modern>;

 public:
  /// For `into_split` and `compat::into_legacy`.
  explicit OwnedStreamWriteHalf(Modern half) noexcept
      : io::detail::Legacy<OwnedStreamWriteHalf, Modern>(std::move(half)) {}

  /// Puts the halves of one stream together again; halves of different streams are given back in the error.
  /// Tokio: `OwnedWriteHalf::reunite`.
  Result<Stream, StreamReuniteError<Stream>> reunite(OwnedStreamReadHalf<Stream> other) && {
    return std::move(other).reunite(std::move(*this));
  }
};

/// Two halves that do not belong together; copies share them. Tokio: 0.2's `net::tcp::ReuniteError`,
/// `net::unix::ReuniteError`.
template <class Stream>
class StreamReuniteError : public ferry::net::StreamReuniteError<typename Stream::Modern> {
  using Modern = ferry::net::StreamReuniteError<typename Stream::Modern>;

 public:
  using Halves = std::pair<OwnedStreamReadHalf<Stream>, OwnedStreamWriteHalf<Stream>>;

  StreamReuniteError() = default;
  explicit StreamReuniteError(Modern error) noexcept : Modern(std::move(error)) {}

  /// The halves; once.
  Halves into_halves() && {
    auto halves = static_cast<Modern&&>(*this).into_halves();
    return Halves(std::move(halves.first), std::move(halves.second));
  }
};

template <class Stream>
Result<Stream, StreamReuniteError<Stream>> OwnedStreamReadHalf<Stream>::reunite(
    OwnedStreamWriteHalf<Stream> other) && {
  auto reunited = static_cast<Modern&&>(*this).reunite(std::move(other));
  if (!reunited) return StreamReuniteError<Stream>(reunited.error());
  return Stream(*std::move(reunited));
}

}  // namespace ferry::v0_2::net
