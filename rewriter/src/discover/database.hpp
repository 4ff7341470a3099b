// database: one compile_commands.json -> jobs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "model/job.hpp"

namespace ferry::rewriter {

struct Database {
  Jobs jobs;       ///< sorted by file
  Problems notes;  ///< commands and arguments that were left out, one note for each kind
};

/// Reads the text of a compile_commands.json: wrappers such as ccache are removed, `@file` arguments
/// expanded, what is not C++ left out, commands that differ in their output only kept once.
std::optional<Database> read_database(const std::string& path, std::string_view text, Problem& error);

/// Removes what stands before the compiler in a command: ccache, distcc, env, libtool, `cmake -E env` and
/// their like.
void remove_wrappers(std::vector<std::string>& command);

/// What the command calls: the name of the compiler without its directory, `.exe` and version.
std::string compiler_name(const std::vector<std::string>& command);

}  // namespace ferry::rewriter
