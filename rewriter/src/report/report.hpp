// report: what a run found and did, for a person or for a machine. One file a format.
#pragma once

#include <string>

#include <llvm/Support/raw_ostream.h>

#include "model/plan.hpp"

namespace ferry::rewriter {

/// How far along the line the run went.
enum class Command {
  Check,  ///< nothing was to be written
  Diff,   ///< the edits are shown, not made
  Fix,
};

struct ReportOptions {
  Command command = Command::Check;
  std::string root;               ///< paths in `json` are relative to it
  std::string working_directory;  ///< paths in text are relative to it
};

/// For a person: each finding that is left, as `path:line:column: RULE [applicability] message` with the
/// reason, and a summary.
void print_text(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

/// One finding, as `path:line:column: RULE [applicability] message`.
void print_finding(llvm::raw_ostream& out, const Finding& finding, const ReportOptions& options);

/// What went wrong, as `path:line:column: error: message`.
void print_problems(llvm::raw_ostream& out, const Problems& problems, const ReportOptions& options);

/// What is worth knowing and no failure, as `path: note: message`.
void print_notes(llvm::raw_ostream& out, const Problems& notes, const ReportOptions& options);

/// For a machine: one JSON object, byte-identical for the same findings.
void print_json(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

}  // namespace ferry::rewriter
