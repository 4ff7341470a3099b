// lines: how much source there is to migrate.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "cli/project.hpp"

namespace ferry::rewriter {

/// The files that the project's units read and findings may be reported in, absolute, with the number of
/// their lines.
std::map<std::string, std::size_t> lines_of_files(const Project& project, unsigned threads);

}  // namespace ferry::rewriter
