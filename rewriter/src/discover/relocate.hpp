// relocate: commands of one tree for a copy of it, at another revision, somewhere else.
#pragma once

#include <string>
#include <vector>

#include "model/job.hpp"

namespace ferry::rewriter {

/// The commands for the files below `from` that are below `to`, too.
///
/// Paths below `from` lead to the copy where it has them; what only `from` has, such as a directory of
/// generated headers or a submodule, stays where it is. `sources` are the copy's sources by their path from
/// its top: one that `from` has no more is compiled as its nearest neighbour is.
Jobs relocate(const Jobs& jobs, const std::string& from, const std::string& to,
              const std::vector<std::string>& sources);

/// The text of a compile database with these commands.
std::string write_database(const Jobs& jobs);

}  // namespace ferry::rewriter
