#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/ConvertUTF.h>
#include <llvm/Support/JSON.h>

#include "model/scope.hpp"
#include "report/report.hpp"

namespace ferry::rewriter {
namespace {

// XML 1.0 has no way to write most control characters: they become U+FFFD, as what is no UTF-8 does.
std::string escaped(std::string_view bytes) {
  const std::string valid = llvm::json::fixUTF8(llvm::StringRef(bytes));
  std::string text;
  for (const char c : valid) {
    const bool is_control = static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t' && c != '\r';
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      case '\n':
        text += "&#10;";
        break;
      case '\r':
        text += "&#13;";
        break;
      case '\t':
        text += "&#9;";
        break;
      default:
        text += is_control ? "\xEF\xBF\xBD" : std::string(1, c);
    }
  }
  return text;
}

struct Case {
  std::string name;
  std::string outcome;  // an element; empty when it passed
};

struct Suite {
  std::vector<Case> cases;
  std::size_t failures = 0;
  std::size_t errors = 0;
};

void print_counts(llvm::raw_ostream& out, std::size_t tests, std::size_t failures, std::size_t errors) {
  out << " tests=\"" << tests << "\" failures=\"" << failures << "\" errors=\"" << errors << '"';
}

std::map<std::string, Suite> suites_of(const Outcome& outcome, const ReportOptions& options) {
  std::map<std::string, Suite> suites;
  for (const PlannedFinding& planned : outcome.plan.findings) {
    const Finding& finding = planned.finding;
    if (!is_left(planned, options)) continue;
    Suite& suite = suites[relative_to(finding.file, options.root)];
    const std::string place = std::to_string(finding.line) + ":" + std::to_string(finding.column);
    suite.cases.push_back(
        {.name = finding.rule + " " + place,
         .outcome = "<failure type=\"" + escaped(finding.rule) + "\" message=\"" + escaped(finding.message) +
                    "\">" +
                    escaped(relative_to(finding.file, options.root) + ":" + place + ": " + finding.rule +
                            " [" + std::string(to_string(finding.applicability)) + "] " + finding.message) +
                    "</failure>"});
    ++suite.failures;
  }
  for (const Problem& problem : outcome.plan.problems) {
    const std::string file = problem.file.empty() ? "ferry" : relative_to(problem.file, options.root);
    Suite& suite = suites[file];
    suite.cases.push_back(
        {.name = "analysis " + std::to_string(problem.line) + ":" + std::to_string(problem.column),
         .outcome = "<error type=\"error\" message=\"" + escaped(problem.message) + "\"/>"});
    ++suite.errors;
  }
  // A report without cases counts as a broken one.
  if (suites.empty()) suites["ferry"].cases.push_back({.name = "no old call sites", .outcome = {}});
  return suites;
}

}  // namespace

void print_junit(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  const std::map<std::string, Suite> suites = suites_of(outcome, options);
  Suite all;
  std::size_t tests = 0;
  for (const auto& [name, suite] : suites) {
    tests += suite.cases.size();
    all.failures += suite.failures;
    all.errors += suite.errors;
  }
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ferry\"";
  print_counts(out, tests, all.failures, all.errors);
  out << ">\n";
  for (const auto& [name, suite] : suites) {
    out << "  <testsuite name=\"" << escaped(name) << '"';
    print_counts(out, suite.cases.size(), suite.failures, suite.errors);
    out << ">\n";
    for (const Case& test : suite.cases) {
      out << "    <testcase classname=\"" << escaped(name) << "\" name=\"" << escaped(test.name) << '"';
      if (test.outcome.empty())
        out << "/>\n";
      else
        out << ">\n      " << test.outcome << "\n    </testcase>\n";
    }
    out << "  </testsuite>\n";
  }
  out << "</testsuites>\n";
}

}  // namespace ferry::rewriter
