// resolve: the findings of all jobs -> one plan without contradictions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "model/job.hpp"
#include "model/plan.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {

struct ResolveOptions {
  Scope scope;          ///< findings outside it are dropped; edits outside it hold their finding back
  bool unsafe = false;  ///< apply edits that may change behaviour
};

/// Merges what the jobs found. `analyses[i]` is what `jobs[i]` gave, without findings for a job not analysed.
///
/// The same finding seen through many includers becomes one; where includers disagree, its edits are
/// withheld, and so are those that only a job which does not compile has seen. Findings that the source
/// suppresses (NOLINT) are dropped. Of edits that overlap, the outer one is made and the other deferred. The
/// result does not depend on the order in which jobs ran.
Plan resolve(const Jobs& jobs, std::vector<Analysis> analyses, const ResolveOptions& options);

/// Of edits that overlap, defers all but the outermost, with their groups. Findings that are deferred already
/// are considered again: what they waited for may be gone from the plan, or may not be made.
void settle_overlaps(Plan& plan);

/// Whether the line that a finding begins on, or the one before it, says NOLINT for `rule`: `NOLINT`,
/// `NOLINT(ferry-TIME-01, other)`, `NOLINT(ferry-*)`, and likewise NOLINTNEXTLINE.
bool is_suppressed(std::string_view text, std::size_t offset, std::string_view rule);

}  // namespace ferry::rewriter
