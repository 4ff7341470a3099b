// Buffers that say `bytes`, as those of bytes 0.5 did, and buffers of 1.x: either used as the other.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/io/buf.hpp>
#include <ferry/io/buf_mut.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/util/bytes_mut.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::compat {

/// Data that is used up from the front: `bytes` is what comes first, in one piece. One that is made of
/// several pieces may have `bytes_vectored`, too. Tokio: `Buf` of bytes 0.5.
template <class B>
concept BytesBuf = requires(B& buf, const B& same, std::size_t size) {
  { same.remaining() } -> std::convertible_to<std::size_t>;
  { same.bytes() } -> std::convertible_to<std::span<const std::byte>>;
  buf.advance(size);
};

/// Memory behind what it has already: `bytes_mut` is where to write, `advance_mut` counts what was written.
/// Tokio: `BufMut` of bytes 0.5.
template <class B>
concept BytesBufMut = requires(B& buf, const B& same, std::size_t size) {
  { same.remaining_mut() } -> std::convertible_to<std::size_t>;
  { buf.bytes_mut() } -> std::convertible_to<std::span<std::byte>>;
  buf.advance_mut(size);
};

/// A buffer of bytes 0.5, which is borrowed, as one of 1.x: an `io::Buf`, an `io::BufMut` or both.
///
/// Thread safety: as the buffer.
template <class B>
  requires(BytesBuf<B> || BytesBufMut<B>)
class FromBytes {
 public:
  explicit FromBytes(B& buf) noexcept : buf_(&buf) {}

  std::size_t remaining() const
    requires BytesBuf<B>
  {
    return buf_->remaining();
  }
  std::span<const std::byte> chunk() const
    requires BytesBuf<B>
  {
    return buf_->bytes();
  }
  std::size_t chunks_vectored(std::span<std::span<const std::byte>> pieces) const
    requires BytesBuf<B>
  {
    if constexpr (requires { buf_->bytes_vectored(pieces); }) {
      return buf_->bytes_vectored(pieces);
    } else {
      if (pieces.empty() || buf_->bytes().empty()) return 0;
      pieces.front() = buf_->bytes();
      return 1;
    }
  }
  void advance(std::size_t size)
    requires BytesBuf<B>
  {
    buf_->advance(size);
  }

  std::span<std::byte> spare_capacity_mut()
    requires BytesBufMut<B>
  {
    if (buf_->remaining_mut() == 0) return {};
    return buf_->bytes_mut();
  }
  void advance_mut(std::size_t size)
    requires BytesBufMut<B>
  {
    buf_->advance_mut(size);
  }

 private:
  B* buf_;
};

/// A buffer of 1.x, which is borrowed, as one of bytes 0.5.
///
/// Thread safety: as the buffer.
template <class B>
  requires(io::Buf<B> || io::detail::HasRoom<B>)
class IntoBytes {
 public:
  explicit IntoBytes(B& buf) noexcept : buf_(&buf) {}

  std::size_t remaining() const
    requires io::Buf<B>
  {
    if constexpr (io::BufLike<B>)
      return buf_->remaining();
    else
      return buf_->size();
  }
  bool has_remaining() const
    requires io::Buf<B>
  {
    return remaining() != 0;
  }
  std::span<const std::byte> bytes() const
    requires io::Buf<B>
  {
    std::array<std::span<const std::byte>, 1> first;
    return io::chunks_vectored(*buf_, first) == 0 ? std::span<const std::byte>() : first.front();
  }
  std::size_t bytes_vectored(std::span<std::span<const std::byte>> pieces) const
    requires io::Buf<B>
  {
    return io::chunks_vectored(*buf_, pieces);
  }
  void advance(std::size_t size)
    requires io::Buf<B>
  {
    if constexpr (io::BufLike<B>)
      buf_->advance(size);
    else
      *buf_ = B(buf_->begin() + static_cast<std::ptrdiff_t>(size), buf_->end());
  }

  std::size_t remaining_mut() const
    requires io::detail::HasRoom<B>
  {
    return bytes_mut().size();
  }
  bool has_remaining_mut() const
    requires io::detail::HasRoom<B>
  {
    return remaining_mut() != 0;
  }
  std::span<std::byte> bytes_mut() const
    requires io::detail::HasRoom<B>
  {
    return buf_->spare_capacity_mut();
  }
  void advance_mut(std::size_t size)
    requires io::detail::HasRoom<B>
  {
    buf_->advance_mut(size);
  }

 private:
  B* buf_;
};

/// A buffer of bytes 0.5 for functions of 1.x: `auto view = from_bytes(old); write_all_buf(writer, view)`.
template <class B>
  requires(BytesBuf<B> || BytesBufMut<B>)
FromBytes<B> from_bytes(B& buf) noexcept {
  return FromBytes<B>(buf);
}

/// A buffer of 1.x for code that says `bytes`.
template <class B>
  requires(io::Buf<B> || io::detail::HasRoom<B>)
IntoBytes<B> into_bytes(B& buf) noexcept {
  return IntoBytes<B>(buf);
}

namespace detail {

/// Calls `f` with `buf` as 1.x sees it.
template <class B, class F>
auto with_buf(B& buf, F&& f) {
  if constexpr (BytesBuf<B>) {
    FromBytes<B> view(buf);
    return f(view);
  } else {
    return f(buf);
  }
}
/// The same for one to read into.
template <class B, class F>
auto with_buf_mut(B& buf, F&& f) {
  if constexpr (BytesBufMut<B>) {
    FromBytes<B> view(buf);
    return f(view);
  } else {
    return f(buf);
  }
}

}  // namespace detail

/// Data to write from, of either kind.
template <class B>
concept AnyBuf = io::Buf<B> || BytesBuf<B>;
/// What can be read into, of either kind.
template <class B>
concept AnyBufMut = io::BufMut<B> || BytesBufMut<B>;

}  // namespace ferry::compat

#pragma GCC diagnostic pop
