// analyse: one translation unit -> the findings in it.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "frontend/units.hpp"
#include "model/finding.hpp"
#include "model/job.hpp"
#include "model/scope.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

struct Packs;

struct AnalyseOptions {
  Scope scope;                                             ///< no finding outside it, none in a system header
  const Texts& overlay;                                    ///< texts that take the place of files on disk
  std::function<bool(std::string_view rule)> is_selected;  ///< --select and --ignore
  bool takes_shortcuts = true;   ///< skips function bodies that cannot change a finding
  const Packs* packs = nullptr;  ///< whose rules look; without any, only what headers say counts
  /// Of texts with edits made, the ranges that these wrote: references are wanted, and no findings.
  const FileRanges* written = nullptr;
};

/// Parses one translation unit and lets every rule look at it. The AST lives and dies in here.
///
/// Errors of the compiler are in `problems` and clear `compiled`; findings go as far as the compiler got.
/// Thread safety: may run for several jobs at once.
Analysis analyse(const Job& job, const AnalyseOptions& options);

/// The same as work for parse_units, whose result unpack() reads. `options` must outlive it.
std::unique_ptr<UnitWork> analysis_work(const AnalyseOptions& options);

/// Work for texts with edits made: compiles all of a unit and tells what it refers to, in the ranges that the
/// edits wrote and beside them. All must outlive it.
std::unique_ptr<UnitWork> references_work(const Scope& scope, const Packs* packs, const FileRanges& written);

}  // namespace ferry::rewriter
