#include "resolve/suppress.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

namespace ferry::rewriter {
namespace {

constexpr std::string_view kUnusedRule = "NOLINT-01";
constexpr std::string_view kMalformedRule = "NOLINT-02";
constexpr llvm::StringLiteral kPrefix = "ferry-";

bool is_expired(const Nolint& nolint, std::string_view today) {
  return is_date(nolint.until) && !today.empty() && nolint.until < today;
}

std::string list_of(const Nolint& nolint) {
  std::string list = nolint.has_list ? "(" : "";
  for (const std::string& name : nolint.names) list += name + ",";
  return list;
}

bool are_seen(const LineRanges& unseen, unsigned first, unsigned last) {
  return std::ranges::none_of(
      unseen, [&](const LineRange& range) { return range.first <= last && first <= range.last; });
}

std::string_view word_of(Nolint::Kind kind) {
  switch (kind) {
    case Nolint::Kind::Line:
      return "NOLINT";
    case Nolint::Kind::NextLine:
      return "NOLINTNEXTLINE";
    case Nolint::Kind::Begin:
      return "NOLINTBEGIN";
    case Nolint::Kind::End:
      return "NOLINTEND";
  }
  return {};
}

bool is_blank(llvm::StringRef text) { return text.trim().empty(); }

// What the comment says, without what makes it one.
llvm::StringRef inside(llvm::StringRef text, const Span& comment) {
  llvm::StringRef said = text.slice(comment.begin, comment.end);
  if (comment.kind == Span::Kind::BlockComment) said.consume_back("*/");
  return said.drop_front(2).ltrim("/*!<");
}

// Takes out a stretch of text and the blanks that then are too many.
Edit cut(const std::string& file, llvm::StringRef text, std::size_t begin, std::size_t end) {
  const std::size_t line_begin = text.rfind('\n', begin) + 1;  // npos + 1 is the first line
  const std::size_t line_end = std::min(text.find('\n', end), text.size());
  const llvm::StringRef before = text.slice(line_begin, begin);
  const llvm::StringRef after = text.slice(end, line_end);
  const bool is_continued = text.take_front(line_begin).rtrim().ends_with("\\");
  if (is_blank(before) && is_blank(after) && !is_continued) {
    const std::size_t next = std::min(line_end + 1, text.size());
    return {.file = file, .offset = line_begin, .length = next - line_begin, .replacement = ""};
  }
  // As the line's last character a backslash would draw the next line in.
  if (is_blank(after) && before.rtrim().ends_with("\\"))
    return {.file = file, .offset = begin, .length = end - begin, .replacement = "//"};
  if (is_blank(after) || (llvm::isSpace(after.front()) && before.rtrim(" \t").size() < before.size()))
    begin = line_begin + before.rtrim(" \t").size();
  else
    end += after.size() - after.ltrim(" \t").size();
  // Two tokens may have had nothing else between them.
  const auto stands_alone = [](char c) {
    return llvm::isSpace(c) || llvm::StringRef("()[]{},;").contains(c);
  };
  const bool is_needed =
      !is_blank(after) && !is_blank(before) && !stands_alone(text[begin - 1]) && !stands_alone(text[end]);
  return {.file = file, .offset = begin, .length = end - begin, .replacement = is_needed ? " " : ""};
}

}  // namespace

Edit removal(const std::string& file, std::string_view text, const Nolint& nolint,
             const std::vector<bool>& unused) {
  const llvm::StringRef all(text);
  std::string kept;
  for (std::size_t i = 0; i < nolint.names.size(); ++i)
    if (!unused[i]) kept += (kept.empty() ? "" : ", ") + nolint.names[i];
  if (!kept.empty()) {
    const std::size_t begin = all.find('(', nolint.begin) + 1;
    return {.file = file, .offset = begin, .length = nolint.end - 1 - begin, .replacement = kept};
  }
  const llvm::StringRef said = inside(all, nolint.comment);
  const std::size_t said_begin = static_cast<std::size_t>(said.data() - all.data());
  const bool is_reason =
      all.slice(nolint.end, nolint.tail_end).ltrim().starts_with(":") || !nolint.until.empty();
  const std::size_t end = is_reason ? nolint.tail_end : nolint.end;
  if (is_blank(all.slice(said_begin, nolint.begin)) && is_blank(all.slice(end, said_begin + said.size())))
    return cut(file, all, nolint.comment.begin, nolint.comment.end);
  return cut(file, all, nolint.begin, end);
}

Suppressions::Suppressions(std::string_view text, std::string_view today)
    : text_(text), nolints_(read_nolints(text)) {
  for (std::size_t at = 0; !nolints_.empty() && (at = text.find('\n', at)) != std::string_view::npos;)
    line_begins_.push_back(++at);
  for (std::size_t i = 0; i < nolints_.size(); ++i) {
    const Nolint& nolint = nolints_[i];
    if (nolint.kind != Nolint::Kind::Line && nolint.kind != Nolint::Kind::NextLine) continue;
    const unsigned line = nolint.line + (nolint.kind == Nolint::Kind::NextLine ? 1 : 0);
    scopes_.push_back({.opening = i,
                       .closing = {},
                       .first_line = line,
                       .last_line = line,
                       .is_expired = is_expired(nolint, today),
                       .used = std::vector<bool>(nolint.names.size())});
  }
  match_blocks(today);
}

// Blocks nest: an end closes the last beginning that is open, if it has the same list.
void Suppressions::match_blocks(std::string_view today) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < nolints_.size(); ++i) {
    const Nolint& nolint = nolints_[i];
    if (nolint.kind == Nolint::Kind::Begin) open.push_back(i);
    if (nolint.kind != Nolint::Kind::End) continue;
    if (open.empty() || list_of(nolints_[open.back()]) != list_of(nolint)) {
      unmatched_.push_back(i);
      continue;
    }
    const Nolint& opening = nolints_[open.back()];
    scopes_.push_back({.opening = open.back(),
                       .closing = i,
                       .first_line = opening.line,
                       .last_line = nolint.line,
                       .is_expired = is_expired(opening, today),
                       .used = std::vector<bool>(opening.names.size())});
    open.pop_back();
  }
  unmatched_.insert(unmatched_.end(), open.begin(), open.end());
  std::ranges::sort(unmatched_);
  std::ranges::sort(scopes_, {}, &Scope::opening);
}

bool Suppressions::covers(const Scope& scope, std::size_t offset, unsigned line) const {
  if (!scope.closing) return line == scope.first_line;
  return nolints_[scope.opening].begin <= offset && offset < nolints_[*scope.closing].begin;
}

unsigned Suppressions::line_of(std::size_t offset) const {
  return static_cast<unsigned>(std::ranges::upper_bound(line_begins_, offset) - line_begins_.begin());
}

Suppressions::Verdict Suppressions::accept(std::size_t offset, std::string_view rule) {
  const unsigned line = line_of(offset);
  Verdict verdict;
  const std::string full = kPrefix.str() + std::string(rule);
  for (Scope& scope : scopes_) {
    const Nolint& nolint = nolints_[scope.opening];
    if (!covers(scope, offset, line)) continue;
    if (llvm::is_contained(nolint.names, rule)) verdict.misnamed = &nolint;
    if (!names_rule(nolint, rule)) continue;
    for (std::size_t i = 0; i < nolint.names.size(); ++i)
      if (fits(nolint.names[i], full)) scope.used[i] = true;
    if (scope.is_expired)
      verdict.expired = &nolint;
    else if (!verdict.accepted_by)
      verdict.accepted_by = {.line = nolint.line, .column = nolint.column, .reason = nolint.reason};
  }
  return verdict;
}

Finding Suppressions::finding_at(const Nolint& nolint, const std::string& file) const {
  return {.file = file,
          .offset = nolint.begin,
          .line = nolint.line,
          .column = nolint.column,
          .end_line = nolint.line,
          .end_column = nolint.column + static_cast<unsigned>(nolint.end - nolint.begin),
          .remark = true};
}

std::optional<Finding> Suppressions::unused(const Scope& scope, const std::string& file,
                                            const std::function<bool(std::string_view)>& has_run) const {
  const Nolint& nolint = nolints_[scope.opening];
  if (!nolint.has_list) return std::nullopt;
  std::vector<bool> idle(nolint.names.size());
  std::string named;
  for (std::size_t i = 0; i < nolint.names.size(); ++i) {
    llvm::StringRef rule = nolint.names[i];
    idle[i] = !scope.used[i] && rule.consume_front(kPrefix) && has_run(rule);
    if (idle[i]) named += (named.empty() ? "" : ", ") + rule.str();
  }
  if (named.empty()) return std::nullopt;
  Finding finding = finding_at(nolint, file);
  finding.rule = kUnusedRule;
  finding.applicability = Applicability::Safe;
  finding.message = "suppresses nothing: no finding of " + named +
                    (scope.closing ? " up to line " + std::to_string(scope.last_line)
                     : nolint.kind == Nolint::Kind::NextLine ? " in the next line"
                                                             : " in this line");
  finding.edits.push_back(removal(file, text_, nolint, idle));
  if (scope.closing) finding.edits.push_back(removal(file, text_, nolints_[*scope.closing], idle));
  return finding;
}

Findings Suppressions::unused(const std::string& file, const LineRanges& unseen,
                              const std::function<bool(std::string_view)>& has_run) const {
  Findings findings;
  for (const Scope& scope : scopes_)
    if (are_seen(unseen, scope.first_line, scope.last_line))
      if (auto finding = unused(scope, file, has_run)) findings.push_back(std::move(*finding));
  return findings;
}

Findings Suppressions::malformed(const std::string& file) const {
  Findings findings;
  const auto add = [&](const Nolint& nolint, std::string message) {
    Finding finding = finding_at(nolint, file);
    finding.rule = kMalformedRule;
    finding.message = std::move(message);
    findings.push_back(std::move(finding));
  };
  for (const Nolint& nolint : nolints_) {
    if (!names_ferry(nolint)) continue;
    if (!nolint.is_closed) add(nolint, "its list lacks the closing parenthesis, so it is taken for none");
    if (!nolint.until.empty() && !is_date(nolint.until))
      add(nolint, "`until=" + nolint.until + "` is no date; write until=YYYY-MM-DD");
  }
  for (const std::size_t index : unmatched_) {
    const Nolint& nolint = nolints_[index];
    if (!names_ferry(nolint)) continue;
    const bool begins = nolint.kind == Nolint::Kind::Begin;
    add(nolint, std::string(word_of(nolint.kind)) + " without " +
                    (begins ? "NOLINTEND after it" : "NOLINTBEGIN before it") +
                    " that has the same list: it suppresses nothing");
  }
  std::ranges::sort(findings);
  return findings;
}

void suppress(Plan& plan, const std::vector<JudgedFile>& judged, const ResolveOptions& options) {
  std::map<std::string, Suppressions> by_file;
  const auto suppressions_of = [&](const std::string& file) -> Suppressions& {
    const auto known = by_file.find(file);
    if (known != by_file.end()) return known->second;
    return by_file.emplace(file, Suppressions(plan.texts.at(file), options.today)).first->second;
  };
  const auto mark = [&](PlannedFinding& planned) {
    Finding& finding = planned.finding;
    Suppressions::Verdict verdict = suppressions_of(finding.file).accept(finding.offset, finding.rule);
    if (verdict.accepted_by) {
      planned.decision = Decision::Suppressed;
      planned.reason = "suppressed in line " + std::to_string(verdict.accepted_by->line);
      if (!verdict.accepted_by->reason.empty()) planned.reason += ": " + verdict.accepted_by->reason;
      planned.suppression = std::move(verdict.accepted_by);
    } else if (verdict.expired != nullptr) {
      finding.message += "; its suppression in line " + std::to_string(verdict.expired->line) +
                         " has expired (until=" + verdict.expired->until + ")";
    } else if (verdict.misnamed != nullptr) {
      finding.message += "; to suppress it, line " + std::to_string(verdict.misnamed->line) +
                         " has to name `" + kPrefix.str() + finding.rule + "`";
    }
  };
  for (PlannedFinding& planned : plan.findings) mark(planned);

  if (!options.has_run) return;
  std::vector<PlannedFinding> faults;
  for (const JudgedFile& known : judged) {
    // As the findings in it call it, where there are any.
    const auto name =
        std::ranges::find_if(known.names, [&](const auto& path) { return plan.texts.contains(path); });
    const std::string& file = name == known.names.end() ? known.names.front() : *name;
    if (!contains(options.scope, file)) continue;
    plan.texts.emplace(file, known.text);
    const Suppressions& suppressions = suppressions_of(file);
    Findings findings = suppressions.unused(file, known.unseen, options.has_run);
    llvm::append_range(findings, suppressions.malformed(file));
    for (Finding& finding : findings) faults.push_back({.finding = std::move(finding)});
  }
  for (PlannedFinding& fault : faults) {
    mark(fault);
    plan.findings.push_back(std::move(fault));
  }
  std::ranges::sort(plan.findings, {}, [](const PlannedFinding& planned) {
    return std::tie(planned.finding.file, planned.finding.offset, planned.finding.rule,
                    planned.finding.edits);
  });
}

}  // namespace ferry::rewriter
