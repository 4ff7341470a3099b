// Lines and Split: the input of a buffered reader, one piece after the other.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/future.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/error.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

template <AsyncBufRead R>
class Lines;
template <AsyncBufRead R>
class Split;

/// Completes with the next line, or with no value at the end.
///
/// Cancelling: safe; what was read of the line is kept for the next call.
template <AsyncBufRead R>
class [[nodiscard]] NextLine {
 public:
  using Output = Result<std::optional<std::string>>;

  explicit NextLine(Lines<R>& lines) noexcept : lines_(&lines) {}
  NextLine(const NextLine&) = delete;
  NextLine& operator=(const NextLine&) = delete;

  Poll<Output> poll(Context& cx) { return lines_->poll_next_line(cx); }

 private:
  Lines<R>* lines_;
};

/// The lines of a reader, without the "\n" or "\r\n" at their ends.
///
/// Tokio: `io::Lines`.
template <AsyncBufRead R>
class Lines {
 public:
  explicit Lines(R reader) : reader_(std::forward<R>(reader)) {}

  /// The next line; no value at the end.
  ///
  /// Errors: InvalidData when it is not UTF-8: it is left out, and the next call gives the line after it.
  /// Cancelling: safe.
  /// Tokio: `Lines::next_line`.
  [[nodiscard]] NextLine<R> next_line() noexcept { return NextLine<R>(*this); }

  /// Tokio: `Lines::poll_next_line`.
  Poll<Result<std::optional<std::string>>> poll_next_line(Context& cx) {
    using Line = Result<std::optional<std::string>>;
    const Poll<Result<void>> read = detail::poll_read_until(reader_, cx, std::byte{'\n'}, line_);
    if (read.is_pending()) return pending;
    if (!*read) return Line(read->error());
    if (line_.empty()) return Line(std::nullopt);
    std::string line = std::exchange(line_, {});
    if (!detail::is_utf8(line)) return Line(ErrorKind::InvalidData);
    if (line.ends_with('\n')) {
      line.pop_back();
      if (line.ends_with('\r')) line.pop_back();
    }
    return Line(std::move(line));
  }

  const std::remove_reference_t<R>& get_ref() const noexcept { return reader_; }
  std::remove_reference_t<R>& get_mut() noexcept { return reader_; }
  /// The reader. What was read of a line is lost.
  R into_inner() && { return std::forward<R>(reader_); }

 private:
  R reader_;
  std::string line_;
};

/// Completes with the next segment, or with no value at the end.
///
/// Cancelling: safe; what was read of the segment is kept for the next call.
template <AsyncBufRead R>
class [[nodiscard]] NextSegment {
 public:
  using Output = Result<std::optional<std::vector<std::byte>>>;

  explicit NextSegment(Split<R>& split) noexcept : split_(&split) {}
  NextSegment(const NextSegment&) = delete;
  NextSegment& operator=(const NextSegment&) = delete;

  Poll<Output> poll(Context& cx) { return split_->poll_next_segment(cx); }

 private:
  Split<R>* split_;
};

/// What lies between the delimiters in a reader's input. An input that ends with a delimiter has no empty
/// segment after it.
///
/// Tokio: `io::Split`.
template <AsyncBufRead R>
class Split {
 public:
  Split(R reader, std::byte delimiter) : reader_(std::forward<R>(reader)), delimiter_(delimiter) {}

  /// The next segment, without its delimiter; no value at the end.
  ///
  /// Cancelling: safe.
  /// Tokio: `Split::next_segment`.
  [[nodiscard]] NextSegment<R> next_segment() noexcept { return NextSegment<R>(*this); }

  /// Tokio: `Split::poll_next_segment`.
  Poll<Result<std::optional<std::vector<std::byte>>>> poll_next_segment(Context& cx) {
    using Segment = Result<std::optional<std::vector<std::byte>>>;
    const Poll<Result<void>> read = detail::poll_read_until(reader_, cx, delimiter_, segment_);
    if (read.is_pending()) return pending;
    if (!*read) return Segment(read->error());
    if (segment_.empty()) return Segment(std::nullopt);
    std::vector<std::byte> segment = std::exchange(segment_, {});
    if (segment.back() == delimiter_) segment.pop_back();
    return Segment(std::move(segment));
  }

  const std::remove_reference_t<R>& get_ref() const noexcept { return reader_; }
  std::remove_reference_t<R>& get_mut() noexcept { return reader_; }
  /// The reader. What was read of a segment is lost.
  R into_inner() && { return std::forward<R>(reader_); }

 private:
  R reader_;
  std::vector<std::byte> segment_;
  std::byte delimiter_;
};

/// The lines of `reader`: of the caller's, which is borrowed, or of one that is moved in.
///
/// Tokio: `AsyncBufReadExt::lines`.
template <class R>
  requires AsyncBufRead<R>
[[nodiscard]] Lines<R> lines(R&& reader) {
  return Lines<R>(std::forward<R>(reader));
}

/// What lies between the bytes `delimiter` in the input of `reader`: of the caller's, which is borrowed, or
/// of one that is moved in.
///
/// Tokio: `AsyncBufReadExt::split`.
template <class R, ByteLike D>
  requires AsyncBufRead<R>
[[nodiscard]] Split<R> split(R&& reader, D delimiter) {
  return Split<R>(std::forward<R>(reader), static_cast<std::byte>(delimiter));
}

}  // namespace ferry::io
