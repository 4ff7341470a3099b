// A job: one translation unit, as its compile command says.
#pragma once

#include <string>
#include <vector>

namespace ferry::rewriter {

/// One command of a compile database, ready for Clang.
struct Job {
  std::string file;       ///< absolute path of the main source file
  std::string directory;  ///< where the command runs
  std::vector<std::string>
      arguments;  ///< the whole command, argv[0] included, wrappers such as ccache removed
  std::string
      configuration;  ///< the build that the command is of, for a person; empty when there is only one
};

using Jobs = std::vector<Job>;

}  // namespace ferry::rewriter
