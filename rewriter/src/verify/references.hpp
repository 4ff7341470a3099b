// What names mean before and after a plan's edits.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "model/compose.hpp"
#include "model/plan.hpp"
#include "model/references.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

using ComposedFiles = std::map<std::string, Composed>;

/// The places that the edits write, in the texts that result.
FileRanges written_ranges(const ComposedFiles& composed);

/// Calls `fault(finding, reason)` for each finding of `composed` whose new name means something else than it
/// is to mean. `before` and `after` are what one job refers to, without the edits and with them.
void check_new_names(const Plan& plan, const ComposedFiles& composed, const References& before,
                     const References& after,
                     const std::function<void(std::size_t finding, std::string reason)>& fault);

/// A call that nobody edited and that means another function than before.
struct ChangedCall {
  std::string file;
  std::size_t offset = 0;  ///< in the text before
  std::string was;
  std::string now;

  auto operator<=>(const ChangedCall&) const = default;
};

/// Those of one job. Where the class is another one, the object is, too; and what took an old type takes it
/// no longer: neither is meant.
std::vector<ChangedCall> changed_calls(const References& before, const References& after,
                                       const ComposedFiles& composed);

}  // namespace ferry::rewriter
