// nolint: the NOLINT comments of a text, read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "resolve/comments.hpp"

namespace ferry::rewriter {

/// A NOLINT word in a comment, with its list and what is said after it:
///
///     // NOLINT(ferry-TIME-01, other-tool-*): why; until=2027-06-30
struct Nolint {
  enum class Kind { Line, NextLine, Begin, End };

  Kind kind = Kind::Line;
  Span comment;
  std::size_t begin = 0;     ///< of the word
  std::size_t end = 0;       ///< one past the word or its list
  std::size_t tail_end = 0;  ///< one past what is said about it, in the same line
  unsigned line = 0;         ///< 1-based
  unsigned column = 0;       ///< 1-based, in bytes
  bool has_list = false;     ///< without one it speaks for every rule of every tool
  bool is_closed = true;     ///< false: the list lacks its parenthesis, so it is taken for none
  std::vector<std::string>
      names;           ///< of the list, also of one that is not closed; `*` in a name stands for anything
  std::string reason;  ///< what is said after it, without the date
  std::string until;   ///< what stands after `until=`; empty when nothing does
};

/// Every NOLINT, NOLINTNEXTLINE, NOLINTBEGIN and NOLINTEND in a comment of the text, in order.
std::vector<Nolint> read_nolints(std::string_view text);

/// Whether it speaks for `rule`: it has no list, or a name of the list fits `ferry-` and the rule.
bool names_rule(const Nolint& nolint, std::string_view rule);

/// Whether one of its names begins with `ferry-`: this one is meant for us.
bool names_ferry(const Nolint& nolint);

/// Whether a name of a list, which may hold `*`, fits `text`.
bool fits(std::string_view name, std::string_view text);

/// Whether `text` is a date, YYYY-MM-DD, that the calendar has.
bool is_date(std::string_view text);

}  // namespace ferry::rewriter
