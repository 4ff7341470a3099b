// A plan: every finding with what is to become of it, and every file's text before the edits.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/finding.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

enum class Decision {
  Apply,     ///< its edits are in the plan
  Report,    ///< only reported: manual, unsafe without --unsafe, or without edits
  Deferred,  ///< overlaps an edit that is made first; found again in the text that results
  Withheld,  ///< its edits were taken out again; `reason` says why
  Dropped,   ///< suppressed in the source or not asked for; resolve() removes it
};

struct PlannedFinding {
  Finding finding;
  Decision decision = Decision::Report;
  std::string reason;               ///< why it is not applied; empty when it is
  std::vector<std::size_t> jobs{};  ///< the jobs that produced it, by index, sorted
};

/// The findings of all jobs, each once, sorted by (file, offset, rule).
struct Plan {
  std::vector<PlannedFinding> findings;
  Texts texts;  ///< the files that findings and edits lie in, as they were analysed
  Problems problems;
  Problems warnings;  ///< what a person should look at, though nothing is known to be wrong
};

/// How a reason names another finding: "TIME-01 in line 7", or "TIME-01 in clock.cpp:7" from another file.
std::string place_of(const Finding& finding, const Finding& seen_from);

/// How many findings are rewritten by the plan, at once or in a later pass.
std::size_t rewritable(const Plan& plan);

/// Takes back the findings whose group has a member that is not applied: Deferred if that member is tried
/// again, otherwise Withheld. So with those marked `last`, while any finding is not applied.
void hold_back_groups(Plan& plan);

/// What a run did, for report().
struct Outcome {
  Plan plan;
  Texts after;                       ///< touched file -> its text with the edits of `plan`
  std::vector<std::string> written;  ///< files that were changed on disk, sorted
  std::size_t safe = 0;  ///< of check: how many of the plan's findings are rewritten without --unsafe
  Problems notes;        ///< what a person should know and is no failure
};

}  // namespace ferry::rewriter
