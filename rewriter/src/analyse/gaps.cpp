#include "analyse/gaps.hpp"

#include <clang/Basic/CharInfo.h>
#include <clang/Lex/Lexer.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

// How many names of `code` have their parenthesis behind them, with a blank in between and without.
struct Counted {
  unsigned spaced = 0;
  unsigned close = 0;
};

Counted count_calls(const Unit& unit, llvm::StringRef code) {
  const std::string text = code.str();  // the lexer wants a zero at the end
  clang::Lexer lexer(clang::SourceLocation(), unit.language, text.data(), text.data(),
                     text.data() + text.size());
  Counted counted;
  clang::Token token;
  bool is_directive = false;
  bool is_name = false;
  for (lexer.LexFromRawLexer(token); token.isNot(clang::tok::eof); lexer.LexFromRawLexer(token)) {
    if (token.isAtStartOfLine()) is_directive = token.is(clang::tok::hash);
    if (is_name && token.is(clang::tok::l_paren) && !token.isAtStartOfLine() && !is_directive)
      ++(token.hasLeadingSpace() ? counted.spaced : counted.close);
    is_name = token.is(clang::tok::raw_identifier) &&
              !unit.context.Idents.get(token.getRawIdentifier()).isKeyword(unit.language);
  }
  return counted;
}

}  // namespace

std::string gap_of_calls(const Unit& unit, clang::SourceLocation place) {
  const auto [file, offset] = unit.sources.getDecomposedLoc(unit.sources.getFileLoc(place));
  const llvm::StringRef text = unit.sources.getBufferData(file);
  const std::size_t begin = text.take_front(offset).rfind('\n') + 1;
  Counted counted = count_calls(unit, text.slice(begin, text.find('\n', offset)));
  if ((counted.spaced == 0) == (counted.close == 0)) counted = count_calls(unit, text);
  return counted.spaced > counted.close ? " " : "";
}

std::string with_gaps(llvm::StringRef code, llvm::StringRef gap) {
  if (gap.empty() || code.contains('"')) return code.str();
  std::string spaced;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '(' && i > 0 && clang::isAsciiIdentifierContinue(code[i - 1])) spaced += gap;
    spaced += code[i];
  }
  return spaced;
}

}  // namespace ferry::rewriter
