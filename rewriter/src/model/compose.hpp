// compose: the edits of many findings -> the texts that result.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/plan.hpp"

namespace ferry::rewriter {

/// One edit as it was made: where in the old text, where in the new one, and for which finding.
struct Piece {
  std::size_t finding = 0;
  std::size_t old_offset = 0;
  std::size_t old_length = 0;
  std::size_t new_offset = 0;
  std::size_t new_length = 0;
};

struct Composed {
  std::string text;
  std::vector<Piece> pieces;  ///< in the order of the text
};

/// Makes the edits of the findings that `taken` marks, which resolve() has found to be free of overlaps.
/// Insertions at one place are ordered by nesting: what ends there, then what stands there, then what begins
/// there.
std::map<std::string, Composed> compose(const Plan& plan, const std::vector<bool>& taken);

/// Marks the findings of the plan that are to be applied.
std::vector<bool> applied(const Plan& plan);

/// Where `new_offset` was before the edits; the beginning of the range that was replaced, for a place inside
/// one.
std::size_t offset_before(const Composed& composed, std::size_t new_offset);

/// Where `old_offset` is after the edits; behind what took the place of its range, for a place inside one.
std::size_t offset_after(const Composed& composed, std::size_t old_offset);

/// `replacement` with the line ends that `text` has.
std::string with_line_ends_of(std::string_view text, std::string_view replacement);

/// Whether findings share this edit: a replacement, or an insertion of whole preprocessor lines.
bool is_shared(const Edit& edit);

struct Position {
  unsigned line = 1;
  unsigned column = 1;
};

/// 1-based line and column, in bytes, of an offset.
Position position_of(std::string_view text, std::size_t offset);

/// The offset of a 1-based line and column; the text's end when it has no such line.
std::size_t offset_of(std::string_view text, Position position);

}  // namespace ferry::rewriter
