// MutableBytes and ConstBytes: what the read and write functions take as a buffer.
#pragma once

#include <concepts>
#include <cstddef>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>

namespace ferry::io {

/// How large the buffers of `copy`, BufReader and BufWriter are unless they are told otherwise, in bytes.
inline constexpr std::size_t kDefaultBufferSize = 8 * 1024;

/// A type whose values are bytes and nothing more.
template <class T>
concept ByteLike =
    std::same_as<std::remove_cv_t<T>, std::byte> || std::same_as<std::remove_cv_t<T>, char> ||
    std::same_as<std::remove_cv_t<T>, unsigned char> || std::same_as<std::remove_cv_t<T>, char8_t>;

/// Bytes in one piece.
template <class R>
concept ByteRange = std::ranges::contiguous_range<R> && std::ranges::sized_range<R> &&
                    ByteLike<std::ranges::range_value_t<R>>;

/// Memory to read into, borrowed: made from a span, array, vector, string, ... of byte-like elements.
class MutableBytes {
 public:
  template <ByteRange R>
    requires(!std::is_const_v<std::remove_reference_t<std::ranges::range_reference_t<R>>> &&
             !std::same_as<std::remove_cvref_t<R>, MutableBytes>)
  MutableBytes(R&& range) noexcept
      : span_(std::as_writable_bytes(std::span(std::ranges::data(range), std::ranges::size(range)))) {}

  std::span<std::byte> span() const noexcept { return span_; }

 private:
  std::span<std::byte> span_;
};

/// Data to write, borrowed: made from a span, array, vector, string, string literal, ... of byte-like
/// elements. A string literal counts without its terminator, any other array in full.
class ConstBytes {
 public:
  ConstBytes(const char* text) noexcept : span_(std::as_bytes(std::span(std::string_view(text)))) {}
  template <std::size_t N>
  ConstBytes(char (&array)[N]) noexcept : span_(std::as_bytes(std::span(array))) {}
  template <ByteRange R>
    requires(!std::convertible_to<R, const char*> && !std::same_as<std::remove_cvref_t<R>, ConstBytes>)
  ConstBytes(R&& range) noexcept
      : span_(std::as_bytes(std::span(std::ranges::data(range), std::ranges::size(range)))) {}

  std::span<const std::byte> span() const noexcept { return span_; }

 private:
  std::span<const std::byte> span_;
};

}  // namespace ferry::io
