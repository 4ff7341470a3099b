// filter: which jobs can have findings at all, for a fraction of what parsing costs.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/job.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {

/// What the preprocessor reads for one job.
struct Scan {
  std::vector<std::string> inputs;     ///< the files below the root, sorted
  std::vector<std::string> annotated;  ///< all files, wherever, whose text has an annotation's mark, sorted
  bool is_complete = false;            ///< false: an error stopped the scan, so anything may be reached
};

/// Whether the job can have findings: only a declaration that carries an annotation gives one, so a job whose
/// files have none is not worth parsing. In doubt it can.
bool may_have_findings(const Scan& scan);

/// Preprocesses the jobs with these numbers, reading directives only; `result[i]` belongs to `which[i]`.
std::vector<Scan> scan(const Jobs& jobs, const std::vector<std::size_t>& which, const Scope& scope,
                       unsigned threads);

}  // namespace ferry::rewriter
