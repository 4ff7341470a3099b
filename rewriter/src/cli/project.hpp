// The stages up to a plan, joined: what `check` and `fix` have in common.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "discover/discover.hpp"
#include "filter/cache.hpp"
#include "filter/filter.hpp"
#include "model/plan.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

/// What a run works on, and what it knows of it by now.
struct Project {
  Discovery discovery;
  std::vector<std::size_t> candidates;           ///< the jobs that can have findings, by number
  std::vector<std::size_t> spared;               ///< jobs that others stand for, as long as those compile
  std::vector<std::vector<std::string>> inputs;  ///< by job: the files below the root that it reads
  std::vector<bool> is_scanned;                  ///< by job: whether `inputs` is known
  std::vector<Scan> scans;                       ///< by job: empty for one that the cache knows
  std::vector<std::optional<Analysis>> known;    ///< by job: from the cache
  std::unique_ptr<FileStates> states;
  std::unique_ptr<Scanner> scanner;
  std::unique_ptr<Cache> cache;     ///< empty when there is to be none
  bool uses_others_names = false;   ///< what is old may be in any header: a pack says so
  std::set<std::string> annotated;  ///< the files that hold annotations, wherever they are
};

/// Discovers and filters. Empty when the command line asks for what is not there: the reason has been
/// printed.
std::optional<Project> open_project(const RunOptions& options);

/// Whether the job can have findings, as far as its scan tells.
bool may_have_findings(const Project& project, std::size_t job);

/// What findings depend on, and a person may change: the project's files and the compile databases, as this
/// run has found them.
std::vector<Stamp> watched(const Project& project);

/// Finds out what the jobs read that nothing is known of yet, for verify() to compile those an edit can
/// break.
void scan_the_rest(Project& project, const RunOptions& options);

/// What these jobs share with `overlay` in place of the files on disk; nothing with --no-shortcuts.
std::vector<Prefix> shared_prefixes(Project& project, const std::vector<std::size_t>& which,
                                    const Texts& overlay, const RunOptions& options);

/// Analyses the jobs with the numbers `which` for all rules, asked for or not, with `overlay` in place of the
/// files on disk. The result is by job, for resolve(): empty for one that is not among them.
std::vector<Analysis> analyse_jobs(Project& project, const std::vector<std::size_t>& which,
                                   const Texts& overlay, const RunOptions& options);

}  // namespace ferry::rewriter
