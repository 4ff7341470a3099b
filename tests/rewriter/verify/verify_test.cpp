#include "verify/verify.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "analyse/analyse.hpp"
#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

// A plan over files of a tree, and the jobs that read them.
struct Case {
  test::TempTree tree;
  Jobs jobs;
  std::vector<std::vector<std::string>> inputs;
  std::vector<Before> before;
  Plan plan;

  void add_job(const std::string& name, std::vector<std::string> reads = {}) {
    jobs.push_back({.file = tree.path(name), .directory = tree.root(), .arguments = {"clang++", "-c", name}});
    reads.push_back(name);
    for (std::string& read : reads) read = tree.path(read);
    inputs.push_back(reads);
  }
  // Replaces the first `from` in the file by `to`.
  void add_finding(const std::string& file, const std::string& from, const std::string& to,
                   std::string group = {}) {
    const std::string path = tree.path(file);
    const std::string text = tree.read(file);
    plan.texts.emplace(path, text);
    const std::size_t offset = text.find(from);
    plan.findings.push_back({.finding = {.rule = "R-" + std::to_string(plan.findings.size() + 1),
                                         .applicability = Applicability::Safe,
                                         .file = path,
                                         .offset = offset,
                                         .line = 1,
                                         .edits = {{path, offset, from.size(), to}},
                                         .group = std::move(group)},
                             .decision = Decision::Apply});
  }
  std::vector<Decision> run() {
    const Texts no_overlay;
    const auto look = [&](const std::vector<std::size_t>& which, const Texts& overlay,
                          const FileRanges& watched) {
      std::vector<Analysis> analyses;
      for (const std::size_t job : which)
        analyses.push_back(analyse(jobs[job], {.scope = {.root = tree.root()},
                                               .overlay = overlay,
                                               .is_selected = {},
                                               .watched = watched,
                                               .takes_shortcuts = false}));
      return analyses;
    };
    plan = verify(std::move(plan), jobs, inputs, {.overlay = no_overlay, .before = before, .analyse = look})
               .plan;
    std::vector<Decision> decisions;
    for (const PlannedFinding& planned : plan.findings) decisions.push_back(planned.decision);
    return decisions;
  }
};

constexpr auto kApply = Decision::Apply;
constexpr auto kWithheld = Decision::Withheld;

}  // namespace

TEST_SUITE("rewriter.verify") {
  TEST_CASE("edits that compile stay") {
    Case c;
    c.tree.write("a.cpp", "int one(); int f() { return one(); }");
    c.add_job("a.cpp");
    c.add_finding("a.cpp", "return one", "return 1 + one");
    CHECK(c.run() == std::vector{kApply});
    CHECK(c.plan.problems.empty());
  }

  TEST_CASE(
      "of several edits only the one that does not compile is taken back, with what the compiler says") {
    Case c;
    c.tree.write("a.cpp", "int a();\nint b();\nint x = a();\nint y = b();\nint z = a();\n");
    c.add_job("a.cpp");
    c.add_finding("a.cpp", "x = a", "x = 1 + a");
    c.add_finding("a.cpp", "y = b", "y = missing");
    c.add_finding("a.cpp", "z = a", "z = 2 + a");
    CHECK(c.run() == std::vector{kApply, kWithheld, kApply});
    CHECK(c.plan.findings[1].reason.find("undeclared identifier 'missing'") != std::string::npos);
    CHECK(c.plan.problems.size() == 1);
  }

  TEST_CASE("an edit in a header is checked by every unit that reads it") {
    Case c;
    c.tree.write("h.hpp", "inline int old_name() { return 1; }\n");
    c.tree.write("a.cpp", "#include \"h.hpp\"\n");
    c.tree.write("b.cpp", "#include \"h.hpp\"\nint x = old_name();\n");
    c.add_job("a.cpp", {"h.hpp"});
    c.add_job("b.cpp", {"h.hpp"});
    c.add_finding("h.hpp", "old_name", "new_name");
    CHECK(c.run() == std::vector{kWithheld});
  }

  TEST_CASE("an error far from the edit is traced to it by bisecting") {
    Case c;
    c.tree.write("h.hpp", "struct A { int one; int two; int three; int four; };\n");
    c.tree.write("b.cpp", "#include \"h.hpp\"\nint x = A{}.three;\n");
    c.add_job("b.cpp", {"h.hpp"});
    c.add_finding("h.hpp", "one", "eins");
    c.add_finding("h.hpp", "two", "zwei");
    c.add_finding("h.hpp", "three", "drei");
    c.add_finding("h.hpp", "four", "vier");
    CHECK(c.run() == std::vector{kApply, kApply, kWithheld, kApply});
  }

  TEST_CASE("a group is taken back as a whole, and what relied on it with it") {
    Case c;
    c.tree.write("h.hpp", "namespace v1 { int f(); }\nnamespace v2 { int g(); }\nnamespace api = v1;\n");
    c.tree.write("a.cpp", "#include \"h.hpp\"\nint x = api::f();\n");
    c.tree.write("b.cpp", "#include \"h.hpp\"\nint y = api::f();\n");
    c.add_job("a.cpp", {"h.hpp"});
    c.add_job("b.cpp", {"h.hpp"});
    c.add_finding("h.hpp", "api = v1", "api = v2", "alias");
    c.add_finding("a.cpp", "api::f", "api::g", "alias");  // b.cpp is not rewritten
    CHECK(c.run() == std::vector{kWithheld, kWithheld});
  }

  TEST_CASE("a unit that did not compile before is not held against the edits") {
    Case c;
    c.tree.write("h.hpp", "inline int f() { return 1; }\n");
    c.tree.write("a.cpp", "#include \"h.hpp\"\n");
    c.tree.write("broken.cpp", "#include \"h.hpp\"\nint x = ;\n");
    c.add_job("a.cpp", {"h.hpp"});
    c.add_job("broken.cpp", {"h.hpp"});
    c.add_finding("h.hpp", "return 1", "return 2");
    CHECK(c.run() == std::vector{kApply});
  }

  TEST_CASE("the new text is seen through links and dots in an include") {
    Case c;
    c.tree.write("real/h.hpp", "inline int f() { return 1; }\n");
    std::filesystem::create_directory_symlink("real", c.tree.path("link"));
    c.tree.write("a.cpp", "#include \"link/../link/h.hpp\"\nint x = f();\n");
    c.add_job("a.cpp", {"link/h.hpp"});
    c.add_finding("real/h.hpp", "int f()", "int renamed()");
    CHECK(c.run() == std::vector{kWithheld});
  }
}
