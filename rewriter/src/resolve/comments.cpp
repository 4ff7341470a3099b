#include "resolve/comments.hpp"

#include <algorithm>
#include <string>

#include <llvm/ADT/StringExtras.h>

namespace ferry::rewriter {
namespace {

bool is_word(char c) { return llvm::isAlnum(c) || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<Span> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '/' && peek(1) == '/')
        add(Span::Kind::LineComment, end_of_line_comment());
      else if (c == '/' && peek(1) == '*')
        add(Span::Kind::BlockComment, after("*/", at_ + 2));
      else if (c == '"' || c == '\'')
        add(Span::Kind::Literal, end_of_literal(at_));
      else if (is_word(c))
        skip_word();
      else
        ++at_;
    }
    return std::move(spans_);
  }

 private:
  char peek(std::size_t distance) const {
    return at_ + distance < text_.size() ? text_[at_ + distance] : '\0';
  }

  std::size_t after(std::string_view closing, std::size_t from) {
    const std::size_t found = text_.find(closing, from);
    return found == std::string_view::npos ? never_closed(text_.size()) : found + closing.size();
  }

  std::size_t never_closed(std::size_t end) {
    is_closed_ = false;
    return end;
  }

  void add(Span::Kind kind, std::size_t end) {
    spans_.push_back({.kind = kind, .begin = at_, .end = end, .is_closed = is_closed_});
    at_ = end;
    is_closed_ = true;
  }

  // How long the line end at `at` is that a backslash before it takes away; compilers forgive blanks between.
  std::size_t splice(std::size_t at) const {
    const std::size_t end = text_.find_first_not_of(" \t\r\f\v", at);
    return end != std::string_view::npos && text_[end] == '\n' ? end + 1 - at : 0;
  }

  std::size_t end_of_line_comment() {
    for (std::size_t at = at_;; ++at) {
      if (at >= text_.size()) return never_closed(text_.size());
      if (text_[at] == '\n') return never_closed(text_[at - 1] == '\r' ? at - 1 : at);
      if (text_[at] == '\\') at += splice(at + 1);
    }
  }

  std::size_t end_of_literal(std::size_t quote) {
    for (std::size_t at = quote + 1; at < text_.size(); ++at) {
      if (text_[at] == text_[quote]) return at + 1;
      if (text_[at] == '\n') return never_closed(text_[at - 1] == '\r' ? at - 1 : at);
      if (text_[at] == '\\') at += std::max<std::size_t>(splice(at + 1), 1);
    }
    return never_closed(text_.size());
  }

  // A name or a number; the quotes that belong to it are no literals of their own.
  void skip_word() {
    const std::size_t begin = at_;
    const bool is_number = llvm::isDigit(text_[at_]);
    while (at_ < text_.size() &&
           (is_word(text_[at_]) || (is_number && text_[at_] == '\'' && is_word(peek(1)))))
      ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (peek(0) == '"' && (word == "R" || word == "u8R" || word == "uR" || word == "UR" || word == "LR"))
      add(Span::Kind::Literal, end_of_raw_string());
  }

  std::size_t end_of_raw_string() {
    const std::size_t open = text_.find_first_of("( )\\\t\v\f\n", at_ + 1);
    if (open == std::string_view::npos || text_[open] != '(') return end_of_literal(at_);
    std::string closing = ")";
    closing += text_.substr(at_ + 1, open - at_ - 1);
    return after(closing + '"', open + 1);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_closed_ = true;  // what was found last
  std::vector<Span> spans_;
};

}  // namespace

std::vector<Span> spans_of(std::string_view text) { return Scanner(text).run(); }

}  // namespace ferry::rewriter
