// What sockets ask the system for, as callables: made once by a try, again and again by a future.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>

// They are copied into futures, borrow memory, and give EAGAIN where the call would have to wait. `flags` are
// those of recv(2). `Addr` is the address of the socket's family.
namespace ferry::detail {

/// Receives into memory: how many bytes.
class RecvCall {
 public:
  RecvCall(int fd, std::span<std::byte> memory, int flags = 0) noexcept
      : fd_(fd), flags_(flags), memory_(memory) {}
  io::Result<std::size_t> operator()() const noexcept;

 private:
  int fd_;
  int flags_;
  std::span<std::byte> memory_;
};

/// Appends to a buffer: how many bytes.
class RecvBufCall {
 public:
  RecvBufCall(int fd, io::ReadBuf& buf, int flags = 0) noexcept : fd_(fd), flags_(flags), buf_(&buf) {}
  io::Result<std::size_t> operator()() const;

 private:
  int fd_;
  int flags_;
  io::ReadBuf* buf_;
};

/// Receives into memory: how many bytes, and from whom.
template <class Addr>
class RecvFromCall {
 public:
  RecvFromCall(int fd, std::span<std::byte> memory, int flags = 0) noexcept
      : fd_(fd), flags_(flags), memory_(memory) {}
  io::Result<std::pair<std::size_t, Addr>> operator()() const noexcept;

 private:
  int fd_;
  int flags_;
  std::span<std::byte> memory_;
};

/// Appends to a buffer: how many bytes, and from whom.
template <class Addr>
class RecvBufFromCall {
 public:
  RecvBufFromCall(int fd, io::ReadBuf& buf, int flags = 0) noexcept : fd_(fd), flags_(flags), buf_(&buf) {}
  io::Result<std::pair<std::size_t, Addr>> operator()() const;

 private:
  int fd_;
  int flags_;
  io::ReadBuf* buf_;
};

/// Looks at the next datagram: from whom.
template <class Addr>
class PeekSenderCall {
 public:
  explicit PeekSenderCall(int fd) noexcept : fd_(fd) {}
  io::Result<Addr> operator()() const noexcept;

 private:
  int fd_;
};

/// Sends to the peer: how many bytes.
class SendCall {
 public:
  SendCall(int fd, std::span<const std::byte> data) noexcept : fd_(fd), data_(data) {}
  io::Result<std::size_t> operator()() const noexcept;

 private:
  int fd_;
  std::span<const std::byte> data_;
};

/// Sends to `Target`, an address or the result of looking for one: how many bytes.
template <class Target>
class SendToCall {
 public:
  SendToCall(int fd, std::span<const std::byte> data, const Target& target) noexcept
      : fd_(fd), data_(data), target_(target) {}
  io::Result<std::size_t> operator()() const noexcept;

 private:
  int fd_;
  std::span<const std::byte> data_;
  Target target_;
};

}  // namespace ferry::detail
