// A plan: every finding with what is to become of it, and every file's text before the edits.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/finding.hpp"

namespace ferry::rewriter {

enum class Decision {
  Apply,     ///< its edits are in the plan
  Report,    ///< only reported: manual, unsafe without --unsafe, or without edits
  Withheld,  ///< its edits were taken out again; `reason` says why
};

struct PlannedFinding {
  Finding finding;
  Decision decision = Decision::Report;
  std::string reason;  ///< for Withheld and Report
};

/// The findings of all jobs, each once, sorted by (file, offset, rule).
struct Plan {
  std::vector<PlannedFinding> findings;
  std::map<std::string, std::string> texts;           ///< every touched file's content, as it was analysed
  std::map<std::string, std::vector<std::string>> readers;  ///< touched file -> main files of the jobs that read it
  Problems problems;
};

/// What a run did, for report().
struct Outcome {
  Plan plan;
  std::vector<std::string> written;  ///< files that were changed, sorted
};

}  // namespace ferry::rewriter
