// AsyncBufRead: readers that show what they have read ahead, and reading from them up to a delimiter.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <ferry/io/bytes.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/read.hpp>
#include <ferry/io/traits.hpp>

namespace ferry::io {

/// A reader with a buffer of its own. `poll_fill_buf` shows what is in it, and reads only when it is empty;
/// nothing means the end. `consume` takes the first `size` of those bytes away: they are not given again.
/// Tokio: `io::AsyncBufRead`.
template <class R>
concept AsyncBufRead =
    AsyncRead<R> && requires(std::remove_reference_t<R>& reader, Context& cx, std::size_t size) {
      { reader.poll_fill_buf(cx) } -> std::same_as<Poll<Result<std::span<const std::byte>>>>;
      reader.consume(size);
    };

namespace detail {

/// Appends what `reader` gives, up to and with `delimiter` or up to the end. Whenever it is pending or fails,
/// what was read is in the container, and the next call goes on.
template <AsyncBufRead R, class Container>
Poll<Result<void>> poll_read_until(R& reader, Context& cx, std::byte delimiter, Container& container) {
  for (;;) {
    const Poll<Result<std::span<const std::byte>>> filled = reader.poll_fill_buf(cx);
    if (filled.is_pending()) return pending;
    if (!*filled) return Result<void>(filled->error());
    const std::span<const std::byte> data = **filled;
    if (data.empty()) return Result<void>();
    const void* const found = std::memchr(data.data(), std::to_integer<int>(delimiter), data.size());
    const std::size_t size =
        found == nullptr ? data.size()
                         : static_cast<std::size_t>(static_cast<const std::byte*>(found) - data.data()) + 1;
    const std::size_t filled_before = container.size();
    container.resize(filled_before + size);
    std::memcpy(container.data() + filled_before, data.data(), size);
    reader.consume(size);
    if (found != nullptr) return Result<void>();
  }
}

}  // namespace detail

/// Completes with what is in the reader's buffer: at least one byte, or nothing at the end. It stays valid
/// until the reader is used again.
///
/// Cancelling: safe.
template <AsyncBufRead R>
class [[nodiscard]] FillBuf {
 public:
  using Output = Result<std::span<const std::byte>>;

  explicit FillBuf(R& reader) noexcept : reader_(&reader) {}
  FillBuf(const FillBuf&) = delete;
  FillBuf& operator=(const FillBuf&) = delete;

  Poll<Output> poll(Context& cx) { return reader_->poll_fill_buf(cx); }

 private:
  R* reader_;
};

/// Completes with how many bytes were appended, the delimiter among them; 0 at the end.
///
/// Cancelling: nothing is lost; what was read is in the container.
template <AsyncBufRead R, class Container>
class [[nodiscard]] ReadUntil {
 public:
  using Output = Result<std::size_t>;

  ReadUntil(R& reader, std::byte delimiter, Container& container) noexcept
      : reader_(&reader), container_(&container), size_before_(container.size()), delimiter_(delimiter) {}
  ReadUntil(const ReadUntil&) = delete;
  ReadUntil& operator=(const ReadUntil&) = delete;

  Poll<Output> poll(Context& cx) {
    const Poll<Result<void>> read = detail::poll_read_until(*reader_, cx, delimiter_, *container_);
    if (read.is_pending()) return pending;
    return *read ? Output(container_->size() - size_before_) : Output(read->error());
  }

 private:
  R* reader_;
  Container* container_;
  std::size_t size_before_;
  std::byte delimiter_;
};

/// Completes with how many bytes were appended, the newline among them; 0 at the end. InvalidData when they
/// are not UTF-8: the string is then what it was. On another error, what was read before it stays, and may
/// end inside of a character.
///
/// Cancelling: nothing is lost; what was read is in the string, which may end inside of a character. Reading
/// on into the same string makes it whole.
template <AsyncBufRead R>
class [[nodiscard]] ReadLine {
 public:
  using Output = Result<std::size_t>;

  ReadLine(R& reader, std::string& text) noexcept
      : reader_(&reader), text_(&text), size_before_(text.size()) {}
  ReadLine(const ReadLine&) = delete;
  ReadLine& operator=(const ReadLine&) = delete;

  Poll<Output> poll(Context& cx) {
    const Poll<Result<void>> read = detail::poll_read_until(*reader_, cx, std::byte{'\n'}, *text_);
    if (read.is_pending()) return pending;
    const bool is_text = detail::is_utf8(std::string_view(*text_).substr(begin_of_character()));
    if (!is_text) text_->resize(size_before_);
    if (!*read) return Output(read->error());
    return is_text ? Output(text_->size() - size_before_) : Output(ErrorKind::InvalidData);
  }

 private:
  // A read that was given up may have left the first bytes of a character.
  std::size_t begin_of_character() const noexcept {
    constexpr std::size_t kMostBefore = 3;
    for (std::size_t back = 1; back <= std::min(kMostBefore, size_before_); ++back) {
      const auto byte = static_cast<unsigned char>((*text_)[size_before_ - back]);
      if ((byte & 0xC0u) == 0x80u) continue;
      const std::size_t size = byte < 0xC0u ? 1 : byte < 0xE0u ? 2 : byte < 0xF0u ? 3 : 4;
      return size > back ? size_before_ - back : size_before_;
    }
    return size_before_;
  }

  R* reader_;
  std::string* text_;
  std::size_t size_before_;
};

/// Shows what `reader`, which is borrowed, has in its buffer, and fills that when it is empty. `consume` says
/// how much of it was used.
///
/// Cancelling: safe.
/// Tokio: `AsyncBufReadExt::fill_buf`.
template <class R>
  requires AsyncBufRead<R>
FillBuf<std::remove_reference_t<R>> fill_buf(R&& reader) noexcept {
  return FillBuf<std::remove_reference_t<R>>(reader);
}

/// Appends all up to the byte `delimiter`, which is appended, too, or up to the end. Reader and vector are
/// borrowed.
///
/// Result: how many bytes were appended; 0 at the end.
/// Cancelling: what was read is in `bytes`.
/// Tokio: `AsyncBufReadExt::read_until`.
template <class R, ByteLike D, ByteLike B, class Allocator>
  requires AsyncBufRead<R>
ReadUntil<std::remove_reference_t<R>, std::vector<B, Allocator>> read_until(
    R&& reader, D delimiter, std::vector<B, Allocator>& bytes) noexcept {
  return {reader, static_cast<std::byte>(delimiter), bytes};
}

/// Appends all up to a newline, which is appended, too, or up to the end. Reader and string are borrowed.
///
/// Result: how many bytes were appended; 0 at the end.
/// Errors: InvalidData when they are not UTF-8; they are lost then, and `text` is unchanged.
/// Cancelling: what was read is in `text`.
/// Tokio: `AsyncBufReadExt::read_line`.
template <class R>
  requires AsyncBufRead<R>
ReadLine<std::remove_reference_t<R>> read_line(R&& reader, std::string& text) noexcept {
  return {reader, text};
}

}  // namespace ferry::io
