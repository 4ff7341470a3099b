#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <clang/Format/Format.h>
#include <clang/Lex/Lexer.h>
#include <clang/Tooling/Core/Replacement.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/Support/SourceMgr.h>

#include "apply/apply.hpp"
#include "support/line_diff.hpp"

namespace ferry::rewriter {
namespace {

namespace format = clang::format;

// Lines that took the place of others: where these stood, and where they stand. Without the last line's end,
// which would draw the next line in.
struct Changed {
  std::optional<clang::tooling::Range> before;
  clang::tooling::Range after;
};

std::optional<clang::tooling::Range> range_of(std::string_view text,
                                              const std::vector<std::string_view>& lines, std::size_t begin,
                                              std::size_t end) {
  if (begin == end) return std::nullopt;
  const auto offset = static_cast<unsigned>(lines[begin].data() - text.data());
  const std::string_view last = lines[end - 1];
  return clang::tooling::Range(offset,
                               static_cast<unsigned>(last.data() + last.size() - text.data()) - offset - 1);
}

std::vector<Changed> changed_ranges(std::string_view before, std::string_view after) {
  const auto old_lines = split_lines(before);
  const auto new_lines = split_lines(after);
  std::vector<Changed> ranges;
  for (const LineChange& change : line_diff(old_lines, new_lines))
    if (const auto range = range_of(after, new_lines, change.new_begin, change.new_end))
      ranges.push_back({range_of(before, old_lines, change.old_begin, change.old_end), *range});
  return ranges;
}

// What is compiled has been verified: the style may move it, and not change it. And empty lines beside it are
// not the change's.
void only_move(format::FormatStyle& style) {
  style.BreakStringLiterals = false;
  style.InsertBraces = false;
  style.RemoveBracesLLVM = false;
  style.RemoveSemicolon = false;
  style.RemoveParentheses = format::FormatStyle::RPS_Leave;
  style.InsertTrailingCommas = format::FormatStyle::TCS_None;
  style.QualifierAlignment = format::FormatStyle::QAS_Leave;
  style.SortUsingDeclarations = format::FormatStyle::SUD_Never;
  style.IntegerLiteralSeparator = {};
  style.MaxEmptyLinesToKeep = 1'000'000;
  style.KeepEmptyLines = {.AtEndOfFile = true, .AtStartOfBlock = true, .AtStartOfFile = true};
#if LLVM_VERSION_MAJOR >= 20
  style.RemoveEmptyLinesInUnwrappedLines = false;
#endif
  style.EmptyLineAfterAccessModifier = format::FormatStyle::ELAAMS_Leave;
  style.EmptyLineBeforeAccessModifier = format::FormatStyle::ELBAMS_Leave;
  style.SeparateDefinitionBlocks = format::FormatStyle::SDS_Leave;
}

// How many lines beside a change the formatter may touch: the rest of a call is aligned with it, but the body
// of a lambda behind it, or a statement that never was in this style, stays as it is.
constexpr std::size_t kLinesBeside = 3;

bool stays_near(const format::FormatStyle& style, const std::string& path, llvm::StringRef text,
                clang::tooling::Range range) {
  std::set<std::size_t> beside;
  for (const clang::tooling::Replacement& moved : format::reformat(style, text, {range}, path)) {
    const unsigned token = moved.getOffset() + moved.getLength();
    if (token < range.getOffset() || token > range.getOffset() + range.getLength())
      beside.insert(text.take_front(token).count('\n'));
  }
  return beside.size() <= kLinesBeside;
}

bool moves_lines(llvm::StringRef text, const clang::tooling::Replacements& moved) {
  return llvm::any_of(moved, [&](const clang::tooling::Replacement& each) {
    return text.substr(each.getOffset(), each.getLength()).count('\n') !=
           each.getReplacementText().count('\n');
  });
}

bool is_too_long(const format::FormatStyle& style, llvm::StringRef text, clang::tooling::Range range) {
  if (style.ColumnLimit == 0) return false;
  const llvm::StringRef lines = text.substr(range.getOffset(), range.getLength());
  return llvm::any_of(llvm::split(lines, '\n'),
                      [&](llvm::StringRef line) { return line.rtrim('\r').size() > style.ColumnLimit; });
}

// Whether lines may be joined and parted to be in this style. Where they were not in it before, they are not
// so to be changed that nobody would see what has changed: only what has become too long is.
bool follows_style(const format::FormatStyle& style, const std::string& path, llvm::StringRef before,
                   llvm::StringRef after, const Changed& changed) {
  return !changed.before || !moves_lines(after, format::reformat(style, after, {changed.after}, path)) ||
         is_too_long(style, after, changed.after) ||
         format::reformat(style, before, {*changed.before}, path).empty();
}

// The tokens without what separates them: a formatter may write `> >` for `>>`.
std::string tokens_of(const std::string& text) {
  clang::LangOptions language;
  language.CPlusPlus = language.CPlusPlus20 = true;
  clang::Lexer lexer(clang::SourceLocation(), language, text.data(), text.data(), text.data() + text.size());
  std::string tokens;
  clang::Token token;
  do {
    lexer.LexFromRawLexer(token);
    tokens.append(lexer.getBufferLocation() - token.getLength(), token.getLength());
  } while (token.isNot(clang::tok::eof));
  return tokens;
}

// The library hands no context on to a handler.
thread_local Problem* error_in_style = nullptr;

void keep_error(const llvm::SMDiagnostic& said, void*) {
  if (said.getKind() != llvm::SourceMgr::DK_Error) return;
  *error_in_style = {.file = said.getFilename().str(),
                     .line = static_cast<unsigned>(said.getLineNo()),
                     .column = static_cast<unsigned>(said.getColumnNo()) + 1,
                     .message = said.getMessage().str()};
}

}  // namespace

std::string format_changes(const std::string& path, std::string_view before, std::string after,
                           Problems& problems) {
  // The formatter would take a build file for code.
  if (llvm::StringRef(path).ends_with("CMakeLists.txt")) return after;
  const std::vector<Changed> changes = changed_ranges(before, after);
  if (changes.empty()) return after;
  Problem problem{.file = path};
  error_in_style = &problem;
  // What a newer formatter knows is no error.
  llvm::Expected<format::FormatStyle> style =
      format::getStyle(/*StyleName=*/"file", path, /*FallbackStyle=*/"none", after, /*FS=*/nullptr,
                       /*AllowUnknownOptions=*/true, keep_error);
  if (!style) {
    std::string said = llvm::toString(style.takeError());
    if (problem.message.empty()) problem.message = std::move(said);
    problem.message += "; changed lines are not formatted: correct the style";
    problems.push_back(std::move(problem));
    return after;
  }
  if (style->DisableFormat) return after;
  only_move(*style);
  std::vector<clang::tooling::Range> ranges;
  for (const Changed& changed : changes)
    if (stays_near(*style, path, after, changed.after) && follows_style(*style, path, before, after, changed))
      ranges.push_back(changed.after);
  llvm::Expected<std::string> formatted =
      clang::tooling::applyAllReplacements(after, format::reformat(*style, after, ranges, path));
  if (formatted && tokens_of(*formatted) == tokens_of(after)) return std::move(*formatted);
  llvm::consumeError(formatted.takeError());
  return after;
}

}  // namespace ferry::rewriter
