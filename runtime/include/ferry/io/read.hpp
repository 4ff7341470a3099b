// Reading: once, exactly so much, to the end, as text.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/io/bytes.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/waiter.hpp>

namespace ferry::io {

/// Completes with how many bytes were read; 0 at the end or when the buffer is empty.
///
/// Cancelling: safe; nothing has been read unless it has completed.
template <AsyncRead R>
class [[nodiscard]] Read {
 public:
  using Output = Result<std::size_t>;

  Read(R& reader, MutableBytes buffer) noexcept : reader_(&reader), buffer_(buffer.span()) {}
  Read(const Read&) = delete;
  Read& operator=(const Read&) = delete;

  Poll<Output> poll(Context& cx) { return detail::poll_read_bytes(*reader_, cx, buffer_, turn_); }

 private:
  R* reader_;
  std::span<std::byte> buffer_;
  [[no_unique_address]] detail::ReadTurn<R> turn_;
};

/// Completes once the buffer is full, with its size; UnexpectedEof when the input ends before.
///
/// Cancelling: not safe; what was read is in the buffer, but how much it is cannot be told.
template <AsyncRead R>
class [[nodiscard]] ReadExact {
 public:
  using Output = Result<std::size_t>;

  ReadExact(R& reader, MutableBytes buffer) noexcept : reader_(&reader), buffer_(buffer.span()) {}
  ReadExact(const ReadExact&) = delete;
  ReadExact& operator=(const ReadExact&) = delete;

  Poll<Output> poll(Context& cx) {
    while (size_read_ < buffer_.size()) {
      Poll<Output> polled = detail::poll_read_bytes(*reader_, cx, buffer_.subspan(size_read_), turn_);
      if (polled.is_pending()) return pending;
      if (!*polled) return polled;
      if (**polled == 0) return Output(ErrorKind::UnexpectedEof);
      size_read_ += **polled;
    }
    return Output(size_read_);
  }

 private:
  R* reader_;
  std::span<std::byte> buffer_;
  [[no_unique_address]] detail::ReadTurn<R> turn_;
  std::size_t size_read_ = 0;
};

/// Completes at the end of the input, with how many bytes were appended. On an error, what was read before it
/// stays.
///
/// Cancelling: nothing is lost; what was read is in the container.
template <AsyncRead R, class Container>
class [[nodiscard]] ReadToEnd {
 public:
  using Output = Result<std::size_t>;

  ReadToEnd(R& reader, Container& container) noexcept
      : reader_(&reader),
        container_(&container),
        start_(container.size()),
        filled_(container.size()),
        first_capacity_(container.capacity()) {}
  ReadToEnd(const ReadToEnd&) = delete;
  ReadToEnd& operator=(const ReadToEnd&) = delete;
  ~ReadToEnd() { trim(); }

  Poll<Output> poll(Context& cx) {
    for (;;) {
      Poll<Output> polled = poll_once(cx);
      if (polled.is_pending()) return pending;
      if (*polled && **polled != 0) continue;
      trim();
      return *polled ? Output(filled_ - start_) : polled;
    }
  }

 private:
  static constexpr std::size_t kProbeSize = 32;

  Poll<Output> poll_once(Context& cx) {
    // A container that was given just the right capacity should not be doubled only to find the end.
    if (filled_ == first_capacity_ && container_->capacity() == first_capacity_ && filled_ != 0) {
      std::array<std::byte, kProbeSize> probe;
      Poll<Output> polled = detail::poll_read_bytes(*reader_, cx, probe, turn_);
      if (polled.is_pending() || !*polled) return polled;
      make_room(**polled);
      std::ranges::copy(std::span(probe).first(**polled), room().begin());
      filled_ += **polled;
      return polled;
    }
    if (filled_ == container_->size()) make_room(1);
    Poll<Output> polled = detail::poll_read_bytes(*reader_, cx, room(), turn_);
    if (polled.is_ready() && *polled) filled_ += **polled;
    return polled;
  }

  // The container is kept as large as it may get without growing again, so that its end is zeroed once.
  void make_room(std::size_t size) {
    if (container_->capacity() < filled_ + size)
      container_->reserve(std::max(2 * filled_, filled_ + kProbeSize));
    container_->resize(container_->capacity());
    is_enlarged_ = true;
  }
  std::span<std::byte> room() noexcept {
    return std::as_writable_bytes(std::span(*container_)).subspan(filled_);
  }

  void trim() noexcept {
    if (std::exchange(is_enlarged_, false)) container_->resize(filled_);
  }

  R* reader_;
  Container* container_;
  std::size_t start_;
  std::size_t filled_;
  std::size_t first_capacity_;
  bool is_enlarged_ = false;  // by what has not been read yet
  [[no_unique_address]] detail::ReadTurn<R> turn_;
};

namespace detail {
bool is_utf8(std::string_view text) noexcept;
}  // namespace detail

/// Completes at the end of the input with how many bytes were appended; InvalidData when they are not UTF-8.
/// On any error the string is what it was.
///
/// Cancelling: not safe; what was read is lost.
template <AsyncRead R>
class [[nodiscard]] ReadToString {
 public:
  using Output = Result<std::size_t>;

  ReadToString(R& reader, std::string& text) noexcept : read_(reader, input_), text_(&text) {}
  ReadToString(const ReadToString&) = delete;
  ReadToString& operator=(const ReadToString&) = delete;

  Poll<Output> poll(Context& cx) {
    Poll<Output> polled = read_.poll(cx);
    if (polled.is_pending() || !*polled) return polled;
    if (!detail::is_utf8(input_)) return Output(ErrorKind::InvalidData);
    text_->append(input_);
    return polled;
  }

 private:
  std::string input_;
  ReadToEnd<R, std::string> read_;
  std::string* text_;
};

/// Reads what there is, at least one byte, into `buffer`. The reader and the buffer are borrowed.
///
/// Result: how many bytes; 0 at the end.
/// Cancelling: safe.
/// Tokio: `AsyncReadExt::read`.
template <class R>
  requires AsyncRead<R>
Read<std::remove_reference_t<R>> read(R&& reader, MutableBytes buffer) noexcept {
  return {reader, buffer};
}

/// Fills `buffer`.
///
/// Errors: UnexpectedEof.
/// Cancelling: not safe.
/// Tokio: `AsyncReadExt::read_exact`.
template <class R>
  requires AsyncRead<R>
ReadExact<std::remove_reference_t<R>> read_exact(R&& reader, MutableBytes buffer) noexcept {
  return {reader, buffer};
}

/// Appends all that comes until the input ends.
///
/// Cancelling: what was read stays in `bytes`.
/// Tokio: `AsyncReadExt::read_to_end`.
template <class R, ByteLike B, class Allocator>
  requires AsyncRead<R>
ReadToEnd<std::remove_reference_t<R>, std::vector<B, Allocator>> read_to_end(
    R&& reader, std::vector<B, Allocator>& bytes) noexcept {
  return {reader, bytes};
}

/// Appends all that comes until the input ends, if it is UTF-8.
///
/// Errors: InvalidData; `text` is then unchanged.
/// Cancelling: not safe.
/// Tokio: `AsyncReadExt::read_to_string`.
template <class R>
  requires AsyncRead<R>
ReadToString<std::remove_reference_t<R>> read_to_string(R&& reader, std::string& text) noexcept {
  return {reader, text};
}

}  // namespace ferry::io
