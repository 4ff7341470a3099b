#include "resolve/nolint.hpp"

#include <algorithm>
#include <chrono>

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/ADT/StringSwitch.h>

#include "model/compose.hpp"

namespace ferry::rewriter {
namespace {

constexpr llvm::StringLiteral kWord = "NOLINT";
constexpr llvm::StringLiteral kUntil = "until=";

bool read_kind(llvm::StringRef word, Nolint::Kind& kind) {
  const int read = llvm::StringSwitch<int>(word)
                       .Case("NOLINT", static_cast<int>(Nolint::Kind::Line))
                       .Case("NOLINTNEXTLINE", static_cast<int>(Nolint::Kind::NextLine))
                       .Case("NOLINTBEGIN", static_cast<int>(Nolint::Kind::Begin))
                       .Case("NOLINTEND", static_cast<int>(Nolint::Kind::End))
                       .Default(-1);
  if (read >= 0) kind = static_cast<Nolint::Kind>(read);
  return read >= 0;
}

void read_names(llvm::StringRef list, Nolint& nolint) {
  for (const llvm::StringRef entry : llvm::split(list, ',')) {
    if (const llvm::StringRef name = entry.trim(); !name.empty()) nolint.names.push_back(name.str());
  }
}

// What is said after the word: a reason, and a date anywhere in it.
void read_tail(llvm::StringRef tail, Nolint& nolint) {
  std::string reason;
  for (llvm::StringRef rest = tail; !rest.empty();) {
    const std::size_t at = rest.find(kUntil);
    const bool is_word =
        at != llvm::StringRef::npos && (at == 0 || (!llvm::isAlnum(rest[at - 1]) && rest[at - 1] != '_'));
    if (at == llvm::StringRef::npos || !is_word || !nolint.until.empty()) {
      const std::size_t taken = at == llvm::StringRef::npos ? rest.size() : at + kUntil.size();
      reason += rest.take_front(taken).str();
      rest = rest.drop_front(taken);
      continue;
    }
    reason += rest.take_front(at).rtrim(" \t,;(").str() + " ";
    rest = rest.drop_front(at + kUntil.size());
    nolint.until =
        rest.take_until([](char c) { return llvm::isSpace(c) || c == ',' || c == ';' || c == ')'; }).str();
    rest = rest.drop_front(nolint.until.size()).ltrim(" \t,;)");
    if (nolint.until.empty()) nolint.until = "?";
  }
  nolint.reason = llvm::StringRef(reason).trim().ltrim(":-").trim().str();
}

void read_comment(std::string_view text, const Span& comment, std::vector<Nolint>& nolints) {
  const llvm::StringRef all(text);
  const bool is_block = comment.kind == Span::Kind::BlockComment;
  // The closing delimiter, where there is one, is nobody's reason.
  const std::size_t end =
      is_block && all.slice(comment.begin + 2, comment.end).ends_with("*/") ? comment.end - 2 : comment.end;
  const std::size_t first = nolints.size();
  for (std::size_t at = comment.begin; (at = all.find(kWord, at)) < end;) {
    Nolint nolint{.comment = comment, .begin = at};
    at += kWord.size();
    while (at < end && llvm::isAlpha(all[at])) ++at;
    if (!read_kind(all.slice(nolint.begin, at), nolint.kind)) continue;
    if (at < end && all[at] == '(') {
      const std::size_t close = std::min(all.find_first_of("\n)", at), end);
      nolint.is_closed = close < end && all[close] == ')';
      nolint.has_list = nolint.is_closed;
      read_names(all.slice(at + 1, close), nolint);
      if (nolint.is_closed) at = close + 1;
    }
    nolint.end = at;
    nolints.push_back(std::move(nolint));
  }
  for (std::size_t i = first; i < nolints.size(); ++i) {
    Nolint& nolint = nolints[i];
    const std::size_t next = i + 1 < nolints.size() ? nolints[i + 1].begin : end;
    llvm::StringRef tail = all.slice(nolint.end, std::min(next, all.find('\n', nolint.end))).rtrim();
    if (tail.ends_with("\\")) tail = tail.drop_back().rtrim();  // it continues the line, not the reason
    nolint.tail_end = nolint.end + tail.size();
    read_tail(tail, nolint);
  }
}

}  // namespace

std::vector<Nolint> read_nolints(std::string_view text) {
  std::vector<Nolint> nolints;
  if (text.find(kWord) == std::string_view::npos) return nolints;
  for (const Span& span : spans_of(text))
    if (span.kind != Span::Kind::Literal) read_comment(text, span, nolints);
  // One walk over the lines, however many there are.
  unsigned line = 1;
  std::size_t line_begin = 0;
  for (Nolint& nolint : nolints) {
    for (std::size_t end; (end = text.find('\n', line_begin)) < nolint.begin; ++line) line_begin = end + 1;
    nolint.line = line;
    nolint.column = static_cast<unsigned>(nolint.begin - line_begin) + 1;
  }
  return nolints;
}

bool fits(std::string_view name, std::string_view text) {
  // Where the last `*` was, and how much of the text it stands for so far.
  std::size_t star = std::string_view::npos;
  std::size_t covered = 0;
  std::size_t in_name = 0;
  for (std::size_t in_text = 0; in_text < text.size();) {
    if (in_name < name.size() && name[in_name] == '*') {
      star = in_name++;
      covered = in_text;
    } else if (in_name < name.size() && name[in_name] == text[in_text]) {
      ++in_name;
      ++in_text;
    } else if (star != std::string_view::npos) {
      in_name = star + 1;
      in_text = ++covered;
    } else {
      return false;
    }
  }
  return name.find_first_not_of('*', in_name) == std::string_view::npos;
}

bool names_rule(const Nolint& nolint, std::string_view rule) {
  if (!nolint.has_list) return true;
  const std::string full = "ferry-" + std::string(rule);
  return std::ranges::any_of(nolint.names, [&](const std::string& name) { return fits(name, full); });
}

bool names_ferry(const Nolint& nolint) {
  return std::ranges::any_of(nolint.names,
                             [](const std::string& name) { return name.starts_with("ferry-"); });
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const llvm::StringRef all(text);
  if (all.substr(0, 4).getAsInteger(10, year) || all.substr(5, 2).getAsInteger(10, month) ||
      all.substr(8, 2).getAsInteger(10, day) || !llvm::all_of(all.substr(0, 4), llvm::isDigit))
    return false;
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month),
                                     std::chrono::day(day))
      .ok();
}

}  // namespace ferry::rewriter
