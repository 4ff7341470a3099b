#include "resolve/accept.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/JSON.h>

#include "model/compose.hpp"
#include "resolve/comments.hpp"
#include "resolve/nolint.hpp"

namespace ferry::rewriter {
namespace {

constexpr std::size_t kMaxColumns = 100;

// One line of a file that findings begin on.
struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;  // before its line end
  unsigned number = 0;
};

class Acceptor {
 public:
  Acceptor(const std::string& file, std::string_view text, const std::string& reason)
      : file_(file), text_(text), reason_(reason), spans_(spans_of(text)), nolints_(read_nolints(text)) {}

  // The edit that suppresses these rules in the line of the byte at `offset`, where a token begins.
  Edit accept(std::size_t offset, unsigned number, const std::set<std::string>& rules) const {
    const llvm::StringRef all(text_);
    Line line{.begin = all.rfind('\n', offset) + 1,
              .end = std::min(all.find('\n', offset), all.size()),
              .number = number};
    if (line.end > line.begin && text_[line.end - 1] == '\r') --line.end;
    std::string names;
    for (const std::string& rule : rules) names += (names.empty() ? "ferry-" : ", ferry-") + rule;

    if (const Nolint* known = extensible(line)) return extend(*known, names);
    const std::string comment = "(" + names + "): " + reason_;
    if (const auto at = end_of_comment(line)) return insert(*at, " NOLINT" + comment);
    if (!is_in_span(line.end) && !is_continued(line.end)) {
      const std::string at_end = "  // NOLINT" + comment;
      if (line.end - line.begin + at_end.size() <= kMaxColumns || !takes_line_before(line))
        return insert(line.end, at_end);
      const llvm::StringRef indent =
          all.slice(line.begin, line.end).take_while([](char c) { return c == ' ' || c == '\t'; });
      return insert(line.begin, indent.str() + "// NOLINTNEXTLINE" + comment + "\n");
    }
    if (const auto at = before_backslash(line)) return insert(*at, " /* NOLINT" + comment + " */");
    return insert(offset, "/* NOLINT" + comment + " */ ");
  }

 private:
  Edit insert(std::size_t offset, std::string replacement) const {
    return {.file = file_, .offset = offset, .length = 0, .replacement = std::move(replacement)};
  }

  // A list that may be made longer. What has a date keeps to it, so neither an old date nor a new one goes
  // with it.
  const Nolint* extensible(const Line& line) const {
    if (reason_.find("until=") != std::string::npos) return nullptr;
    const auto found = std::ranges::find_if(nolints_, [&](const Nolint& nolint) {
      return nolint.has_list && nolint.until.empty() &&
             ((nolint.kind == Nolint::Kind::Line && nolint.line == line.number) ||
              (nolint.kind == Nolint::Kind::NextLine && nolint.line + 1 == line.number));
    });
    return found == nolints_.end() ? nullptr : &*found;
  }

  Edit extend(const Nolint& nolint, const std::string& names) const {
    std::string addition = (nolint.names.empty() ? "" : ", ") + names;
    const bool has_reason = !llvm::StringRef(text_).slice(nolint.end, nolint.tail_end).trim().empty();
    if (has_reason) return insert(nolint.end - 1, std::move(addition));
    return {.file = file_, .offset = nolint.end - 1, .length = 1, .replacement = addition + "): " + reason_};
  }

  // Where the line's own `//` comment ends, if it ends with the line, and a list in it does so before.
  std::optional<std::size_t> end_of_comment(const Line& line) const {
    for (const Span& span : spans_)
      if (span.kind == Span::Kind::LineComment && span.begin >= line.begin && span.begin < line.end) {
        if (span.end != line.end) return std::nullopt;  // a backslash continues it
        const llvm::StringRef comment = llvm::StringRef(text_).slice(span.begin, line.end).rtrim();
        const llvm::StringRef open = comment.substr(comment.rfind(')') + 1);
        if (open.substr(open.find("NOLINT")).contains('(')) return std::nullopt;
        return span.begin + comment.size();
      }
    return std::nullopt;
  }

  // Where the line's code ends that a backslash continues.
  std::optional<std::size_t> before_backslash(const Line& line) const {
    llvm::StringRef code = llvm::StringRef(text_).slice(line.begin, line.end).rtrim();
    if (!code.consume_back("\\")) return std::nullopt;
    const std::size_t at = line.begin + code.rtrim().size();
    return is_in_span(at) || is_in_span(line.begin + code.size()) ? std::nullopt : std::optional(at);
  }

  bool is_in_span(std::size_t offset) const {
    return std::ranges::any_of(spans_, [&](const Span& span) {
      return span.begin < offset && (offset < span.end || (offset == span.end && !span.is_closed));
    });
  }

  bool is_continued(std::size_t line_end) const {
    return llvm::StringRef(text_).take_front(line_end).rtrim(" \t\r\f\v").ends_with("\\");
  }

  bool takes_line_before(const Line& line) const {
    return !is_in_span(line.begin) && (line.begin == 0 || !is_continued(line.begin - 1));
  }

  const std::string& file_;
  std::string_view text_;
  const std::string& reason_;
  std::vector<Span> spans_;
  std::vector<Nolint> nolints_;
};

}  // namespace

std::string fault_of_reason(std::string_view reason) {
  const llvm::StringRef text(reason);
  if (text.trim().empty()) return "a suppression needs a reason; say why these findings may stay";
  if (!llvm::json::isUTF8(text) ||
      llvm::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; }))
    return "the reason has to fit one line; leave control characters out";
  if (text.contains("*/") || text.contains("/*") || text.rtrim().ends_with("\\") || text.contains("NOLINT"))
    return "the reason would not stay within its comment; leave out `*/`, `/*`, NOLINT and a backslash at "
           "the end";
  const std::vector<Nolint> read = read_nolints("// NOLINT(ferry-X): " + std::string(reason));
  if (!read.front().until.empty() && !is_date(read.front().until))
    return "`until=" + read.front().until + "` is no date; write until=YYYY-MM-DD";
  return {};
}

Edit suppression(const std::string& file, std::string_view text, std::size_t offset,
                 const std::set<std::string>& rules, const std::string& reason) {
  return Acceptor(file, text, reason).accept(offset, position_of(text, offset).line, rules);
}

Plan accept_findings(Plan plan, const std::string& reason, const Scope& scope) {
  std::map<std::pair<std::string, unsigned>, std::vector<PlannedFinding*>> by_line;
  for (PlannedFinding& planned : plan.findings) {
    planned.finding.edits.clear();
    planned.finding.group.clear();
    planned.finding.last = false;
    if (!is_open(planned)) continue;
    if (planned.finding.rule.starts_with("NOLINT-")) {
      planned.decision = Decision::Report;
      planned.reason = "a suppression is no answer to what is wrong with one";
      continue;
    }
    if (!is_editable(scope, planned.finding.file)) {
      planned.decision = Decision::Report;
      planned.reason = "an edit would lie outside what may be edited";
      continue;
    }
    by_line[{planned.finding.file, planned.finding.line}].push_back(&planned);
  }
  std::map<std::string, Acceptor> acceptors;
  for (auto& [place, findings] : by_line) {
    const auto& [file, line] = place;
    const std::string& text = plan.texts.at(file);
    const Acceptor& acceptor =
        acceptors.try_emplace(file, plan.texts.find(file)->first, text, reason).first->second;
    std::set<std::string> rules;
    std::size_t offset = text.size();
    for (PlannedFinding* planned : findings) {
      rules.insert(planned->finding.rule);
      offset = std::min(offset, planned->finding.offset);
      planned->decision = Decision::Apply;
      planned->reason.clear();
      planned->finding.group = file + ":" + std::to_string(line);
    }
    // One comment for all of them.
    findings.front()->finding.edits.push_back(acceptor.accept(offset, line, rules));
  }
  return plan;
}

}  // namespace ferry::rewriter
