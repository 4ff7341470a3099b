// worktree: another revision of a git repository, checked out for a while.
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "model/finding.hpp"

namespace ferry::rewriter {

/// A detached work tree of git's. A process of its own removes it, with its directory, as soon as the one
/// that made it gives it up or ends, however that comes: killed, crashed or interrupted.
///
/// Thread safety: the calling process must have a single thread when one is made.
class Worktree {
 public:
  /// Below `directory`, which is made anew and goes in the end, for the repository whose work tree `top` is.
  /// On failure `error` says what is wrong.
  static std::optional<Worktree> make(const std::string& top, const std::string& directory, Problem& error);

  Worktree(Worktree&& other) noexcept;
  Worktree& operator=(Worktree&&) = delete;
  ~Worktree();

  /// The top of the work tree.
  const std::string& path() const { return path_; }
  /// A directory that is there as long as the work tree.
  const std::string& directory() const { return directory_; }

  /// Puts the files of the revision there. Runs no hook of the repository. False when git cannot: `error`
  /// says why.
  bool check_out(const std::string& revision, Problem& error);
  /// The files of what is checked out, by their path from the top.
  std::vector<std::string> files() const;

 private:
  Worktree(std::string directory, int end, pid_t remover);

  std::string directory_;
  std::string path_;
  int end_ = -1;  // of a pipe; the remover acts when nobody holds it any more
  pid_t remover_ = -1;
};

}  // namespace ferry::rewriter
