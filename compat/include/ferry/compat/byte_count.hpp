// Readers that count and readers that fill a ReadBuf: either used as the other.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/result.hpp>

namespace ferry::compat {

/// `poll_read` gives the number of bytes that it has put into plain memory, 0 at the end: a reader of 0.2.
template <class R>
concept ByteCountRead =
    requires(std::remove_reference_t<R>& reader, Context& cx, std::span<std::byte> memory) {
      { reader.poll_read(cx, memory) } -> std::same_as<Poll<io::Result<std::size_t>>>;
    };

namespace detail {

/// What a bridge has besides reading: a stream that can be written to can be so through its bridge. `R` may
/// be a reference: then the stream is borrowed.
template <class R>
class Bridge {
 public:
  explicit Bridge(R&& inner) : inner_(std::forward<R>(inner)) {}

  /// The stream inside.
  std::remove_reference_t<R>& get_ref() noexcept { return inner_; }
  /// Gives the stream back.
  R into_inner() && { return std::forward<R>(inner_); }

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data)
    requires io::AsyncWrite<R>
  {
    return inner_.poll_write(cx, data);
  }
  Poll<io::Result<void>> poll_flush(Context& cx)
    requires io::AsyncWrite<R>
  {
    return inner_.poll_flush(cx);
  }
  Poll<io::Result<void>> poll_shutdown(Context& cx)
    requires io::AsyncWrite<R>
  {
    return inner_.poll_shutdown(cx);
  }

 protected:
  R inner_;
};

}  // namespace detail

/// A reader of 0.2 as one of 1.x.
///
/// Thread safety: as the reader inside.
/// Cost: none beside the reader's own; memory that was never written to is zeroed once.
template <ByteCountRead R>
class FromByteCount : public detail::Bridge<R> {
 public:
  using detail::Bridge<R>::Bridge;

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) {
    return io::read_with(buf,
                         [&](std::span<std::byte> memory) { return this->inner_.poll_read(cx, memory); });
  }
};

/// A reader of 1.x as one of 0.2.
///
/// Thread safety: as the reader inside.
template <io::AsyncRead R>
class IntoByteCount : public detail::Bridge<R> {
 public:
  using detail::Bridge<R>::Bridge;

  Poll<io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> memory) {
    return io::poll_read_bytes(this->inner_, cx, memory);
  }
};

/// A reader of 0.2 for functions of 1.x: `ferry::io::copy(from_byte_count(old), writer)`. Borrows what has a
/// name, takes over what has not.
template <class R>
  requires ByteCountRead<R>
FromByteCount<R> from_byte_count(R&& reader) {
  return FromByteCount<R>(std::forward<R>(reader));
}

/// A reader of 1.x for code that counts. Borrows what has a name, takes over what has not.
template <class R>
  requires io::AsyncRead<R>
IntoByteCount<R> into_byte_count(R&& reader) {
  return IntoByteCount<R>(std::forward<R>(reader));
}

}  // namespace ferry::compat
