// accept: `ferry fix --add-nolint`.
#pragma once

#include "cli/known.hpp"
#include "cli/options.hpp"
#include "cli/project.hpp"
#include "model/plan.hpp"

namespace ferry::rewriter {

/// As rewrite(), but what is made are comments that suppress the open findings.
Outcome accept(Project& project, const RunOptions& options, KnownFindings& known);

}  // namespace ferry::rewriter
