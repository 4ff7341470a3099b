#include "apply/tree.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "model/digest.hpp"
#include "support/files.hpp"

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

// The directory that `.git` in `directory` is or, in a submodule and in a further work tree, names; empty
// when it is neither.
std::string git_dir_of(const std::string& directory) {
  const std::string name = directory + "/.git";
  if (fs::is_directory(name)) return fs::exists(name + "/HEAD") ? name : std::string();
  const auto text = read_bytes(name);
  if (!text) return {};
  llvm::StringRef named = *text;
  if (!named.consume_front("gitdir:")) return {};
  llvm::SmallString<256> git_dir(named.trim());
  fs::make_absolute(directory, git_dir);
  return fs::exists(git_dir + "/HEAD") ? real_path(std::string(git_dir)) : std::string();
}

// A directory of the user's own for a tree without git.
std::string cache_of(const std::string& top) {
  llvm::SmallString<256> cache;
  if (!path::cache_directory(cache) || !path::is_absolute(cache)) return {};
  path::append(cache, "ferry", "trees", path::filename(top) + "-" + digest(top));
  return std::string(cache);
}

}  // namespace

std::string work_tree_of(const std::string& start) {
  for (std::string at = real_path(start); !at.empty(); at = path::parent_path(at).str())
    if (!git_dir_of(at).empty()) return at;
  return {};
}

Tree tree_of(const std::string& root) {
  Tree tree;
  tree.top = work_tree_of(root);
  if (!tree.top.empty()) {
    tree.git_dir = git_dir_of(tree.top);
    tree.memory = tree.git_dir + "/ferry";
    tree.journal = tree.memory + "/journal";
    return tree;
  }
  tree.top = real_path(root);
  tree.journal = tree.top + "/.ferry-journal";
  tree.memory = cache_of(tree.top);
  return tree;
}

}  // namespace ferry::rewriter
