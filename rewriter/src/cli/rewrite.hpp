// rewrite: analyse, resolve and verify, again and again until no edit waits for another.
#pragma once

#include "cli/options.hpp"
#include "cli/project.hpp"
#include "model/plan.hpp"

namespace ferry::rewriter {

/// Everything `fix` does before it writes: the findings with what became of them, in places of the texts on
/// disk, and the texts that result. A finding whose edits overlap another's waits for the text that the other
/// leads to, which is analysed in a further pass.
Outcome rewrite(Project& project, const RunOptions& options);

}  // namespace ferry::rewriter
