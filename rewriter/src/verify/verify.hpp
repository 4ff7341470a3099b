// verify: analyses what a plan touches with its edits in place, and takes back what is not right then.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/job.hpp"
#include "model/plan.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

/// What the plan was made from.
struct Before {
  bool is_known = false;  ///< the job was analysed
  bool compiled = false;
  References references;
};

struct VerifyOptions {
  const Texts& overlay;               ///< what the plan was made from, where that is not what the disk holds
  const std::vector<Before>& before;  ///< by job; may be empty
  /// Analyses jobs in memory, with these texts in place of files, and reports references in the ranges.
  /// `result[i]` belongs to `which[i]`.
  std::function<std::vector<Analysis>(const std::vector<std::size_t>& which, const Texts& overlay,
                                      const FileRanges& watched)>
      analyse;
};

struct Verified {
  Plan plan;
  std::vector<std::optional<Analysis>> after;  ///< by job: of the texts that result, for those that read one
};

/// Analyses every job that reads a file the plan edits, with the edits. `inputs[i]` are the files that
/// `jobs[i]` reads.
///
/// Where a job that compiled before no longer does, the findings at fault are sought, nearest to the error
/// first and then by bisecting, and withheld together with their groups; a problem says what the compiler
/// said. Withheld is also an edit whose new name means something else than its rule says, and one of a place
/// where a job that was not analysed takes the old name for something else. A job that did not compile before
/// is not held against the edits. In the plan that is returned, every job that compiled before compiles.
///
/// A call that nobody edited and that means another function than before is in the plan's warnings.
Verified verify(Plan plan, const Jobs& jobs, const std::vector<std::vector<std::string>>& inputs,
                const VerifyOptions& options);

}  // namespace ferry::rewriter
