// What sockets ask the system for, as callables: made once by a try, again and again by a future.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/io/buf_mut.hpp>
#include <ferry/result.hpp>

// They are copied into futures, borrow the socket and memory, and give EAGAIN where the call would have to
// wait. `flags` are those of recv(2). `Addr` is the address of the socket's family.
namespace ferry::detail {

/// Receives into memory: how many bytes.
class RecvCall {
 public:
  RecvCall(const IoSource& source, std::span<std::byte> memory, int flags = 0) noexcept
      : source_(&source), flags_(flags), memory_(memory) {}
  io::Result<std::size_t> operator()() const noexcept;

 private:
  const IoSource* source_;
  int flags_;
  std::span<std::byte> memory_;
};

/// Reads behind what a buffer has: how many bytes.
template <io::BufMut B>
class RecvBufCall {
 public:
  RecvBufCall(const IoSource& source, B& buf, int flags = 0) noexcept
      : source_(&source), flags_(flags), buf_(&buf) {}
  io::Result<std::size_t> operator()() const {
    return io::detail::read_behind(
        *buf_, [this](std::span<std::byte> memory) { return RecvCall(*source_, memory, flags_)(); });
  }

 private:
  const IoSource* source_;
  int flags_;
  B* buf_;
};

/// Receives into memory: how many bytes, and from whom.
template <class Addr>
class RecvFromCall {
 public:
  RecvFromCall(const IoSource& source, std::span<std::byte> memory, int flags = 0) noexcept
      : source_(&source), flags_(flags), memory_(memory) {}
  io::Result<std::pair<std::size_t, Addr>> operator()() const noexcept;

 private:
  const IoSource* source_;
  int flags_;
  std::span<std::byte> memory_;
};

/// Reads behind what a buffer has: how many bytes, and from whom.
template <class Addr, io::BufMut B>
class RecvBufFromCall {
 public:
  RecvBufFromCall(const IoSource& source, B& buf, int flags = 0) noexcept
      : source_(&source), flags_(flags), buf_(&buf) {}
  io::Result<std::pair<std::size_t, Addr>> operator()() const {
    return io::detail::read_behind(*buf_, [this](std::span<std::byte> memory) {
      return RecvFromCall<Addr>(*source_, memory, flags_)();
    });
  }

 private:
  const IoSource* source_;
  int flags_;
  B* buf_;
};

/// Looks at the next datagram: from whom.
template <class Addr>
class PeekSenderCall {
 public:
  explicit PeekSenderCall(const IoSource& source) noexcept : source_(&source) {}
  io::Result<Addr> operator()() const noexcept;

 private:
  const IoSource* source_;
};

/// Sends to the peer: how many bytes.
class SendCall {
 public:
  SendCall(const IoSource& source, std::span<const std::byte> data) noexcept
      : source_(&source), data_(data) {}
  io::Result<std::size_t> operator()() const noexcept;

 private:
  const IoSource* source_;
  std::span<const std::byte> data_;
};

/// Sends to `Target`, an address or the result of looking for one: how many bytes.
template <class Target>
class SendToCall {
 public:
  SendToCall(const IoSource& source, std::span<const std::byte> data, const Target& target) noexcept
      : source_(&source), data_(data), target_(target) {}
  io::Result<std::size_t> operator()() const noexcept;

 private:
  const IoSource* source_;
  std::span<const std::byte> data_;
  Target target_;
};

}  // namespace ferry::detail
