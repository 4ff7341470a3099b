// verify: compiles what a plan touches with its edits in place, and takes back what does not compile.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "frontend/prefix.hpp"
#include "frontend/units.hpp"
#include "model/job.hpp"
#include "model/plan.hpp"
#include "model/references.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

struct VerifyOptions {
  const Texts& overlay;  ///< what the plan was made from, where that is not what the disk holds
  unsigned processes = 1;
  /// What the jobs with these numbers share, with this overlay; empty: nothing.
  std::function<std::vector<Prefix>(const std::vector<std::size_t>& which, const Texts& overlay)> prefixes{};
  /// What compiles a unit and tells what it refers to, with its edits in these ranges; its result is what
  /// pack() gives. Empty, or giving none: what names mean is not looked at.
  std::function<std::unique_ptr<UnitWork>(const FileRanges& written)> references{};
  /// The jobs are not compiled as they were analysed: one may have errors without the edits that it does not
  /// have there, and only errors that come with the edits count.
  bool has_own_jobs = false;
  /// By job, what it refers to without the edits; none for a job that is not known. May be empty.
  std::vector<References> before{};
};

/// Compiles in memory every job that reads a file the plan edits. `inputs[i]` are the files that `jobs[i]`
/// reads.
///
/// Where a job that compiled before no longer does, the findings at fault are sought, nearest to the error
/// first and then by bisecting, and withheld together with their groups; a problem says what the compiler
/// said. A job that did not compile before is not held against the edits. In the plan that is returned, every
/// job that compiled before compiles.
///
/// Withheld is also an edit whose new name means something else in some job than its rule says. A call that
/// nobody edited and that means another function than before is in the plan's warnings.
Plan verify(Plan plan, const Jobs& jobs, const std::vector<std::vector<std::string>>& inputs,
            VerifyOptions options);

}  // namespace ferry::rewriter
