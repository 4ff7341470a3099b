// rewrite: analyse and resolve over a tree of its own, as `ferry fix` does without writing.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <stdlib.h>
#include <string>
#include <vector>

#include "analyse/analyse.hpp"
#include "model/compose.hpp"
#include "resolve/resolve.hpp"

namespace ferry::rewriter::test {

using Files = std::map<std::string, std::string>;  // path below the root -> text

/// What a rewrite gave.
struct Rewritten {
  Files files;
  std::vector<PlannedFinding> findings;
  Problems problems;
  std::vector<Unjudged> unjudged{};

  std::string dump() const {
    std::string text;
    for (const PlannedFinding& planned : findings)
      text += planned.finding.rule + " line " + std::to_string(planned.finding.line) + ": " +
              planned.finding.message + " [" + std::to_string(static_cast<int>(planned.decision)) + "] " +
              planned.reason + "\n";
    for (const Problem& problem : problems)
      text += "problem " + std::to_string(problem.line) + ": " + problem.message + "\n";
    return text;
  }
};

/// A directory that goes away with its owner.
class Tree {
 public:
  explicit Tree(const Files& files) {
    std::string name = std::filesystem::temp_directory_path() / "ferry-rewrite-XXXXXX";
    root_ = std::filesystem::canonical(::mkdtemp(name.data()));
    for (const auto& [path, text] : files) write(path, text);
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() { std::filesystem::remove_all(root_); }

  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  std::string path(const std::string& name) const { return root_ / name; }

 private:
  std::filesystem::path root_;
};

/// One pass over every .cpp of `files`. Directories named `system/` are system headers and `outside/` is not
/// to be edited.
inline Rewritten rewrite(const Files& files, const std::function<bool(std::string_view)>& is_selected = {},
                         bool unsafe = true) {
  Files placed;
  for (const auto& [path, text] : files) placed[path.starts_with("outside/") ? path : "root/" + path] = text;
  const Tree tree(placed);
  const Scope scope{.root = tree.path("root"), .paths = {}, .excludes = {}};
  const Texts overlay;
  Jobs jobs;
  std::vector<Analysis> analyses;
  for (const auto& [path, text] : files) {
    if (!path.ends_with(".cpp")) continue;
    jobs.push_back({.file = tree.path("root/" + path),
                    .directory = tree.path("root"),
                    .arguments = {"clang++", "-std=c++20", "-I", ".", "-I", "../outside", "-isystem",
                                  "system", "-c", tree.path("root/" + path)}});
    analyses.push_back(analyse(
        jobs.back(), {.scope = scope,
                      .overlay = overlay,
                      .is_selected = is_selected ? is_selected : [](std::string_view) { return true; }}));
  }
  Rewritten result{.files = files, .findings = {}, .problems = {}};
  for (const Analysis& analysis : analyses)
    result.problems.insert(result.problems.end(), analysis.problems.begin(), analysis.problems.end());
  ResolveOptions options{.scope = scope, .unsafe = unsafe};
  for (const auto& [path, text] : files)
    if (!path.starts_with("outside/")) options.judged.emplace(tree.path("root/" + path), text);
  options.has_run = [](std::string_view) { return true; };
  options.is_reported = is_selected;
  const Plan plan = resolve(jobs, std::move(analyses), options);
  result.findings = plan.findings;
  result.unjudged = plan.unjudged;
  for (const auto& [path, composed] : compose(plan, applied(plan)))
    result.files[relative_to(path, scope.root)] = composed.text;
  return result;
}

/// One pass over one file.
inline std::string rewrite(const std::string& text) {
  return rewrite(Files{{"a.cpp", text}}).files.at("a.cpp");
}

}  // namespace ferry::rewriter::test
