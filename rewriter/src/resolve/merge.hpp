// The first half of resolve: one list of findings, each once.
#pragma once

#include <vector>

#include "model/finding.hpp"
#include "model/job.hpp"
#include "model/plan.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {

/// Every finding once, sorted, with the jobs that saw it; undecided, except for those on which jobs disagree
/// or that only a job which does not compile has seen: they are Withheld. A file that several links lead to
/// goes by one name: its real path where that is in scope.
Plan merge(const Jobs& jobs, std::vector<Analysis> analyses, const Scope& scope);

}  // namespace ferry::rewriter
