// LinesStream: the lines of a reader as a stream.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/lines.hpp>
#include <ferry/result.hpp>

namespace ferry::stream::wrappers {

/// The lines of a reader. Ends where its input ends; an error is an item, and not the end.
/// Tokio: `tokio_stream::wrappers::LinesStream`.
template <io::AsyncBufRead R>
class LinesStream {
 public:
  using Item = io::Result<std::string>;

  explicit LinesStream(io::Lines<R> lines) : lines_(std::move(lines)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    Poll<io::Result<std::optional<std::string>>> line = lines_.poll_next_line(cx);
    if (line.is_pending()) return ferry::pending;
    if (!*line) return std::optional<Item>(line->error());
    if (!**line) return std::optional<Item>();
    return std::optional<Item>(std::move(***line));
  }

  io::Lines<R> into_inner() && { return std::move(lines_); }
  const io::Lines<R>& as_ref() const noexcept { return lines_; }
  io::Lines<R>& as_mut() noexcept { return lines_; }

 private:
  io::Lines<R> lines_;
};

}  // namespace ferry::stream::wrappers
