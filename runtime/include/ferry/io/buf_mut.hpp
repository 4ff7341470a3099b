// BufMut: what can be read into, behind what it has already.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/io/bytes.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>

namespace ferry::io {
namespace detail {

template <class B>
inline constexpr bool is_growing = false;
template <ByteLike B, class Allocator>
inline constexpr bool is_growing<std::vector<B, Allocator>> = true;
template <>
inline constexpr bool is_growing<std::string> = true;

/// Memory behind what it has already, which may be written and then counts.
template <class B>
concept HasRoom = requires(B& buf, std::size_t size) {
  { buf.spare_capacity_mut() } -> std::convertible_to<std::span<std::byte>>;
  buf.advance_mut(size);
};

}  // namespace detail

/// A ReadBuf, which has the room it has; a vector or string of bytes, where as much is read into as there is
/// room for without growing, at most 64 KiB, and which grows by a few bytes when there is none; or a type of
/// its own with `spare_capacity_mut` and `advance_mut`. Tokio: `bytes::BufMut`.
template <class B>
concept BufMut = std::same_as<B, ReadBuf> || detail::is_growing<B> || detail::HasRoom<B>;

namespace detail {

/// Makes a vector or string larger by room to read into, which is what it gives.
template <class Container>
std::span<std::byte> make_room(Container& container) {
  constexpr std::size_t kGrowth = 64;
  constexpr std::size_t kMost = 64 * 1024;  // what is read into is zeroed before
  const std::size_t size = container.size();
  if (container.capacity() == size) container.reserve(std::max(2 * size, size + kGrowth));
  container.resize(std::min(container.capacity(), size + kMost));
  return std::as_writable_bytes(std::span(container)).subspan(size);
}

inline std::size_t count_of(std::size_t size) noexcept { return size; }
template <class T>
std::size_t count_of(const std::pair<std::size_t, T>& size_and_more) noexcept {
  return size_and_more.first;
}

/// Has `read` put bytes behind those of `buf`. `read` is `Result<T>(std::span<std::byte>)`, where T is how
/// many it was, or a pair that begins with that. What it gives is the result; after an error nothing has
/// changed.
template <BufMut B, class F>
std::invoke_result_t<F&, std::span<std::byte>> read_behind(B& buf, F&& read) {
  if constexpr (std::same_as<B, ReadBuf>) {
    auto result = read(buf.unfilled_mut());
    if (result) {
      buf.assume_init(count_of(*result));
      buf.advance(count_of(*result));
    }
    return result;
  } else if constexpr (is_growing<B>) {
    const std::size_t size_before = buf.size();
    auto result = read(make_room(buf));
    buf.resize(size_before + (result ? count_of(*result) : 0));
    return result;
  } else {
    auto result = read(buf.spare_capacity_mut());
    if (result) buf.advance_mut(count_of(*result));
    return result;
  }
}

}  // namespace detail
}  // namespace ferry::io
