// discover: what the command line says -> the jobs and the files in question.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "model/job.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {

struct DiscoverOptions {
  std::string working_directory;    ///< absolute; what relative names are relative to
  std::vector<std::string> builds;  ///< -p: directories with compile_commands.json, or such files
  std::optional<std::string> root;  ///< --root
  std::vector<std::string> paths;   ///< PATH..., globs among them
  std::optional<std::vector<std::string>>
      listed;  ///< --files-from: what the lists name, absolute; looked at besides `paths`
  std::optional<std::string> place;   ///< in the place of `paths`: only who reads this file is of interest,
                                      ///< and the scope stays that of the whole project
  std::optional<std::string> since;   ///< --since: a git revision
  std::vector<std::string> excludes;  ///< --exclude
  std::optional<std::vector<std::string>>
      flags;                            ///< what follows `--`: the paths are compiled so, without database
  std::vector<std::string> extra_args;  ///< --extra-arg
  std::vector<std::string> analysis_args{};  ///< --analysis-extra-arg
  std::vector<std::string> verify_args{};    ///< --verify-extra-arg
};

/// A wanted path that is no job's main file nor has one below it: any job may reach it.
struct WantedHeader {
  std::string path;
  bool is_required = true;  ///< false: listed among others, and nothing of ours if no job reads it
};

struct Discovery {
  Jobs jobs;                          ///< every job there is, sorted by file
  Jobs verify_jobs{};                 ///< as they are compiled with edits made; empty: no other than `jobs`
  std::vector<std::size_t> selected;  ///< the jobs whose main file is wanted
  std::vector<WantedHeader> headers;
  std::vector<std::string> databases;  ///< the files that `jobs` comes from
  Scope scope;
  Problems notes;  ///< what was left out and changes no result, for a person
};

/// Finds the compile databases and reads them. On failure `error` says what is wrong, where, and what to do.
std::optional<Discovery> discover(const DiscoverOptions& options, Problem& error);

/// The compile databases of the builds in and below `directory`, in the first directory upwards that has any;
/// the newest first.
std::vector<std::string> find_builds(const std::string& directory);

/// The directory from which configuration and build directories are sought upwards: that of the first path.
std::string start_directory(const DiscoverOptions& options);

}  // namespace ferry::rewriter
