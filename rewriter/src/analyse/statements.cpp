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

// Whether a comment's text is a verb for making something and one short phrase with `what` in it.
bool only_says_that_it_is_made(llvm::StringRef comment, llvm::StringRef what) {
  if (!comment.consume_front("//")) return false;
  comment = comment.trim();
  comment.consume_back(".");
  constexpr std::size_t kShort = 60;
  const std::string text = comment.lower();
  const llvm::StringRef first = llvm::StringRef(text).take_until([](char c) { return c == ' '; });
  const bool is_making = first == "create" || first == "creates" || first == "make" || first == "build" ||
                         first == "construct" || first == "prepare" || first == "declare";
  return is_making && text.size() <= kShort && llvm::StringRef(text).contains(what) &&
         text.find_first_of(".,;:(#@") == std::string::npos;
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

void remove_statement_and_title(const Unit& unit, const clang::Stmt& statement, llvm::StringRef what,
                                Change& change) {
  const clang::SourceLocation begin = statement.getBeginLoc();
  const clang::SourceLocation end = unit.end_of(statement.getEndLoc());
  if (begin.isMacroID() || end.isMacroID()) return remove_statement(unit, statement, change);
  const auto [file, offset] = unit.sources.getDecomposedLoc(begin);
  const llvm::StringRef text = unit.sources.getBufferData(file);
  const auto line_before = [&](std::size_t at) {
    return text.take_front(at == 0 ? 0 : at - 1).rfind('\n') + 1;
  };
  const std::size_t line = text.take_front(offset).rfind('\n') + 1;
  const std::size_t title = line_before(line);
  const llvm::StringRef above = text.slice(line_before(title), title).trim();
  llvm::StringRef below = text.substr(unit.sources.getFileOffset(end));
  const bool ends_line = below.take_until([](char c) { return c == '\n'; }).trim().empty();
  below = below.drop_front(std::min(below.find('\n') + 1, below.size())).take_until([](char c) {
    return c == '\n';
  });
  const bool stands_apart = text.slice(line, offset).trim().empty() && ends_line && below.trim().empty() &&
                            (above.empty() || above.ends_with("{"));
  if (line == 0 || !stands_apart || !only_says_that_it_is_made(text.slice(title, line).trim(), what))
    return remove_statement(unit, statement, change);
  const clang::SourceLocation start = unit.sources.getLocForStartOfFile(file);
  const std::size_t next = text.find('\n', unit.sources.getFileOffset(end)) + 1;
  change.replace_characters(start.getLocWithOffset(static_cast<int>(title)),
                            start.getLocWithOffset(static_cast<int>(past_second_gap(text, title, next))), "");
}

}  // namespace ferry::rewriter
