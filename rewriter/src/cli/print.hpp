// Where a run's output goes.
#pragma once

#include <string>

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/Support/raw_ostream.h>

#include "cli/options.hpp"
#include "model/plan.hpp"
#include "report/progress.hpp"
#include "report/report.hpp"

namespace ferry::rewriter {

/// Turns colours on or off as --color says; `is_terminal` decides where it says `auto`.
void set_color(llvm::raw_ostream& out, const std::string& when, bool is_terminal);

/// Whether the files that the run is to print to can be there: asked before the work, which may take long.
/// Says what is wrong.
bool check_output_files(const RunOptions& options);

/// Prints the outcome in every format asked for, and problems on standard error; with Command::Diff the patch
/// takes standard output (or -o), and text goes to standard error. False when a file cannot be written: it
/// has been said.
bool print_outcome(const Outcome& outcome, const RunOptions& options, Command command,
                   const std::string& root, ExitStatus status);

/// What shows on standard error how far the work has come.
Progress progress_for(const RunOptions& options);

/// Writes a file at once: whoever reads it meanwhile sees the old content or the new one. What is no plain
/// file, such as a pipe, is written to as it comes. False when it cannot be written: it has been said.
bool write_file(const std::string& file, llvm::function_ref<void(llvm::raw_ostream&)> print);

}  // namespace ferry::rewriter
