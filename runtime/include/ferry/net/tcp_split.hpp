// The two halves of a TcpStream.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/io/members.hpp>
#include <ferry/net/tcp_stream.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// Reads from a stream that is borrowed. Tokio: `net::tcp::ReadHalf`.
class ReadHalf : public io::ReadMembers<ReadHalf> {
 public:
  explicit ReadHalf(const TcpStream& stream) noexcept : stream_(&stream) {}

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) const {
    return stream_->poll_read(cx, buf);
  }
  /// The whole stream, for its addresses, options and readiness.
  const TcpStream& as_ref() const noexcept { return *stream_; }

 private:
  const TcpStream* stream_;
};

/// Writes to a stream that is borrowed. Destroying it shuts nothing down. Tokio: `net::tcp::WriteHalf`.
class WriteHalf : public io::WriteMembers<WriteHalf> {
 public:
  explicit WriteHalf(const TcpStream& stream) noexcept : stream_(&stream) {}

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) const {
    return stream_->poll_write(cx, data);
  }
  Poll<io::Result<std::size_t>> poll_write_vectored(
      Context& cx, std::span<const std::span<const std::byte>> pieces) const {
    return stream_->poll_write_vectored(cx, pieces);
  }
  Poll<io::Result<void>> poll_flush(Context& cx) const { return stream_->poll_flush(cx); }
  Poll<io::Result<void>> poll_shutdown(Context& cx) const { return stream_->poll_shutdown(cx); }
  /// The whole stream, for its addresses, options and readiness.
  const TcpStream& as_ref() const noexcept { return *stream_; }

 private:
  const TcpStream* stream_;
};

class ReuniteError;

/// Reads from a stream that it owns together with an OwnedWriteHalf. Tokio: `net::tcp::OwnedReadHalf`.
class OwnedReadHalf : public io::ReadMembers<OwnedReadHalf> {
 public:
  OwnedReadHalf(OwnedReadHalf&&) noexcept = default;
  OwnedReadHalf& operator=(OwnedReadHalf&&) noexcept = default;

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) const {
    return stream_->poll_read(cx, buf);
  }
  /// The whole stream, for its addresses, options and readiness.
  const TcpStream& as_ref() const noexcept { return *stream_; }

  /// Puts the halves of one stream together again; halves of different streams are given back in the error.
  /// Tokio: `OwnedReadHalf::reunite`.
  Result<TcpStream, ReuniteError> reunite(OwnedWriteHalf other) &&;

 private:
  friend class TcpStream;
  explicit OwnedReadHalf(std::shared_ptr<TcpStream> stream) noexcept : stream_(std::move(stream)) {}

  std::shared_ptr<TcpStream> stream_;
};

/// Writes to a stream that it owns together with an OwnedReadHalf. Destroying it shuts the output down: the
/// peer sees the end. Tokio: `net::tcp::OwnedWriteHalf`.
class OwnedWriteHalf : public io::WriteMembers<OwnedWriteHalf> {
 public:
  OwnedWriteHalf(OwnedWriteHalf&& other) noexcept = default;
  OwnedWriteHalf& operator=(OwnedWriteHalf&& other) noexcept {
    std::swap(stream_, other.stream_);
    return *this;
  }
  ~OwnedWriteHalf();

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) const {
    return stream_->poll_write(cx, data);
  }
  Poll<io::Result<std::size_t>> poll_write_vectored(
      Context& cx, std::span<const std::span<const std::byte>> pieces) const {
    return stream_->poll_write_vectored(cx, pieces);
  }
  Poll<io::Result<void>> poll_flush(Context& cx) const { return stream_->poll_flush(cx); }
  Poll<io::Result<void>> poll_shutdown(Context& cx) const { return stream_->poll_shutdown(cx); }
  /// The whole stream, for its addresses, options and readiness.
  const TcpStream& as_ref() const noexcept { return *stream_; }

  /// Gives this half up without shutting the output down; the read half keeps the connection. Tokio:
  /// `forget`.
  void forget() && noexcept { stream_.reset(); }

 private:
  friend class TcpStream;
  friend class OwnedReadHalf;
  explicit OwnedWriteHalf(std::shared_ptr<TcpStream> stream) noexcept : stream_(std::move(stream)) {}

  std::shared_ptr<TcpStream> stream_;
};

/// Two halves that do not belong together; copies share them. Tokio: `net::tcp::ReuniteError`.
class ReuniteError {
 public:
  ReuniteError() = default;
  ReuniteError(OwnedReadHalf read, OwnedWriteHalf write)
      : halves_(std::make_shared<Halves>(std::move(read), std::move(write))) {}

  /// The halves; once.
  std::pair<OwnedReadHalf, OwnedWriteHalf> into_halves() && { return std::move(*halves_); }

 private:
  using Halves = std::pair<OwnedReadHalf, OwnedWriteHalf>;
  std::shared_ptr<Halves> halves_;
};

/// `.value()` of a failed `reunite`.
[[noreturn]] inline void throw_exception_from_error(const ReuniteError&, const boost::source_location&) {
  throw std::logic_error("OwnedReadHalf::reunite: the halves come from different streams");
}

}  // namespace ferry::net
