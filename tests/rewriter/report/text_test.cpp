#include <doctest/doctest.h>

#include "rewriter/report/printed.hpp"

using namespace ferry::rewriter;
using namespace ferry::rewriter::test;

namespace {

const std::string kText = "f(old1, old2, old3, old4);\n";

PlannedFinding planned(std::string_view code, Decision decision, std::string reason = {}) {
  return {.finding = finding_at(kText, code, "new"), .decision = decision, .reason = std::move(reason)};
}

// One finding rewritten, one left, one suppressed, one in the baseline.
Outcome one_of_each() {
  std::vector<PlannedFinding> findings{
      planned("old1", Decision::Apply), planned("old2", Decision::Report, "why"),
      planned("old3", Decision::Suppressed, "suppressed in line 1: so"), planned("old4", Decision::Apply)};
  findings[3].is_known = true;
  return outcome_of(kText, std::move(findings));
}

}  // namespace

TEST_SUITE("rewriter.report.text") {
  TEST_CASE("a line a finding, and a summary, without what is accepted") {
    CHECK(printed(print_concise, one_of_each(), kCheck) ==
          "a.cpp:1:3: TIME-01 [safe] `old1` is old\n"
          "a.cpp:1:9: TIME-01 [safe] `old2` is old\n"
          "2 old call sites in 1 file (TIME-01 2): `ferry fix` rewrites 1; 1 left to a person.\n"
          "The baseline accepts 1 more.\n"
          "Comments suppress 1 more.\n");
  }

  TEST_CASE("with the source line and what its fix makes of it") {
    const std::string text = printed(print_text, one_of_each(), kCheck);
    CHECK(text.find("a.cpp:1:3: TIME-01 [safe] `old1` is old\n"
                    "   1 | f(old1, old2, old3, old4);\n"
                    "     |   ^~~~\n"
                    "   1 + f(new, old2, old3, old4);\n"
                    "\n") == 0);
  }

  TEST_CASE("after a fix what is left is listed, with the reason") {
    Outcome outcome = one_of_each();
    outcome.written = {"/p/src/a.cpp"};
    ReportOptions options = kCheck;
    options.command = Command::Fix;
    CHECK(printed(print_concise, outcome, options) ==
          "a.cpp:1:9: TIME-01 [safe] `old2` is old\n"
          "    not rewritten: why\n"
          "Rewrote 2 places in 1 file (TIME-01 2).\n"
          "Left 1 place as it was:\n"
          "  1: why\n"
          "Comments suppress 1 more.\n");
  }

  TEST_CASE("what is suppressed is listed on demand, with the reason") {
    ReportOptions options = kCheck;
    options.shows_suppressed = true;
    const std::string text = printed(print_concise, one_of_each(), options);
    CHECK(text.find("a.cpp:1:15: TIME-01 [safe] `old3` is old\n    suppressed in line 1: so\n") !=
          std::string::npos);
  }

  TEST_CASE("a fix that was taken back is not shown") {
    Outcome outcome = outcome_of(kText, {planned("old1", Decision::Withheld, "does not compile")});
    CHECK(printed(print_text, outcome, kCheck).find(" + ") == std::string::npos);
  }

  TEST_CASE("where nothing is open the report says so, and whether that is the baseline's doing") {
    CHECK(printed(print_text, {}, kCheck) == "No old call sites.\n");
    Outcome outcome = outcome_of(kText, {planned("old1", Decision::Apply)});
    outcome.plan.findings[0].is_known = true;
    outcome.has_baseline = true;
    outcome.gone = {{.entry = {.file = "b.cpp", .rule = "A-1", .line = "x();"}},
                    {.entry = {.file = "c.cpp", .rule = "A-1", .line = "y();"}, .is_stale = true}};
    CHECK(printed(print_text, outcome, kCheck) ==
          "No new findings.\n"
          "The baseline accepts 1 more.\n"
          "2 entries of the baseline are out of date; with --write-baseline the file forgets them:\n"
          "  b.cpp: A-1 (fixed): x();\n"
          "  c.cpp: A-1 (no such file any more): y();\n");
  }

  TEST_CASE("what is wrong with a suppression is a finding and no old call site") {
    Outcome outcome = outcome_of(kText, {planned("old1", Decision::Apply)});
    outcome.plan.findings[0].finding.rule = "NOLINT-01";
    CHECK(printed(print_concise, outcome, kCheck).find("1 finding in 1 file (NOLINT-01 1)") !=
          std::string::npos);
  }

  TEST_CASE("a message or a file's name cannot act upon the terminal") {
    Outcome outcome = outcome_of(kText, {planned("old1", Decision::Apply)});
    outcome.plan.findings[0].finding.message = "a\x1b]0;b\nc";
    CHECK(printed(print_concise, outcome, kCheck).find("a<U+001B>]0;b c\n") != std::string::npos);
    std::string text;
    llvm::raw_string_ostream out(text);
    print_problems(out, {{.file = "/p/src/x\ny.cpp", .line = 1, .column = 2, .message = "no\x07"}}, kCheck);
    CHECK(text == "x y.cpp:1:2: error: no<U+0007>\n");
  }

  TEST_CASE("counts by rule and directory take the place of the list") {
    Outcome outcome = one_of_each();
    outcome.plan.findings[1].finding.rule = "TIME-02";
    outcome.plan.findings[1].finding.applicability = Applicability::Manual;
    CHECK(printed(print_statistics, outcome, {.root = "/p", .working_directory = "/p"}) ==
          "rule       safe  unsafe  manual   total\n"
          "TIME-01       1       0       0       1\n"
          "TIME-02       0       0       1       1\n"
          "              1       0       1       2\n"
          "\n"
          "directory    safe  unsafe  manual   total\n"
          "src             1       0       1       2\n"
          "\n"
          "2 old call sites in 1 file (TIME-01 1, TIME-02 1): `ferry fix` rewrites 1; 1 left to a person.\n"
          "The baseline accepts 1 more.\n"
          "Comments suppress 1 more.\n");
  }
}
