#include "rewriter/support/fix.hpp"

#include <algorithm>

#include <clang/Frontend/FrontendActions.h>
#include <doctest/doctest.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include "cli/project.hpp"
#include "cli/rewrite.hpp"
#include "filter/project_texts.hpp"
#include "frontend/frontend.hpp"

namespace ferry::rewriter::test {
namespace {

constexpr unsigned kThreads = 2;

bool is_outside(const std::string& path) { return path.starts_with("lib/") || path.starts_with("system/"); }

// A project as a user has it: sources, a library, a compile database.
class Sandbox {
 public:
  explicit Sandbox(const FixCase& fix) : tree_(place(fix.before)) {
    if (fix.prepare) fix.prepare(tree_);
    auto jobs = fix.jobs;
    if (jobs.empty())
      for (const auto& [path, text] : fix.before)
        if (path.ends_with(".cpp") && !is_outside(path)) jobs.push_back({path, {}});
    llvm::json::Array commands;
    for (const auto& [path, flags] : jobs) {
      llvm::json::Array arguments{"clang++",  "-std=c++20", "-I.", "-I../lib", "-I" FERRY_COMPAT_INCLUDE,
                                  "-isystem", "../system"};
      for (const auto* list : {&fix.flags, &flags})
        for (const std::string& flag : *list) arguments.push_back(flag);
      arguments.push_back("-c");
      arguments.push_back(path);
      commands.push_back(llvm::json::Object{
          {"directory", tree_.path("root")}, {"file", path}, {"arguments", std::move(arguments)}});
    }
    std::string text;
    llvm::raw_string_ostream(text) << llvm::json::Value(std::move(commands));
    tree_.write("root/build/compile_commands.json", text);
    options_.discover.working_directory = tree_.path("root");
    options_.discover.root = tree_.path("root");
    options_.cache = tree_.path("cache");
    options_.threads = kThreads;
    options_.unsafe = fix.unsafe;
  }

  // Every job's first error, with its place.
  std::string errors() const {
    const auto project = open_project(options_);
    REQUIRE(project);
    std::string text;
    const Texts no_overlay;
    for (const Job& job : project->discovery.jobs) {
      clang::SyntaxOnlyAction action;
      const Compiled compiled = run_frontend(job, action, no_overlay);
      if (!compiled.ok) text += describe(compiled.problems.front()) + "\n";
    }
    return text;
  }

  // Leaves the cache as if nothing but directives had been in the project's files before.
  void begin_empty(const Files& files) const {
    for (const auto& [path, text] : files) {
      const auto directives = is_outside(path) ? std::nullopt : directives_of(text);
      if (directives) tree_.write("root/" + path, *directives);
    }
    auto project = open_project(options_);
    REQUIRE(project);
    analyse_jobs(*project, project->candidates, {}, options_);
    for (const auto& [path, text] : files)
      if (!is_outside(path)) tree_.write("root/" + path, text);
  }

  Outcome rewrite() const {
    auto project = open_project(options_);
    REQUIRE(project);
    return ferry::rewriter::rewrite(*project, options_);
  }

  void write(const Texts& texts) const {
    for (const auto& [path, text] : texts) tree_.write(relative_to(path, tree_.path("")), text);
  }

  std::string name(const std::string& path) const { return relative_to(path, tree_.path("root")); }
  std::string describe(const Problem& problem) const {
    return name(problem.file) + ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column) +
           ": " + problem.message;
  }

 private:
  static Files place(const Files& files) {
    Files placed;
    for (const auto& [path, text] : files) placed[is_outside(path) ? path : "root/" + path] = text;
    return placed;
  }

  Tree tree_;
  RunOptions options_;
};

std::string dump(const Outcome& outcome, const Sandbox& sandbox) {
  std::string text;
  for (const PlannedFinding& planned : outcome.plan.findings) {
    const Finding& finding = planned.finding;
    text += sandbox.name(finding.file) + ":" + std::to_string(finding.line) + ": " + finding.rule + " [" +
            std::string(to_string(finding.applicability)) + "] " + finding.message +
            (planned.decision == Decision::Apply ? " (made)" : " (left: " + planned.reason + ")") + "\n";
  }
  for (const Problem& problem : outcome.plan.problems) text += "problem " + sandbox.describe(problem) + "\n";
  for (const Problem& warning : outcome.plan.warnings) text += "warning " + sandbox.describe(warning) + "\n";
  return text;
}

void check_said(const Problems& said, const std::vector<std::string>& expected, const Sandbox& sandbox) {
  CHECK(said.size() == expected.size());
  for (std::size_t i = 0; i < std::min(said.size(), expected.size()); ++i)
    CHECK_MESSAGE(sandbox.describe(said[i]).find(expected[i]) != std::string::npos,
                  sandbox.describe(said[i]) << "\n  should say: " << expected[i]);
}

}  // namespace

void check_fix(const FixCase& fix) {
  const Sandbox sandbox(fix);
  REQUIRE_MESSAGE(sandbox.errors().empty(), "before: " << sandbox.errors());

  sandbox.begin_empty(fix.before);
  const Outcome outcome = sandbox.rewrite();
  INFO(dump(outcome, sandbox));
  check_said(outcome.plan.problems, fix.problems, sandbox);
  check_said(outcome.plan.warnings, fix.warnings, sandbox);
  for (const auto& [path, text] : outcome.after) {
    const std::string name = sandbox.name(path);
    const auto expected = fix.after.find(name);
    CHECK_MESSAGE(text == (expected == fix.after.end() ? fix.before.at(name) : expected->second), name);
  }
  for (const auto& [name, text] : fix.after)
    if (text != fix.before.at(name))
      CHECK_MESSAGE(std::ranges::any_of(outcome.after,
                                        [&](const auto& file) { return sandbox.name(file.first) == name; }),
                    name << " was not touched");

  std::vector<const PlannedFinding*> left;
  for (const PlannedFinding& planned : outcome.plan.findings)
    if (planned.decision != Decision::Apply && is_open(planned)) left.push_back(&planned);
  CHECK(left.size() == fix.left.size());
  for (std::size_t i = 0; i < std::min(left.size(), fix.left.size()); ++i) {
    const Finding& finding = left[i]->finding;
    const Left& expected = fix.left[i];
    CHECK(sandbox.name(finding.file) == expected.file);
    CHECK(finding.line == expected.line);
    CHECK(finding.rule == expected.rule);
    const std::string said = finding.message + " / " + left[i]->reason;
    CHECK_MESSAGE(said.find(expected.words) != std::string::npos,
                  said << "\n  should say: " << expected.words);
  }

  sandbox.write(outcome.after);
  REQUIRE_MESSAGE(sandbox.errors().empty(), "after: " << sandbox.errors());
  const Outcome again = sandbox.rewrite();
  INFO("again: " << dump(again, sandbox));
  CHECK(std::ranges::none_of(again.plan.findings, [](const PlannedFinding& planned) {
    return planned.decision == Decision::Apply;
  }));
}

void WithLibrary::becomes(const std::string& before, const std::string& after, std::vector<Left> left,
                          std::vector<std::string> problems) const {
  const std::string head = "#include <lib.hpp>\n";
  for (Left& each : left) ++each.line;
  check_fix({.before = {{"lib/lib.hpp", library_}, {"a.cpp", head + before}},
             .after = {{"a.cpp", head + after}},
             .left = std::move(left),
             .problems = std::move(problems),
             .unsafe = true});
}

}  // namespace ferry::rewriter::test
