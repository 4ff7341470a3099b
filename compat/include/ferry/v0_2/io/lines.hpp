// Lines and Split: 0.2's, which are streams.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/lines.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {
namespace detail {

/// What a stream gives instead of the result of a value that there may be none of.
template <class T>
Poll<std::optional<ferry::io::Result<T>>> turned(Poll<ferry::io::Result<std::optional<T>>> polled) {
  using Item = std::optional<ferry::io::Result<T>>;
  if (polled.is_pending()) return pending;
  if (!*polled) return Item(polled->error());
  if (!**polled) return Item();
  return Item(std::move(***polled));
}

}  // namespace detail

/// The lines of a reader, of 0.2 or of 1.x, without the "\n" or "\r\n" at their ends: also as a stream. An
/// error is an item, and not its end.
///
/// Thread safety: as the reader's; used by one task at a time.
/// Tokio: 0.2's `io::Lines`.
template <detail::BufferedReader R>
class Lines : public ferry::io::Lines<detail::Modern<R>> {
  using Base = ferry::io::Lines<detail::Modern<R>>;

 public:
  using Item = ferry::io::Result<std::string>;

  explicit Lines(R reader) : Base(static_cast<detail::Modern<R>>(std::forward<R>(reader))) {}

  /// The next line: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe.
  /// Tokio: 0.2's `StreamExt::next` on `Lines`.
  FERRY_NATIVE("IOE-07", safe, "ferry::io::Lines::next_line, or a ferry::stream::wrappers::LinesStream")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }

  /// As a stream.
  Poll<std::optional<Item>> poll_next(Context& cx) { return detail::turned(this->poll_next_line(cx)); }

  const std::remove_reference_t<R>& get_ref() const noexcept { return detail::unwrapped<R>(Base::get_ref()); }
  std::remove_reference_t<R>& get_mut() noexcept { return detail::unwrapped<R>(Base::get_mut()); }
  /// The reader. What was read of a line is lost.
  R into_inner() && { return detail::take_out<R>(static_cast<Base&&>(*this).into_inner()); }
};

/// What lies between the delimiters in the input of a reader, of 0.2 or of 1.x: also as a stream. An error is
/// an item, and not its end.
///
/// Thread safety: as the reader's; used by one task at a time.
/// Tokio: 0.2's `io::Split`.
template <detail::BufferedReader R>
class Split : public ferry::io::Split<detail::Modern<R>> {
  using Base = ferry::io::Split<detail::Modern<R>>;

 public:
  using Item = ferry::io::Result<std::vector<std::byte>>;

  Split(R reader, std::byte delimiter)
      : Base(static_cast<detail::Modern<R>>(std::forward<R>(reader)), delimiter) {}

  /// The next segment: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe.
  /// Tokio: 0.2's `StreamExt::next` on `Split`.
  FERRY_NATIVE("IOE-07", safe, "ferry::io::Split::next_segment, or a ferry::stream::wrappers::SplitStream")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }

  /// As a stream.
  Poll<std::optional<Item>> poll_next(Context& cx) { return detail::turned(this->poll_next_segment(cx)); }

  const std::remove_reference_t<R>& get_ref() const noexcept { return detail::unwrapped<R>(Base::get_ref()); }
  std::remove_reference_t<R>& get_mut() noexcept { return detail::unwrapped<R>(Base::get_mut()); }
  /// The reader. What was read of a segment is lost.
  R into_inner() && { return detail::take_out<R>(static_cast<Base&&>(*this).into_inner()); }
};

/// The lines of `reader`: of the caller's, which is borrowed, or of one that is moved in.
///
/// Tokio: `AsyncBufReadExt::lines`.
template <class R>
  requires detail::BufferedReader<R>
[[nodiscard]] Lines<R> lines(R&& reader) {
  return Lines<R>(std::forward<R>(reader));
}

/// What lies between the bytes `delimiter` in the input of `reader`: of the caller's, which is borrowed, or
/// of one that is moved in.
///
/// Tokio: `AsyncBufReadExt::split`.
template <class R, ferry::io::ByteLike D>
  requires detail::BufferedReader<R>
[[nodiscard]] Split<R> split(R&& reader, D delimiter) {
  return Split<R>(std::forward<R>(reader), static_cast<std::byte>(delimiter));
}

}  // namespace ferry::v0_2::io
