// check: what is found, and what could be done about it.
#pragma once

#include <cstddef>
#include <vector>

#include "cli/known.hpp"
#include "cli/options.hpp"
#include "cli/project.hpp"
#include "model/plan.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

struct Checked {
  Plan safe;    ///< what `ferry fix` would do
  Outcome all;  ///< what `ferry fix --unsafe` would do: the rest of its findings cannot be rewritten
};

/// Analyses the jobs with the numbers `which` and resolves what they find, with `texts` in place of files on
/// disk. Findings that the baseline accepts are marked.
Checked check(Project& project, const RunOptions& options, KnownFindings& known,
              const std::vector<std::size_t>& which, const Texts& texts);

/// Looks at everything once and reports it. `seen`, if given, gets what the result depends on; it stays as it
/// is where nothing could be looked at.
ExitStatus check_once(const RunOptions& options, std::vector<Stamp>* seen = nullptr);

}  // namespace ferry::rewriter
