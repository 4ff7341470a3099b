// A plan: every finding with what is to become of it, and every file's text before the edits.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/finding.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

enum class Decision {
  Apply,       ///< its edits are in the plan
  Report,      ///< only reported: manual, unsafe without --unsafe, or without edits
  Deferred,    ///< overlaps an edit that is made first; found again in the text that results
  Withheld,    ///< its edits were taken out again; `reason` says why
  Suppressed,  ///< a comment in the source accepts it: kept for machines, neither listed nor counted
  Dropped,     ///< not asked for; resolve() removes it
};

/// The comment that accepts a finding.
struct Suppression {
  unsigned line = 0;    ///< of its NOLINT word, in the finding's file
  unsigned column = 0;  ///< 1-based, in bytes
  std::string reason;   ///< what it says after the colon; empty when it gives none

  auto operator<=>(const Suppression&) const = default;
};

struct PlannedFinding {
  Finding finding;
  Decision decision = Decision::Report;
  std::string reason;                        ///< why it is not applied; empty when it is
  std::vector<std::size_t> jobs{};           ///< the jobs that produced it, by index, sorted
  std::optional<Suppression> suppression{};  ///< of a suppressed one
  bool is_known = false;                     ///< the baseline accepts it: not listed, not counted
};

/// Whether the finding is listed and decides the exit status: nothing accepts it.
bool is_open(const PlannedFinding& planned);

/// The findings of all jobs, each once, sorted by (file, offset, rule).
struct Plan {
  std::vector<PlannedFinding> findings;
  Texts texts;  ///< the files that findings and edits lie in, as they were analysed
  Problems problems;
  Problems warnings{};               ///< what a person should look at, though nothing is known to be wrong
  std::vector<Unjudged> unjudged{};  ///< sorted; what no job that reads the file has compiled
};

/// How a reason names another finding: "TIME-01 in line 7", or "TIME-01 in clock.cpp:7" from another file.
std::string place_of(const Finding& finding, const Finding& seen_from);

/// How many open findings are rewritten by the plan, at once or in a later pass.
std::size_t rewritable(const Plan& plan);

/// Takes back the findings whose group has a member that is not applied: Deferred if that member is tried
/// again, otherwise Withheld. So with those marked `last`, while any finding is not applied.
void hold_back_groups(Plan& plan);

/// A finding that a baseline accepts, whatever line it has moved to.
struct BaselineEntry {
  std::string file;  ///< relative to the root
  std::string rule;
  std::string line;  ///< line_text() of the line that it begins on

  auto operator<=>(const BaselineEntry&) const = default;
};

/// An entry of the baseline that nothing was found for, where it would have been.
struct GoneEntry {
  BaselineEntry entry;
  bool is_stale = false;  ///< its file is gone, too; otherwise the place was fixed

  auto operator<=>(const GoneEntry&) const = default;
};

/// What a run did, for report().
struct Outcome {
  Plan plan;
  Texts after;                       ///< touched file -> its text with the edits of `plan`
  std::vector<std::string> written;  ///< files that were changed on disk, sorted
  std::size_t safe = 0;  ///< of check: how many of the plan's findings are rewritten without --unsafe
  Problems notes;        ///< what a person should know and is no failure
  bool has_baseline = false;
  std::vector<GoneEntry> gone;  ///< of the baseline, sorted
};

}  // namespace ferry::rewriter
