// git, as a program that is called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ferry::rewriter {

/// How a call of git ended.
struct GitRan {
  int status = -1;  ///< -1: there is no git, or it was killed
  std::string out;
  std::string err;

  bool ok() const { return status == 0; }
};

/// Runs `git -C directory arguments...` with `input` as its standard input.
///
/// A hook or an alias of git that calls ferry sets variables (GIT_DIR, GIT_INDEX_FILE, ...) that would lead
/// to another repository: they are not passed on. Names of files in `arguments` mean themselves.
GitRan run_git(const std::string& directory, const std::vector<std::string>& arguments,
               std::string_view input = {});

}  // namespace ferry::rewriter
