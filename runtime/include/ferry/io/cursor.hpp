// Cursor: bytes in memory as a reader, a writer and a stream with a position.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/result.hpp>

namespace ferry::io {
namespace detail {

template <class T>
concept MutableByteRange =
    ByteRange<T> && !std::is_const_v<std::remove_reference_t<std::ranges::range_reference_t<T&>>>;

template <class T>
concept GrowingBytes = MutableByteRange<T> &&
                       requires(std::remove_reference_t<T>& bytes, std::size_t size) { bytes.resize(size); };

}  // namespace detail

/// A position in bytes: a string, a vector, an array, a span, ... Reading starts at the position and ends at
/// the end. Writing overwrites what is there; at the end a vector or a string grows, anything else takes no
/// more. Never waits. It is a `Buf`, too.
///
/// `Cursor(bytes)` borrows bytes that have a name, and owns ones that are moved in.
///
/// Tokio: `std::io::Cursor`, `&[u8]` as a reader and `Vec<u8>` as a writer.
template <ByteRange T>
class Cursor : public ReadMembersMut<Cursor<T>>,
               public BufReadMembers<Cursor<T>>,
               public detail::MembersIf<detail::MutableByteRange<T>, WriteMembersMut<Cursor<T>>>,
               public SeekMembers<Cursor<T>> {
 public:
  explicit Cursor(T bytes) : bytes_(std::forward<T>(bytes)) {}

  std::uint64_t position() const noexcept { return position_; }
  void set_position(std::uint64_t position) noexcept { position_ = position; }

  std::size_t remaining() const noexcept { return chunk().size(); }
  /// What lies behind the position.
  std::span<const std::byte> chunk() const noexcept {
    const auto bytes = std::as_bytes(std::span(std::ranges::data(bytes_), std::ranges::size(bytes_)));
    return bytes.subspan(static_cast<std::size_t>(std::min<std::uint64_t>(position_, bytes.size())));
  }
  void advance(std::size_t size) noexcept { position_ += size; }

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) {
    const Poll<Result<std::span<const std::byte>>> filled = poll_fill_buf(cx);
    if (filled.is_pending()) return pending;
    const std::span<const std::byte> data = (*filled)->first(std::min((*filled)->size(), buf.remaining()));
    buf.put_slice(data);
    consume(data.size());
    return Result<void>();
  }
  Poll<Result<std::span<const std::byte>>> poll_fill_buf(Context& cx) {
    if (!cx.poll_proceed()) return pending;
    return Result<std::span<const std::byte>>(chunk());
  }
  void consume(std::size_t size) noexcept { position_ += size; }

  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data)
    requires detail::MutableByteRange<T>
  {
    if (!cx.poll_proceed()) return pending;
    if constexpr (detail::GrowingBytes<T>) {
      const auto end = static_cast<std::size_t>(position_) + data.size();
      if (std::ranges::size(bytes_) < end) bytes_.resize(end);
    }
    const auto bytes =
        std::as_writable_bytes(std::span(std::ranges::data(bytes_), std::ranges::size(bytes_)));
    const auto begin = static_cast<std::size_t>(std::min<std::uint64_t>(position_, bytes.size()));
    const std::size_t size = std::min(data.size(), bytes.size() - begin);
    std::ranges::copy(data.first(size), bytes.subspan(begin).begin());
    position_ += size;
    return Result<std::size_t>(size);
  }
  Poll<Result<void>> poll_flush(Context&)
    requires detail::MutableByteRange<T>
  {
    return Result<void>();
  }
  Poll<Result<void>> poll_shutdown(Context&)
    requires detail::MutableByteRange<T>
  {
    return Result<void>();
  }

  Result<void> start_seek(SeekFrom position) noexcept {
    std::uint64_t from = 0;
    if (position.origin() == SeekFrom::Origin::Current) from = position_;
    if (position.origin() == SeekFrom::Origin::End) from = std::ranges::size(bytes_);
    const bool is_back = position.offset() < 0;
    const auto distance = static_cast<std::uint64_t>(position.offset());
    if (is_back && from < 0 - distance) return ErrorKind::InvalidInput;
    position_ = from + distance;
    return {};
  }
  Poll<Result<std::uint64_t>> poll_complete(Context&) noexcept { return Result<std::uint64_t>(position_); }

  const std::remove_reference_t<T>& get_ref() const noexcept { return bytes_; }
  std::remove_reference_t<T>& get_mut() noexcept { return bytes_; }
  T into_inner() && { return std::forward<T>(bytes_); }

 private:
  T bytes_;
  std::uint64_t position_ = 0;
};

template <class T>
Cursor(T&&) -> Cursor<T>;

}  // namespace ferry::io
