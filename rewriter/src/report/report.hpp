// report: what a run found and did, for a person or for a machine. One file a format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <llvm/Support/raw_ostream.h>

#include "model/plan.hpp"
#include "model/rule.hpp"

namespace ferry::rewriter {

/// How far along the line the run went.
enum class Command {
  Check,  ///< nothing was to be written
  Diff,   ///< the edits are shown, not made
  Fix,
};

struct ReportOptions {
  Command command = Command::Check;
  std::string root;               ///< paths for machines are relative to it
  std::string working_directory;  ///< paths for a person are relative to it
  std::string version{};          ///< of the program
  int exit_status = 0;            ///< what the program is about to end with
  bool is_accepting = false;      ///< the edits suppress the findings, they do not rewrite the places
  bool shows_suppressed = false;  ///< in text: list what comments suppress, too
  Rules rules{};                  ///< what is known of the rules, sorted by id
};

/// Whether the run has written the finding's edits.
bool is_fixed(const PlannedFinding& planned, const ReportOptions& options);

/// Whether the finding is still to be dealt with: it is open and was not fixed.
bool is_left(const PlannedFinding& planned, const ReportOptions& options);

/// For a person: each open finding that is left, as print_concise() does, with its source line and what its
/// fix would make of it; then a summary.
void print_text(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

/// One finding, as `path:line:column: RULE [applicability] message`.
void print_finding(llvm::raw_ostream& out, const Finding& finding, const ReportOptions& options);

/// The same in one line a finding, `path:line:column: RULE [applicability] message`, and a summary.
void print_concise(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

/// How many open findings there are, by rule and by directory, and a summary.
void print_statistics(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

/// What went wrong, as `path:line:column: error: message`.
void print_problems(llvm::raw_ostream& out, const Problems& problems, const ReportOptions& options);

/// What a person should look at, as `path:line:column: warning: message`.
void print_warnings(llvm::raw_ostream& out, const Problems& warnings, const ReportOptions& options);

/// What is worth knowing and no failure, as `path: note: message`.
void print_notes(llvm::raw_ostream& out, const Problems& notes, const ReportOptions& options);

// For machines: the same bytes for the same findings.

/// One JSON object: docs/cli.md describes it.
void print_json(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

/// A SARIF 2.1.0 log of one run.
void print_sarif(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

/// Workflow commands that GitHub shows beside the lines of a change.
void print_github(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

/// A code quality report of GitLab.
void print_gitlab(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

/// JUnit's XML: a failed test case for each open finding.
void print_junit(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

/// What clang-apply-replacements reads: the open findings, and replacements that lead from the texts before
/// the run to `outcome.after`. After Command::Fix there are none: they have been made.
void print_clang_yaml(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

}  // namespace ferry::rewriter
