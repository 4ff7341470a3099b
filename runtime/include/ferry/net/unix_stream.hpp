// UnixStream: a connection between processes of one machine.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/future.hpp>
#include <ferry/net/stream_socket.hpp>
#include <ferry/net/ucred.hpp>
#include <ferry/net/unix_addr.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// A connection over a Unix domain socket. See StreamSocket for all that is common to streams.
///
/// Tokio: `net::UnixStream`.
class UnixStream : public StreamSocket {
 public:
  class Connect;

  /// Connects to the socket that listens at `path`.
  ///
  /// Errors: ENOENT; ECONNREFUSED when nobody listens; EAGAIN when too many wait to be accepted, which Linux
  /// does not let one wait for.
  /// Throws: std::logic_error, when polled outside a runtime or in one built without I/O.
  /// Cancelling: safe; gives the attempt up.
  /// Tokio: `UnixStream::connect`.
  static Connect connect(const std::filesystem::path& path);
  /// Connects to the socket that listens at `addr`.
  ///
  /// Cancelling: safe; gives the attempt up.
  /// Tokio: `UnixStream::connect_addr`.
  static Connect connect_addr(const UnixSocketAddr& addr);
  /// Two streams that are connected to each other. Tokio: `UnixStream::pair`.
  static io::Result<std::pair<UnixStream, UnixStream>> pair();

  /// Adopts a connected socket, which must be non-blocking: see net::nonblocking. On an error it is closed.
  ///
  /// Throws: std::logic_error, for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `UnixStream::from_std`.
  static io::Result<UnixStream> from_std(int fd);

  io::Result<UnixSocketAddr> local_addr() const;
  io::Result<UnixSocketAddr> peer_addr() const;
  /// Who connected, or listens. Tokio: `UnixStream::peer_cred`.
  io::Result<UCred> peer_cred() const;

  /// Two halves that borrow the stream, for one task that reads and writes at once. Tokio:
  /// `UnixStream::split`.
  std::pair<StreamReadHalf<UnixStream>, StreamWriteHalf<UnixStream>> split() const noexcept;
  /// Two halves that own the stream together, for two tasks. Destroying the second one shuts the output down.
  /// Tokio: `UnixStream::into_split`.
  std::pair<OwnedStreamReadHalf<UnixStream>, OwnedStreamWriteHalf<UnixStream>> into_split() &&;

 private:
  friend class UnixListener;
  explicit UnixStream(detail::IoSource source) noexcept : StreamSocket(std::move(source)) {}
};

/// Completes once a connection stands.
///
/// Cancelling: safe; gives the attempt up.
class [[nodiscard]] UnixStream::Connect {
 public:
  using Output = io::Result<UnixStream>;

  explicit Connect(io::Result<UnixSocketAddr> addr) noexcept : addr_(addr) {}
  /// Connects `fd`, a non-blocking socket, which it takes over.
  Connect(int fd, io::Result<UnixSocketAddr> addr) noexcept : addr_(addr), prepared_fd_(fd) {}
  Connect(const Connect&) = delete;
  Connect& operator=(const Connect&) = delete;
  ~Connect();

  Poll<Output> poll(Context& cx);

 private:
  io::Result<UnixSocketAddr> addr_;
  int prepared_fd_ = -1;
  std::optional<detail::IoSource> connecting_;
};

inline UnixStream::Connect UnixStream::connect_addr(const UnixSocketAddr& addr) { return Connect(addr); }

}  // namespace ferry::net
