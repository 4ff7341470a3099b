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

/// Text that ends before the first NUL.
template <class T>
concept TextPointer =
    std::same_as<std::remove_cvref_t<T>, const char*> || std::same_as<std::remove_cvref_t<T>, char*>;

/// Data to write, borrowed: made from a span, array, vector, string, string literal, ... of byte-like
/// elements. A literal, or another constant array of text that ends with a NUL, counts without that one; any
/// other array in full; what a pointer to text points to, up to its first NUL.
class ConstBytes {
 public:
  template <TextPointer T>
  ConstBytes(T&& text) noexcept : span_(std::as_bytes(std::span(std::string_view(text)))) {}
  template <std::size_t N>
  ConstBytes(const char (&text)[N]) noexcept : span_(without_terminator(text)) {}
  template <std::size_t N>
  ConstBytes(const char8_t (&text)[N]) noexcept : span_(without_terminator(text)) {}
  template <ByteRange R>
    requires(!std::same_as<std::remove_cvref_t<R>, ConstBytes>)
  ConstBytes(R&& range) noexcept
      : span_(std::as_bytes(std::span(std::ranges::data(range), std::ranges::size(range)))) {}

  std::span<const std::byte> span() const noexcept { return span_; }

 private:
  template <class Character, std::size_t N>
  static std::span<const std::byte> without_terminator(const Character (&text)[N]) noexcept {
    return std::as_bytes(std::span(text, text[N - 1] == Character() ? N - 1 : N));
  }

  std::span<const std::byte> span_;
};

}  // namespace ferry::io
