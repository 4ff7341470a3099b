// summary: what a report for a person ends with.
#pragma once

#include <llvm/Support/raw_ostream.h>

#include "report/report.hpp"

namespace ferry::rewriter {

/// Whether the run has made the finding's edits, or shows them in a patch.
bool is_made(const PlannedFinding& planned, const ReportOptions& options);

/// Whether a person still has to see the finding.
bool is_listed(const PlannedFinding& planned, const ReportOptions& options);

/// Prints how much was found, what became of it, and what is not listed because something accepts it.
void print_summary(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options);

}  // namespace ferry::rewriter
