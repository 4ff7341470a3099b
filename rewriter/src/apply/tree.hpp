// Tree: the sources that belong together, and where ferry keeps what it has to remember of them.
#pragma once

#include <string>

namespace ferry::rewriter {

/// A git work tree, or a directory where there is no git.
struct Tree {
  std::string top;      ///< real path; what is kept of a file names it from here
  std::string git_dir;  ///< of this work tree; empty without git
  std::string journal;  ///< where a run that writes keeps its journal: a path to which endings are added
  std::string memory;   ///< a directory for what outlives a run, which may not exist yet; empty when there is
                        ///< no place for one
};

/// The tree that the directory `root` lies in. With git its memory is below `.git`, where nobody is bothered
/// by it and which every user of the tree finds; without, it is below the user's cache directory, and the
/// journal, which the next run must find whoever starts it, is in `root`.
Tree tree_of(const std::string& root);

/// The top of the git work tree that holds `path`; empty when there is none.
std::string work_tree_of(const std::string& path);

}  // namespace ferry::rewriter
