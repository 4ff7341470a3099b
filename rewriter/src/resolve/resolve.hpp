// resolve: the findings of all jobs -> one plan without contradictions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "model/job.hpp"
#include "model/plan.hpp"
#include "model/scope.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

struct ResolveOptions {
  Scope scope;          ///< findings outside it are dropped; edits outside it hold their finding back
  bool unsafe = false;  ///< apply edits that may change behaviour
  /// Whether findings of a rule are asked for; those of others only tell which suppressions are used. Without
  /// it all are.
  std::function<bool(std::string_view rule)> is_reported{};

  std::string today{};  ///< YYYY-MM-DD: suppressions until an earlier day have expired; empty: none has

  /// The files whose suppressions can be called unused: whatever reads them has been analysed, or can have no
  /// findings. Files without NOLINT may be left out.
  Texts judged{};

  /// Whether every rule was looked for that a name, which may hold `*`, stands for. Without it, comments are
  /// not looked at for their own sake.
  std::function<bool(std::string_view name)> has_run{};
};

/// Merges what the jobs found. `analyses[i]` is what `jobs[i]` gave, without findings for a job not analysed.
///
/// The same finding seen through many includers becomes one; where includers disagree, its edits are
/// withheld, and so are those that only a job which does not compile has seen. Findings that the source
/// suppresses (NOLINT) are marked; what is wrong with the comments that do so is added, as findings of rules
/// NOLINT-01 and NOLINT-02. Names in code that no job which reads it compiles are listed. Of edits that
/// overlap, the outer one is made and the other deferred. The result does not depend on the order in which
/// jobs ran.
Plan resolve(const Jobs& jobs, std::vector<Analysis> analyses, const ResolveOptions& options);

/// Of edits that overlap, defers all but the outermost, with their groups. Findings that are deferred already
/// are considered again: what they waited for may be gone from the plan, or may not be made.
void settle_overlaps(Plan& plan);

}  // namespace ferry::rewriter
