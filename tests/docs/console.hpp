// Console blocks: commands with what they print, and the running of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ferry::test {

/// `$ command`, and the lines after it up to the next command.
struct Step {
  std::string command;  ///< lines that end in a backslash continue
  std::string output;   ///< empty: whatever it prints
};

/// The block's steps; lines before the first command are an error of the page, kept as a step without
/// command.
std::vector<Step> steps_of(std::string_view block);

/// Whether `actual` is what `shown` says: a line `...` stands for any lines, `...` in a line for any
/// characters.
bool matches(std::string_view shown, std::string_view actual);

struct Result {
  int status = 0;
  std::string output;  ///< standard output and standard error, in the order in which they came
};

/// A directory of its own: `project/`, a copy of a folder of the source tree, and `ferry`, a link to the
/// source tree. Commands run in `project/`, with the program `ferry` first in PATH and git configured.
class Scratch {
 public:
  explicit Scratch(const std::string& folder);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// Runs commands in one shell, in order: a change of directory and `$?` reach the next one.
  std::vector<Result> run(const std::vector<std::string>& commands);

  /// Where a file of the project is.
  std::string path(std::string_view name) const { return root_ + "/project/" + std::string(name); }

 private:
  std::string root_;
  std::string directory_;  // where the last block left off
};

}  // namespace ferry::test
