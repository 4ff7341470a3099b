// known: the baseline of a run.
#pragma once

#include <optional>
#include <string>

#include "cli/options.hpp"
#include "model/plan.hpp"
#include "resolve/baseline.hpp"

namespace ferry::rewriter {

/// What --baseline and --write-baseline name, read before the work begins.
class KnownFindings {
 public:
  /// Empty when a file cannot be read: what is wrong with it has been said.
  static std::optional<KnownFindings> open(const RunOptions& options);

  /// Marks what the baseline accepts; with --write-baseline alone, that is everything that is found. `whole`
  /// is the plan with what the outcome leaves out of its files, if it does: copies of a line are told apart
  /// by their number.
  void mark(Outcome& outcome, const BaselineScope& scope, const Plan* whole = nullptr);

  /// Writes the new baseline, if one is asked for. False when it cannot be written: it has been said.
  bool write(const RunOptions& options) const;

 private:
  bool is_read_ = false;     // --baseline
  bool is_written_ = false;  // --write-baseline
  Baseline read_;
  Baseline earlier_;  // what the file to write holds so far, without --baseline
  Baseline next_;
};

}  // namespace ferry::rewriter
