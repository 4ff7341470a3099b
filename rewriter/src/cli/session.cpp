#include "cli/session.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/raw_ostream.h>

#include "apply/apply.hpp"
#include "cli/words.hpp"
#include "model/scope.hpp"
#include "support/files.hpp"
#include "support/git.hpp"

namespace ferry::rewriter {
namespace {

// So many names are a command line that every system takes.
constexpr std::size_t kMaxNames = 500;

Problem busy(const Tree& tree) {
  return {.file = tree.top,
          .message = "another run of ferry is at work in this tree; wait until it has ended"};
}

// The entries of `git status -z`: two letters for the index and for the work tree, and a path from the top.
void collect(llvm::StringRef listed, Unsaved what, std::set<std::string>& found) {
  while (!listed.empty()) {
    const auto [entry, rest] = listed.split('\0');
    listed = rest;
    if (entry.size() < 4) continue;
    const char index = entry[0];
    const char tree = entry[1];
    if (index == 'R' || index == 'C') listed = listed.split('\0').second;  // where it came from
    if (tree != ' ' || (what == Unsaved::Uncommitted && index != ' '))
      found.insert(entry.drop_front(3).str());
  }
}

}  // namespace

std::optional<Lock> lock_tree(const Tree& tree) {
  auto lock = Lock::take(tree);
  if (!lock) print_error(busy(tree));
  return lock;
}

bool put_right(const Tree& tree, Problems& problems) {
  if (!is_interrupted(tree)) return false;
  Recovered recovered = recover(tree);
  if (recovered.how != Recovered::How::Nothing)
    print_note("a run was interrupted while it wrote (" + recovered.what + "); what it had begun has been " +
               (recovered.how == Recovered::How::Finished ? "finished" : "taken back"));
  std::ranges::move(recovered.problems, std::back_inserter(problems));
  return true;
}

bool put_right_unlocked(const Tree& tree, Problems& problems) {
  if (!is_interrupted(tree)) return false;
  if (const auto lock = Lock::take(tree)) return put_right(tree, problems);
  problems.push_back(
      {.file = tree.top,
       .message = "another run of ferry is writing in this tree; look again when it has ended"});
  return false;
}

std::optional<Project> open_whole_project(const RunOptions& options, Problems& problems) {
  auto project = open_project(options);
  if (project && put_right_unlocked(tree_of(project->discovery.scope.root), problems))
    project = open_project(options);
  return project;
}

Problems unsaved(const std::vector<std::string>& files, Unsaved what) {
  std::map<std::string, std::vector<std::pair<std::string, std::string>>>
      by_tree;  // top -> path from there, file
  for (const std::string& file : files) {
    const std::string real = real_path(file);
    if (const std::string top = work_tree_of(real); !top.empty())
      by_tree[top].emplace_back(relative_to(real, top), file);
  }
  Problems problems;
  for (const auto& [top, names] : by_tree) {
    std::set<std::string> found;
    for (std::size_t begin = 0; begin < names.size(); begin += kMaxNames) {
      std::vector<std::string> arguments = {"--no-optional-locks", "status", "--porcelain=v1", "-z",
                                            "--untracked-files=all"};
      if (what == Unsaved::Uncommitted) arguments.push_back("--ignored=traditional");
      arguments.push_back("--");
      for (std::size_t i = begin; i < std::min(begin + kMaxNames, names.size()); ++i)
        arguments.push_back(names[i].first);
      const GitRan ran = run_git(top, arguments);
      // Without git, or in what is no repository of its, there is nothing to guard.
      if (ran.status > 0 && !llvm::StringRef(ran.err).contains("not a git repository"))
        print_note("git cannot say whether there are uncommitted changes: " +
                   llvm::StringRef(ran.err).trim().str());
      collect(ran.out, what, found);
    }
    for (const auto& [name, file] : names)
      if (found.contains(name))
        problems.push_back(
            {.file = file,
             .message = what == Unsaved::Unstaged
                            ? "has changes that git does not have; nothing was written: commit, stage "
                              "or stash them, or pass --allow-dirty"
                            : "has changes that are not committed, or is not in git; a commit of its "
                              "edits would take them in, so nothing was written: commit or stash them"});
  }
  return problems;
}

}  // namespace ferry::rewriter
