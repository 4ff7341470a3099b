// Where a run's output goes.
#pragma once

#include <string>

#include <llvm/Support/raw_ostream.h>

#include "cli/options.hpp"
#include "discover/discover.hpp"
#include "model/plan.hpp"
#include "report/report.hpp"

namespace ferry::rewriter {

/// Turns colours on or off as --color says; `is_terminal` decides where it says `auto`.
void set_color(llvm::raw_ostream& out, const std::string& when, bool is_terminal);

/// Prints the outcome in every format asked for, and problems on standard error; with Command::Diff the patch
/// takes standard output (or -o), and text goes to standard error. False when a file cannot be written: it
/// has been said.
bool print_outcome(const Outcome& outcome, const RunOptions& options, Command command,
                   const std::string& root);

}  // namespace ferry::rewriter
