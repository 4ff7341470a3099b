#include "analyse/statements.hpp"

#include <clang/Lex/Lexer.h>

namespace ferry::rewriter {

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
  change.replace_characters(start.getLocWithOffset(static_cast<int>(line)),
                            start.getLocWithOffset(static_cast<int>(next_line) + 1), "");
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
