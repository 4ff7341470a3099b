// Change: the edits of one finding, in the compiler's locations.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <clang/Basic/SourceLocation.h>

namespace ferry::rewriter {

/// What a rule wants to be different, token by token. Unit::report turns it into edits of files, through
/// macros where that is right, and says why where it is not.
class Change {
 public:
  struct Piece {
    enum class At { Tokens, Before, After, Characters };
    At at = At::Tokens;
    clang::SourceLocation begin;
    clang::SourceLocation end;  ///< of the last token; one past the last character for Characters
    std::string text;
    bool keeps_first = false;    ///< the first token stays
    bool keeps_last = false;     ///< the last token stays
    std::size_t keep_front = 0;  ///< so many characters stay, of what is left
    std::size_t keep_back = 0;
  };

  /// Replaces the tokens from the first to the last one of `tokens`.
  void replace(clang::SourceRange tokens, std::string text) {
    pieces_.push_back({Piece::At::Tokens, tokens.getBegin(), tokens.getEnd(), std::move(text)});
  }
  void add(Piece piece) { pieces_.push_back(std::move(piece)); }
  /// Replaces characters of a file: `end` is one past the last one.
  void replace_characters(clang::SourceLocation begin, clang::SourceLocation end, std::string text) {
    pieces_.push_back({Piece::At::Characters, begin, end, std::move(text)});
  }
  void insert_before(clang::SourceLocation token, std::string text) {
    pieces_.push_back({Piece::At::Before, token, token, std::move(text)});
  }
  /// Inserts behind the token that begins at `token`.
  void insert_after(clang::SourceLocation token, std::string text) {
    pieces_.push_back({Piece::At::After, token, token, std::move(text)});
  }
  void append(Change other) {
    for (Piece& piece : other.pieces_) pieces_.push_back(std::move(piece));
  }

  bool empty() const { return pieces_.empty(); }
  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  std::vector<Piece> pieces_;
};

}  // namespace ferry::rewriter
