// names: what the old declarations that a translation unit sees are called.
#pragma once

#include <set>
#include <string>

#include "analyse/analyse.hpp"
#include "model/job.hpp"

namespace ferry::rewriter {

/// The names of all declarations that carry an annotation in what the job reads, used or not.
std::set<std::string, std::less<>> annotated_names(const Job& job, const AnalyseOptions& options);

}  // namespace ferry::rewriter
