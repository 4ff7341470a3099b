// printed: what a report prints, as a string.
#pragma once

#include <string>
#include <string_view>

#include <llvm/Support/raw_ostream.h>

#include "model/compose.hpp"
#include "report/report.hpp"

namespace ferry::rewriter::test {

/// The report that `print` prints.
std::string printed(auto print, const Outcome& outcome, const ReportOptions& options) {
  std::string text;
  llvm::raw_string_ostream out(text);
  print(out, outcome, options);
  return text;
}

/// A finding of `rule` at the first `code` in the text of /p/src/a.cpp, which is replaced if `replacement`
/// says so.
inline Finding finding_at(const std::string& text, std::string_view code, std::string replacement = {}) {
  const std::size_t offset = text.find(code);
  const Position begin = position_of(text, offset);
  const Position end = position_of(text, offset + code.size());
  Finding finding{.rule = "TIME-01",
                  .applicability = Applicability::Safe,
                  .file = "/p/src/a.cpp",
                  .offset = offset,
                  .line = begin.line,
                  .column = begin.column,
                  .end_line = end.line,
                  .end_column = end.column,
                  .message = "`" + std::string(code) + "` is old"};
  if (!replacement.empty())
    finding.edits.push_back({finding.file, offset, code.size(), std::move(replacement)});
  return finding;
}

/// An outcome of check with these findings in one file.
inline Outcome outcome_of(const std::string& text, std::vector<PlannedFinding> findings) {
  Outcome outcome{.plan = {.findings = std::move(findings), .texts = {{"/p/src/a.cpp", text}}}};
  outcome.safe = rewritable(outcome.plan);
  return outcome;
}

inline const ReportOptions kCheck{.command = Command::Check, .root = "/p", .working_directory = "/p/src"};

}  // namespace ferry::rewriter::test
