#include "resolve/baseline.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "model/fingerprint.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {
namespace {

constexpr llvm::StringLiteral kHeader = "# ferry baseline 1";
constexpr llvm::StringLiteral kAbout =
    "# Findings that are accepted: file, rule and text of the line. `ferry check --baseline` reports all "
    "others.";

// A field of the file: no tab and no line end, whatever the name of a file holds.
std::string escaped(llvm::StringRef text) {
  std::string result;
  for (const char c : text)
    if (c == '\\')
      result += "\\\\";
    else if (static_cast<unsigned char>(c) < ' ')
      result += "\\x" + llvm::toHex(llvm::StringRef(&c, 1), /*LowerCase=*/true);
    else
      result += c;
  return result;
}

// The opposite; where an escape is none, `fault` gets its offset.
std::string unescaped(llvm::StringRef text, std::optional<std::size_t>& fault) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      result += text[at];
      continue;
    }
    unsigned value = 0;
    if (text.substr(at + 1).starts_with("\\")) {
      result += '\\';
      ++at;
    } else if (text.substr(at + 1).starts_with("x") && text.size() >= at + 4 &&
               !text.substr(at + 2, 2).getAsInteger(16, value)) {
      result += static_cast<char>(value);
      at += 3;
    } else {
      fault = at;
      return result;
    }
  }
  return result;
}

class Reader {
 public:
  Reader(const std::string& path, Problem& error) : path_(path), error_(error) {}

  std::optional<Baseline> read(llvm::StringRef text) {
    Baseline baseline;
    text.consume_front("\xEF\xBB\xBF");
    for (; !text.empty(); ++line_) {
      llvm::StringRef line;
      std::tie(line, text) = text.split('\n');
      line = line.rtrim('\r');
      if (line_ == 1 && line != kHeader)
        return fail(1, line.starts_with("# ferry baseline ")
                           ? "a baseline of another version of ferry; write it again with --write-baseline"
                           : "no baseline: its first line is `" + kHeader.str() +
                                 "`; write one with --write-baseline");
      if (line.empty() || line.starts_with("#")) continue;
      if (!read_entry(line, baseline)) return std::nullopt;
    }
    if (line_ == 1) return fail(1, "empty; write a baseline with --write-baseline");
    std::ranges::sort(baseline);
    return baseline;
  }

 private:
  std::nullopt_t fail(std::size_t column, std::string message) {
    error_ = {
        .file = path_, .line = line_, .column = static_cast<unsigned>(column), .message = std::move(message)};
    return std::nullopt;
  }

  bool read_entry(llvm::StringRef line, Baseline& baseline) {
    const std::size_t first = line.find('\t');
    const std::size_t second = first == llvm::StringRef::npos ? first : line.find('\t', first + 1);
    if (second == llvm::StringRef::npos || line.find('\t', second + 1) != llvm::StringRef::npos) {
      fail(1,
           "not an entry: file, rule and text of the line, with tabs between; write the file again with "
           "--write-baseline");
      return false;
    }
    std::optional<std::size_t> fault;
    BaselineEntry entry{.file = unescaped(line.take_front(first), fault),
                        .rule = line.slice(first + 1, second).str(),
                        .line = line.drop_front(second + 1).str()};
    if (fault) {
      fail(*fault + 1, "a backslash begins `\\\\` or `\\xHH`, and nothing else");
    } else if (entry.file.empty()) {
      fail(1, "the entry names no file");
    } else if (entry.rule.empty()) {
      fail(first + 2, "the entry names no rule");
    } else {
      baseline.push_back(std::move(entry));
      return true;
    }
    return false;
  }

  const std::string& path_;
  Problem& error_;
  unsigned line_ = 1;
};

BaselineEntry entry_of(const Plan& plan, const Finding& finding, const std::string& root) {
  const auto text = plan.texts.find(finding.file);
  return {.file = relative_to(finding.file, root),
          .rule = finding.rule,
          .line = text == plan.texts.end() ? "" : line_text(text->second, finding.offset)};
}

std::string absolute(const std::string& file, const std::string& root) {
  llvm::SmallString<256> path(file);
  llvm::sys::fs::make_absolute(root, path);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return std::string(path);
}

}  // namespace

std::optional<Baseline> read_baseline(const std::string& path, std::string_view text, Problem& error) {
  return Reader(path, error).read(text);
}

std::string write_baseline(Baseline baseline) {
  std::ranges::sort(baseline);
  std::string text = kHeader.str() + "\n" + kAbout.str() + "\n";
  for (const BaselineEntry& entry : baseline)
    text += escaped(entry.file) + "\t" + entry.rule + "\t" + entry.line + "\n";
  return text;
}

BaselineMatch match_baseline(Plan& plan, const Baseline& baseline, const BaselineScope& scope) {
  BaselineMatch match;
  std::map<BaselineEntry, std::size_t> entries;
  for (const BaselineEntry& entry : baseline) ++entries[entry];

  std::vector<std::pair<PlannedFinding*, BaselineEntry>> unmatched;
  for (PlannedFinding& planned : plan.findings) {
    if (planned.decision == Decision::Suppressed) continue;
    BaselineEntry entry = entry_of(plan, planned.finding, scope.root);
    const auto known = entries.find(entry);
    if (known == entries.end() || known->second == 0) {
      unmatched.emplace_back(&planned, std::move(entry));
      continue;
    }
    --known->second;
    planned.is_known = true;
    match.left.push_back(std::move(entry));
  }

  // What is no longer in its place may have moved to another file.
  std::map<std::pair<std::string, std::string>, std::vector<BaselineEntry>> gone;
  for (const auto& [entry, count] : entries) {
    const std::string path = absolute(entry.file, scope.root);
    const bool is_gone = scope.has_run(entry.rule) && scope.is_judged(path);
    for (std::size_t i = 0; i < count; ++i)
      if (is_gone)
        gone[{entry.rule, entry.line}].push_back(entry);
      else
        match.left.push_back(entry);
  }
  for (auto& [planned, entry] : unmatched) {
    const auto moved = gone.find({entry.rule, entry.line});
    if (moved == gone.end() || moved->second.empty()) continue;
    moved->second.pop_back();
    planned->is_known = true;
    match.left.push_back(std::move(entry));
  }
  for (auto& [key, rest] : gone)
    for (BaselineEntry& entry : rest) {
      const bool is_stale = !llvm::sys::fs::exists(absolute(entry.file, scope.root));
      match.gone.push_back({.entry = std::move(entry), .is_stale = is_stale});
    }
  std::ranges::sort(match.left);
  std::ranges::sort(match.gone);
  return match;
}

Baseline baseline_of(const Plan& plan, const std::string& root) {
  Baseline baseline;
  for (const PlannedFinding& planned : plan.findings)
    if (is_open(planned)) baseline.push_back(entry_of(plan, planned.finding, root));
  std::ranges::sort(baseline);
  return baseline;
}

}  // namespace ferry::rewriter
