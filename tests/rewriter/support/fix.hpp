// fix: what `ferry fix` makes of a small tree, through the whole pipeline, compiled before and after.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "rewriter/support/rewrite.hpp"

namespace ferry::rewriter::test {

/// A finding that is expected to be left, as its line, its rule and words of its message or its reason.
struct Left {
  unsigned line = 0;
  std::string rule;
  std::string words;
  std::string file = "a.cpp";
};

/// A tree before and after, and what a person is told.
///
/// Files are named by their path below the root. Those below `lib/` are a library beside the root, those
/// below `system/` system headers, `build/` is the build directory. Every other `.cpp` is a job.
struct FixCase {
  Files before;
  Files after{};                        ///< only the files that change
  std::vector<Left> left{};             ///< in the order of the report
  std::vector<std::string> problems{};  ///< words of each, in the order of the report
  std::vector<std::string> warnings{};  ///< words of each with its place, in the order of the report
  bool unsafe = false;
  std::vector<std::string> flags{};                                      ///< of every job
  std::vector<std::pair<std::string, std::vector<std::string>>> jobs{};  ///< in place of one for each `.cpp`
  std::function<void(const Tree&)> prepare{};  ///< called when the files are there, to make links of them
};

/// Compiles the tree, rewrites it, compares, compiles the result, and rewrites that: nothing may change any
/// more. Fails the test case where anything is not as expected.
void check_fix(const FixCase& fix);

/// One file `a.cpp`, behind `#include <lib.hpp>`, whose text is `library`. Lines count from the line after
/// that.
class WithLibrary {
 public:
  explicit WithLibrary(std::string library) : library_(std::move(library)) {}

  void becomes(const std::string& before, const std::string& after, std::vector<Left> left = {},
               std::vector<std::string> problems = {}) const;
  void stays(const std::string& text, std::vector<Left> left = {}) const {
    becomes(text, text, std::move(left));
  }

 private:
  std::string library_;
};

}  // namespace ferry::rewriter::test
