// comments: where the comments and literals of C++ text are, without a compiler.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace ferry::rewriter {

/// A stretch of text that is no code: a comment, delimiters included, or a string or character literal.
struct Span {
  enum class Kind { LineComment, BlockComment, Literal };

  Kind kind = Kind::Literal;
  std::size_t begin = 0;
  std::size_t end = 0;    ///< one past the last byte; a line comment ends before its line end
  bool is_closed = true;  ///< false: what stands at its end would be part of it

  bool operator==(const Span&) const = default;
};

/// The spans of `text`, in order. Lines that a backslash continues are one line. What is never closed ends
/// where a compiler would say so: a literal with its line, a block comment or a raw string with the text.
std::vector<Span> spans_of(std::string_view text);

}  // namespace ferry::rewriter
