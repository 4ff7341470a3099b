// empty, repeat and sink: a reader that has nothing, one that never ends, and a writer that keeps nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/result.hpp>

namespace ferry::io {
namespace detail {

/// Takes everything and keeps nothing.
class Discards {
 public:
  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) const {
    if (!cx.poll_proceed()) return pending;
    return Result<std::size_t>(data.size());
  }
  Poll<Result<std::size_t>> poll_write_vectored(Context& cx,
                                                std::span<const std::span<const std::byte>> pieces) const {
    if (!cx.poll_proceed()) return pending;
    std::size_t size = 0;
    for (const std::span<const std::byte> piece : pieces) size += piece.size();
    return Result<std::size_t>(size);
  }
  Poll<Result<void>> poll_flush(Context&) const { return Result<void>(); }
  Poll<Result<void>> poll_shutdown(Context&) const { return Result<void>(); }
};

}  // namespace detail

/// At its end from the start; what is written is lost. Tokio: `io::Empty`.
class Empty : public detail::Discards,
              public ReadMembers<Empty>,
              public BufReadMembers<Empty>,
              public WriteMembers<Empty>,
              public SeekMembers<Empty> {
 public:
  Empty() noexcept = default;

  Poll<Result<void>> poll_read(Context& cx, ReadBuf&) const {
    if (!cx.poll_proceed()) return pending;
    return Result<void>();
  }
  Poll<Result<std::span<const std::byte>>> poll_fill_buf(Context& cx) const {
    if (!cx.poll_proceed()) return pending;
    return Result<std::span<const std::byte>>(std::span<const std::byte>());
  }
  void consume(std::size_t) const noexcept {}
  Result<void> start_seek(SeekFrom) const noexcept { return {}; }
  /// Position 0, wherever one sought.
  Poll<Result<std::uint64_t>> poll_complete(Context&) const {
    return Result<std::uint64_t>(std::uint64_t{0});
  }
};

/// One byte, again and again. Tokio: `io::Repeat`.
class Repeat : public ReadMembers<Repeat> {
 public:
  explicit Repeat(std::byte byte) noexcept : byte_(byte) {}

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) const {
    if (!cx.poll_proceed()) return pending;
    const std::span<std::byte> room = buf.unfilled_mut();
    std::ranges::fill(room, byte_);
    buf.assume_init(room.size());
    buf.advance(room.size());
    return Result<void>();
  }

 private:
  std::byte byte_;
};

/// Takes everything and keeps nothing. Tokio: `io::Sink`.
class Sink : public detail::Discards, public WriteMembers<Sink> {
 public:
  Sink() noexcept = default;
};

/// A reader at its end, which is a writer that keeps nothing, too. Tokio: `io::empty`.
inline Empty empty() noexcept { return Empty(); }

/// A reader of endlessly many `byte`s. Tokio: `io::repeat`.
template <ByteLike B>
Repeat repeat(B byte) noexcept {
  return Repeat(static_cast<std::byte>(byte));
}

/// A writer that keeps nothing. Tokio: `io::sink`.
inline Sink sink() noexcept { return Sink(); }

}  // namespace ferry::io
