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
  std::string working_directory;      ///< absolute; what relative names are relative to
  std::optional<std::string> build;   ///< -p: a directory with compile_commands.json, or that file itself
  std::optional<std::string> root;    ///< --root
  std::vector<std::string> paths;     ///< PATH...
  std::vector<std::string> excludes;  ///< --exclude
  std::optional<std::vector<std::string>>
      flags;                            ///< what follows `--`: the paths are compiled so, without database
  std::vector<std::string> extra_args;  ///< --extra-arg
};

struct Discovery {
  Jobs jobs;                          ///< every job there is, sorted by file
  std::vector<std::size_t> selected;  ///< the jobs whose main file is wanted
  std::vector<std::string> headers;   ///< wanted paths that are no job's main file nor have one below them:
                                      ///< any job may reach them
  Scope scope;
};

/// Finds the compile database and reads it. On failure `error` says what is wrong, where, and what to do.
std::optional<Discovery> discover(const DiscoverOptions& options, Problem& error);

/// Reads the text of a compile_commands.json: wrappers such as ccache are removed, `@file` arguments
/// expanded, what is not C++ left out, commands that differ in their output only kept once.
std::optional<Jobs> read_database(const std::string& path, std::string_view text, Problem& error);

/// Removes what stands before the compiler in a command: ccache, distcc, env, `cmake -E env` and their like.
void remove_wrappers(std::vector<std::string>& command);

}  // namespace ferry::rewriter
