// What the formats for machines have in common, and what each is particular about.
#include <doctest/doctest.h>
#include <llvm/Support/JSON.h>

#include "model/fingerprint.hpp"
#include "rewriter/report/printed.hpp"

using namespace ferry::rewriter;
using namespace ferry::rewriter::test;

namespace {

const std::string kText = "x = old(1);\r\ny = \"日😀\" + old(2);\r\n";

// A finding in the second line, one suppressed, one known, and a problem.
Outcome outcome() {
  Finding second = finding_at(kText, "old(2)", "fresh\n(2)");
  second.message = "50% of a<b>, \"c\": d\nand e";
  Finding first = finding_at(kText, "old(1)", "fresh(1)");
  Outcome outcome = outcome_of(kText, {{.finding = first,
                                        .decision = Decision::Suppressed,
                                        .reason = "suppressed in line 1: so",
                                        .suppression = Suppression{.line = 1, .column = 3, .reason = "so"}},
                                       {.finding = first, .decision = Decision::Apply, .is_known = true},
                                       {.finding = second, .decision = Decision::Apply}});
  outcome.plan.problems = {
      {.file = "/p/src/b c.cpp", .line = 4, .column = 2, .message = "expected ';', 100%"}};
  return outcome;
}

llvm::json::Value parsed(const std::string& text) {
  auto value = llvm::json::parse(text);
  REQUIRE_MESSAGE(bool(value), text);
  return *value;
}

// The value at a path such as "runs.0.results.1.level"; null where there is none.
llvm::json::Value at(const llvm::json::Value& value, llvm::StringRef path) {
  if (path.empty()) return value;
  const auto [first, rest] = path.split('.');
  if (const auto* object = value.getAsObject()) {
    const auto* member = object->get(first);
    return member ? at(*member, rest) : nullptr;
  }
  std::size_t index = 0;
  if (const auto* array = value.getAsArray();
      array && !first.getAsInteger(10, index) && index < array->size())
    return at((*array)[index], rest);
  return nullptr;
}

}  // namespace

TEST_SUITE("rewriter.report.json.accepted") {
  TEST_CASE("what is suppressed or known is beside the findings, and not counted among them") {
    const auto report = parsed(printed(print_json, outcome(), kCheck));
    CHECK(at(report, "summary.findings") == 1);
    CHECK(at(report, "summary.safe") == 1);
    CHECK(at(report, "summary.suppressed") == 1);
    CHECK(at(report, "summary.known") == 1);
    CHECK(at(report, "findings.0.line") == 2);
    CHECK(at(report, "findings.1") == nullptr);
    CHECK(at(report, "suppressed.0.suppression.reason") == "so");
    CHECK(at(report, "known.0.line") == 1);
  }
}

TEST_SUITE("rewriter.report.sarif") {
  TEST_CASE("a result has its place in UTF-16, its fix, its fingerprint and its state") {
    Outcome with_baseline = outcome();
    with_baseline.has_baseline = true;
    with_baseline.gone = {{.entry = {.file = "src/a b.cpp", .rule = "TIME-01", .line = "gone();"}}};
    ReportOptions options = kCheck;
    options.exit_status = 3;
    options.version = "1.2.3";
    options.rules = {{.id = "TIME-01",
                      .pack = "ferry-0.2",
                      .applicability = Applicability::Unsafe,
                      .title = "t",
                      .card = "c"}};
    const auto log = parsed(printed(print_sarif, with_baseline, options));
    const auto run = at(log, "runs.0");
    CHECK(at(log, "version") == "2.1.0");
    CHECK(at(run, "tool.driver.rules.0.id") == "TIME-01");
    CHECK(at(run, "tool.driver.rules.0.help.text") == "c");
    CHECK(at(run, "tool.driver.semanticVersion") == "1.2.3");
    CHECK(at(run, "originalUriBaseIds.SRCROOT.uri") == "file:///p/");

    CHECK(at(run, "results.0.suppressions.0.kind") == "inSource");
    CHECK(at(run, "results.0.suppressions.0.justification") == "so");
    CHECK(at(run, "results.0.suppressions.0.location.physicalLocation.region.startColumn") == 3);
    CHECK(at(run, "results.1.baselineState") == "unchanged");
    CHECK(at(run, "results.2.baselineState") == "new");
    CHECK(at(run, "results.2.suppressions.0") == nullptr);
    CHECK(at(run, "results.2.level") == "warning");
    CHECK(at(run, "results.2.ruleIndex") == 0);
    const auto place = at(run, "results.2.locations.0.physicalLocation");
    CHECK(at(place, "artifactLocation.uri") == "src/a.cpp");
    CHECK(at(place, "artifactLocation.uriBaseId") == "SRCROOT");
    CHECK(at(place, "region.startLine") == 2);
    CHECK(at(place, "region.startColumn") == 13);  // the smiley is two units, the character before it one
    CHECK(at(place, "region.endColumn") == 19);
    const auto change = at(run, "results.2.fixes.0.artifactChanges.0");
    CHECK(at(change, "replacements.0.deletedRegion.startColumn") == 13);
    CHECK(at(change, "replacements.0.insertedContent.text") == "fresh\r\n(2)");
    CHECK(at(run, "results.3.baselineState") == "absent");
    CHECK(at(run, "results.3.locations.0.physicalLocation.artifactLocation.uri") == "src/a%20b.cpp");

    CHECK(at(run, "invocations.0.exitCode") == 3);
    CHECK(at(run, "invocations.0.executionSuccessful") == false);
    CHECK(at(run, "invocations.0.toolExecutionNotifications.0.level") == "error");
    CHECK(
        at(run,
           "invocations.0.toolExecutionNotifications.0.locations.0.physicalLocation.artifactLocation.uri") ==
        "src/b%20c.cpp");
  }

  TEST_CASE("without a baseline nothing has a state, and a rule without a card is listed all the same") {
    const auto run = at(parsed(printed(print_sarif, outcome(), kCheck)), "runs.0");
    CHECK(at(run, "results.2.baselineState") == nullptr);
    CHECK(at(run, "tool.driver.rules.0.id") == "TIME-01");
  }

  TEST_CASE("what was fixed is no result any more") {
    ReportOptions options = kCheck;
    options.command = Command::Fix;
    const auto run = at(parsed(printed(print_sarif, outcome(), options)), "runs.0");
    CHECK(at(run, "results.0.suppressions.0.kind") == "inSource");
    CHECK(at(run, "results.1") == nullptr);
  }
}

TEST_SUITE("rewriter.report.github") {
  TEST_CASE("what would end a command or a property is escaped, columns are given for one line only") {
    Outcome given = outcome();
    CHECK(printed(print_github, given, kCheck) ==
          "::warning file=src/a.cpp,line=2,endLine=2,col=17,endColumn=23,title=ferry TIME-01 [safe]::"
          "50%25 of a<b>, \"c\": d%0Aand e\n"
          "::error file=src/b c.cpp,line=4,col=2,title=ferry::expected ';', 100%25\n");
    given.plan.findings[2].finding.end_line = 3;
    given.plan.findings[2].finding.remark = true;
    given.plan.findings[2].finding.rule = "A:1,2";
    CHECK(printed(print_github, given, kCheck)
              .starts_with("::notice file=src/a.cpp,line=2,endLine=3,title=ferry A%3A1%2C2 [safe]::50%25"));
  }
}

TEST_SUITE("rewriter.report.gitlab") {
  TEST_CASE("an issue has what GitLab asks for, with fingerprints that differ") {
    Outcome given = outcome();
    given.plan.findings.push_back(given.plan.findings[2]);
    const auto issues = parsed(printed(print_gitlab, given, kCheck));
    CHECK(at(issues, "0.check_name") == "ferry-TIME-01");
    CHECK(at(issues, "0.severity") == "minor");
    CHECK(at(issues, "0.location.path") == "src/a.cpp");
    CHECK(at(issues, "0.location.lines.begin") == 2);
    CHECK(at(issues, "0.fingerprint") == fingerprints(given.plan, "/p")[2]);
    CHECK(at(issues, "1.fingerprint") != at(issues, "0.fingerprint"));
    CHECK(at(issues, "2.check_name") == "ferry-error");
    CHECK(at(issues, "2.severity") == "blocker");
    CHECK(at(issues, "3") == nullptr);
  }

  TEST_CASE("a problem without a file has a place all the same") {
    Outcome given;
    given.plan.problems = {{.file = "/p", .message = "interrupted"}, {.message = "lost"}};
    const auto issues = parsed(printed(print_gitlab, given, kCheck));
    CHECK(at(issues, "0.location.path") == ".");
    CHECK(at(issues, "0.location.lines.begin") == 1);
    CHECK(at(issues, "1.fingerprint") != at(issues, "0.fingerprint"));
  }
}

TEST_SUITE("rewriter.report.junit") {
  TEST_CASE("a failed case for each open finding, an error for each problem, a suite for each file") {
    CHECK(printed(print_junit, outcome(), kCheck) ==
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<testsuites name=\"ferry\" tests=\"2\" failures=\"1\" errors=\"1\">\n"
          "  <testsuite name=\"src/a.cpp\" tests=\"1\" failures=\"1\" errors=\"0\">\n"
          "    <testcase classname=\"src/a.cpp\" name=\"TIME-01 2:17\">\n"
          "      <failure type=\"TIME-01\" message=\"50% of a&lt;b&gt;, &quot;c&quot;: d&#10;and "
          "e\">src/a.cpp:2:17: "
          "TIME-01 [safe] 50% of a&lt;b&gt;, &quot;c&quot;: d&#10;and e</failure>\n"
          "    </testcase>\n"
          "  </testsuite>\n"
          "  <testsuite name=\"src/b c.cpp\" tests=\"1\" failures=\"0\" errors=\"1\">\n"
          "    <testcase classname=\"src/b c.cpp\" name=\"analysis 4:2\">\n"
          "      <error type=\"error\" message=\"expected ';', 100%\"/>\n"
          "    </testcase>\n"
          "  </testsuite>\n"
          "</testsuites>\n");
  }

  TEST_CASE("a report of nothing is a passed case, and control characters have no place in XML") {
    CHECK(printed(print_junit, {}, kCheck).find("tests=\"1\" failures=\"0\" errors=\"0\">\n  <testsuite") !=
          std::string::npos);
    Outcome given;
    given.plan.problems = {{.message = "a\x01\xff"}};
    CHECK(printed(print_junit, given, kCheck).find("message=\"a\uFFFD\uFFFD\"") != std::string::npos);
  }
}

TEST_SUITE("rewriter.report.clang_yaml") {
  TEST_CASE("replacements lead from the text before to the text after, each with a finding") {
    Outcome given = outcome();
    given.after = {{"/p/src/a.cpp", "x = fresh(1);\r\ny = \"日本\" + fresh(2);\r\n"}};
    CHECK(printed(print_clang_yaml, given, kCheck) ==
          "---\n"
          "MainSourceFile:  ''\n"
          "Diagnostics:\n"
          "  - DiagnosticName:  ferry-TIME-01\n"
          "    DiagnosticMessage:\n"
          "      Message:         '`old(1)` is old'\n"
          "      FilePath:        '/p/src/a.cpp'\n"
          "      FileOffset:      4\n"
          "      Replacements:\n"
          "        - FilePath:        '/p/src/a.cpp'\n"
          "          Offset:          4\n"
          "          Length:          3\n"
          "          ReplacementText: fresh\n"
          "    Level:           Warning\n"
          "  - DiagnosticName:  ferry-TIME-01\n"
          "    DiagnosticMessage:\n"
          "      Message:         \"50% of a<b>, \\\"c\\\": d\\nand e\"\n"
          "      FilePath:        '/p/src/a.cpp'\n"
          "      FileOffset:      29\n"
          "      Replacements:\n"
          "        - FilePath:        '/p/src/a.cpp'\n"
          "          Offset:          21\n"
          "          Length:          11\n"
          "          ReplacementText: \"本\\\" + fresh\"\n"
          "    Level:           Warning\n"
          "...\n");
  }

  TEST_CASE("after a fix there is nothing left to replace") {
    Outcome given = outcome();
    given.after = {{"/p/src/a.cpp", "x"}};
    ReportOptions options = kCheck;
    options.command = Command::Fix;
    CHECK(printed(print_clang_yaml, given, options).find("ReplacementText") == std::string::npos);
  }
}
