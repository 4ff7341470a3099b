// What names mean before and after a plan's edits.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "model/compose.hpp"
#include "model/plan.hpp"

namespace ferry::rewriter {

using ComposedFiles = std::map<std::string, Composed>;

/// The places that the edits write, in the texts that result.
FileRanges written_ranges(const ComposedFiles& composed);

/// Calls `fault(finding, reason)` for each finding of `composed` whose new name means something else than it
/// should. `after` are references to places of the texts that result.
void check_new_names(const Plan& plan, const ComposedFiles& composed, const References& after,
                     const std::function<void(std::size_t finding, std::string reason)>& fault);

/// The calls that nobody edited and that mean another function than before, as warnings. Where the class is
/// another one, the object is, too: that is no warning.
Problems changed_calls(const References& before, const References& after, const ComposedFiles& composed,
                       const Texts& texts);

}  // namespace ferry::rewriter
