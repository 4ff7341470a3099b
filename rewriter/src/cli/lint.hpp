// lint: what is known well enough to say that something is not there.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "cli/project.hpp"
#include "model/texts.hpp"
#include "resolve/baseline.hpp"
#include "resolve/resolve.hpp"

namespace ferry::rewriter {

/// The rules that annotations in these files define.
std::set<std::string> annotated_rules(const std::set<std::string>& files);

/// Where the job takes system headers from: they are nobody's to judge.
std::vector<std::string> system_directories(const Job& job);

/// What a run has seen of the project, for those who judge what it has not found: a suppression without a
/// finding, an entry of the baseline without one.
///
/// The findings in a file are all known when every job that may read it was analysed and compiles, or cannot
/// have any. While there are other jobs, only main files are taken to be read by nobody else.
class Sight {
 public:
  /// After `analyses` of the jobs `which`, made with `overlay` in place of the files on disk.
  Sight(const Project& project, const RunOptions& options, const std::vector<std::size_t>& which,
        const std::vector<Analysis>& analyses, const Texts& overlay);

  ResolveOptions resolve_options() const;
  BaselineScope baseline_scope() const;

 private:
  bool is_judged(const std::string& file) const;
  std::function<bool(std::string_view)> has_run() const;
  Texts commented_texts() const;

  const Project& project_;
  const RunOptions& options_;
  const Texts& overlay_;
  bool is_all_known_ = false;
  std::set<std::string> files_;  // all of whose findings are known
};

}  // namespace ferry::rewriter
