#include "resolve/baseline.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

namespace {

const BaselineScope kAll{.root = "/p",
                         .is_judged = [](const std::string&) { return true; },
                         .has_run = [](std::string_view) { return true; }};

// Findings of R-1 at each `old` of the texts, which are files of /p.
Plan plan_of(const std::map<std::string, std::string>& files) {
  Plan plan;
  for (const auto& [name, text] : files) {
    plan.texts.emplace("/p/" + name, text);
    for (std::size_t at = 0; (at = text.find("old", at)) != std::string::npos; ++at)
      plan.findings.push_back({.finding = {.rule = "R-1", .file = "/p/" + name, .offset = at}});
  }
  return plan;
}

Baseline baseline_of(const std::map<std::string, std::string>& files) {
  return baseline_of(plan_of(files), "/p");
}

// Which findings are known, in order.
std::string known(const Plan& plan) {
  std::string result;
  for (const PlannedFinding& planned : plan.findings) result += planned.is_known ? 'y' : 'n';
  return result;
}

// What is known of `now` with a baseline of `then`, and how many entries are gone.
std::string marked(const std::map<std::string, std::string>& then,
                   const std::map<std::string, std::string>& now, const BaselineScope& scope = kAll) {
  Plan plan = plan_of(now);
  const BaselineMatch match = match_baseline(plan, baseline_of(then), scope);
  return known(plan) + " " + std::to_string(match.gone.size());
}

std::string fault(std::string_view text) {
  Problem error;
  if (read_baseline("b", text, error)) return "none";
  return error.file + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) + ": " +
         error.message;
}

}  // namespace

TEST_SUITE("rewriter.resolve.baseline") {
  TEST_CASE("a finding is known while the text of its line stays, wherever the line goes in its file") {
    CHECK(marked({{"a", "old();\n"}}, {{"a", "old();\n"}}) == "y 0");
    CHECK(marked({{"a", "x;\nold(); y;\n"}}, {{"a", "// new\n\n  x;\n\told();   y;\r\n"}}) == "y 0");
    CHECK(marked({{"a", "old(1);\nold(2);\n"}}, {{"a", "old(2);\nold(1);\n"}}) == "yy 0");
    CHECK(marked({{"a", "old(1);\n"}}, {{"a", "old(2);\n"}}) == "n 1");
  }

  TEST_CASE("an entry accepts one finding") {
    CHECK(marked({{"a", "old();\n"}}, {{"a", "old();\nold();\n"}}) == "yn 0");
    CHECK(marked({{"a", "old() + old();\n"}}, {{"a", "old() + old();\n"}}) == "yy 0");
    CHECK(marked({{"a", "old();\nold();\n"}}, {{"a", "old();\n"}}) == "y 1");
  }

  TEST_CASE("a line may go to another file, but only from where it was") {
    CHECK(marked({{"a", "old();\n"}}, {{"a", ""}, {"b", "old();\n"}}) == "y 0");
    CHECK(marked({{"a", "old();\n"}}, {{"a", "old();\n"}, {"b", "old();\n"}}) == "yn 0");
    CHECK(marked({{"a", "old();\n"}}, {{"b", "old();\n"}, {"c", "old();\n"}}) == "yn 0");
  }

  TEST_CASE("what is fixed and comes back is new, once the baseline has forgotten it") {
    Plan fixed = plan_of({{"a", "old(1);\n"}});
    const BaselineMatch match = match_baseline(fixed, baseline_of({{"a", "old(1);\nold(2);\n"}}), kAll);
    REQUIRE(match.gone.size() == 1);
    CHECK(match.gone[0].entry == BaselineEntry{.file = "a", .rule = "R-1", .line = "old(2);"});
    CHECK(match.left == baseline_of({{"a", "old(1);\n"}}));
    Plan again = plan_of({{"a", "old(1);\nold(2);\n"}});
    match_baseline(again, match.left, kAll);
    CHECK(known(again) == "yn");
  }

  TEST_CASE("a file that is gone makes its entries stale, one that is there makes them fixed") {
    BaselineScope scope = kAll;
    scope.root = "/";
    Plan plan;
    const Baseline baseline{{.file = "dev/null", .rule = "R-1", .line = "x"},
                            {.file = "no/such/file", .rule = "R-1", .line = "x"}};
    const BaselineMatch match = match_baseline(plan, baseline, scope);
    REQUIRE(match.gone.size() == 2);
    CHECK_FALSE(match.gone[0].is_stale);
    CHECK(match.gone[1].is_stale);
  }

  TEST_CASE("what a run could not see is neither gone nor given to another") {
    BaselineScope part = kAll;
    part.is_judged = [](const std::string& file) { return file != "/p/a"; };
    CHECK(marked({{"a", "old();\n"}}, {{"b", "old();\n"}}, part) == "n 0");
    part = kAll;
    part.has_run = [](std::string_view rule) { return rule != "R-1"; };
    CHECK(marked({{"a", "old();\n"}}, {}, part) == " 0");
    Plan nothing;
    CHECK(match_baseline(nothing, baseline_of({{"a", "old();\n"}}), part).left.size() == 1);
  }

  TEST_CASE("what a comment suppresses needs no entry, and takes none") {
    Plan plan = plan_of({{"a", "old();\n"}});
    plan.findings[0].decision = Decision::Suppressed;
    CHECK(match_baseline(plan, baseline_of({{"a", "old();\n"}}), kAll).gone.size() == 1);
    CHECK_FALSE(plan.findings[0].is_known);
    CHECK(baseline_of(plan, "/p").empty());
  }

  TEST_CASE("the file has a line an entry, sorted, and reads back as it was written") {
    const Baseline baseline{{.file = "b\t\\.cpp", .rule = "R-1", .line = "x = \\\\;"},
                            {.file = "a.cpp", .rule = "R-2", .line = "old();"},
                            {.file = "a.cpp", .rule = "R-1", .line = "old();"},
                            {.file = "a.cpp", .rule = "R-1", .line = "old();"}};
    const std::string text = write_baseline(baseline);
    CHECK(text.substr(text.find("\na.cpp") + 1) ==
          "a.cpp\tR-1\told();\na.cpp\tR-1\told();\na.cpp\tR-2\told();\nb\\x09\\\\.cpp\tR-1\tx = \\\\;\n");
    Problem error;
    const auto read = read_baseline("b", text, error);
    REQUIRE(read);
    CHECK(write_baseline(*read) == text);
    CHECK(read->back().file == "b\t\\.cpp");
  }

  TEST_CASE("order, comments, blank lines and line ends of Windows do not matter") {
    Problem error;
    const auto read =
        read_baseline("b", "\xEF\xBB\xBF# ferry baseline 1\r\n\r\n# x\r\nb\tR\ty\r\r\na\tR\t\r\n", error);
    REQUIRE(read);
    CHECK(*read == Baseline{{.file = "a", .rule = "R", .line = ""}, {.file = "b", .rule = "R", .line = "y"}});
  }

  TEST_CASE("what is wrong with a file is told with its place") {
    const std::string head = "# ferry baseline 1\n";
    CHECK(fault("").starts_with("b:1:1: empty"));
    CHECK(fault("{\"version\": 1}").starts_with("b:1:1: no baseline: its first line is"));
    CHECK(fault("# ferry baseline 2\n").starts_with("b:1:1: a baseline of another version"));
    CHECK(fault(head + "a\tR\tx\n<<<<<<< HEAD\n").starts_with("b:3:1: not an entry"));
    CHECK(fault(head + "a\tR\n").starts_with("b:2:1: not an entry"));
    CHECK(fault(head + "a\tR\tx\ty\n").starts_with("b:2:1: not an entry"));
    CHECK(fault(head + "\tR\tx\n") == "b:2:1: the entry names no file");
    CHECK(fault(head + "a\t\tx\n") == "b:2:3: the entry names no rule");
    CHECK(fault(head + "a\\q\tR\tx\n").starts_with("b:2:2: a backslash begins"));
    CHECK(fault(head + "a\\x0\tR\tx\n").starts_with("b:2:2: a backslash begins"));
    CHECK(fault(head + "\\x-1\tR\tx\n").starts_with("b:2:1: a backslash begins"));
  }
}
