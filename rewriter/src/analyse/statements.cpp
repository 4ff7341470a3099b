#include "analyse/statements.hpp"

#include <clang/Lex/Lexer.h>

namespace ferry::rewriter {
namespace {

// One past the empty line at `begin`, where the line in front of `line` is empty as well or opens a block;
// `begin` otherwise.
std::size_t past_second_gap(llvm::StringRef text, std::size_t line, std::size_t begin) {
  const std::size_t end = text.find('\n', begin);
  if (line == 0 || end == llvm::StringRef::npos || !text.slice(begin, end).trim().empty()) return begin;
  const llvm::StringRef above = text.take_front(line - 1);
  const llvm::StringRef previous = above.substr(above.rfind('\n') + 1).trim();
  return previous.empty() || previous.ends_with("{") ? end + 1 : begin;
}

}  // namespace

void remove_code(const Unit& unit, clang::SourceRange range, Change& change) {
  if (range.getBegin().isMacroID() || range.getEnd().isMacroID()) return change.replace(range, "");
  const auto [file, begin] = unit.sources.getDecomposedLoc(range.getBegin());
  const llvm::StringRef text = unit.sources.getBufferData(file);
  const std::size_t end = unit.sources.getFileOffset(unit.end_of(range.getEnd()));
  const std::size_t line = text.take_front(begin).rfind('\n') + 1;
  const std::size_t next_line = text.find('\n', end);
  const bool is_alone = text.slice(line, begin).trim().empty() && next_line != llvm::StringRef::npos &&
                        text.slice(end, next_line).trim().empty();
  if (!is_alone) return change.replace(range, "");
  const clang::SourceLocation start = unit.sources.getLocForStartOfFile(file);
  const std::size_t rest = past_second_gap(text, line, next_line + 1);
  change.replace_characters(start.getLocWithOffset(static_cast<int>(line)),
                            start.getLocWithOffset(static_cast<int>(rest)), "");
}

void remove_statement(const Unit& unit, const clang::Stmt& statement, Change& change) {
  clang::SourceLocation last = statement.getEndLoc();
  if (!llvm::isa<clang::DeclStmt>(statement))
    if (const auto next = clang::Lexer::findNextToken(last, unit.sources, unit.language);
        next && next->is(clang::tok::semi))
      last = next->getLocation();
  remove_code(unit, clang::SourceRange(statement.getBeginLoc(), last), change);
}

}  // namespace ferry::rewriter
