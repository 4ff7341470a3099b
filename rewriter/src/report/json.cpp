#include <algorithm>
#include <cstdint>

#include <llvm/Support/JSON.h>

#include "model/scope.hpp"
#include "report/report.hpp"

namespace ferry::rewriter {
namespace {

using llvm::json::OStream;

// JSON holds text; a source file may hold anything.
llvm::json::Value text(std::string_view bytes) { return llvm::json::fixUTF8(llvm::StringRef(bytes)); }

bool is_fixed(const PlannedFinding& planned, const ReportOptions& options) {
  return options.command == Command::Fix && planned.decision == Decision::Apply;
}

std::int64_t count(const Plan& plan, auto predicate) {
  return std::ranges::count_if(plan.findings, predicate);
}

void print_summary(OStream& json, const Plan& plan, const Outcome& outcome, const ReportOptions& options) {
  const auto applicability = [](Applicability wanted) {
    return [=](const PlannedFinding& planned) { return planned.finding.applicability == wanted; };
  };
  json.attribute("findings", static_cast<std::int64_t>(plan.findings.size()));
  json.attribute("fixed",
                 count(plan, [&](const PlannedFinding& planned) { return is_fixed(planned, options); }));
  json.attribute("safe", count(plan, applicability(Applicability::Safe)));
  json.attribute("unsafe", count(plan, applicability(Applicability::Unsafe)));
  json.attribute("manual", count(plan, applicability(Applicability::Manual)));
  json.attribute("withheld", count(plan, [](const PlannedFinding& planned) {
                   return planned.decision == Decision::Withheld || planned.decision == Decision::Deferred;
                 }));
  json.attribute("files_written", static_cast<std::int64_t>(outcome.written.size()));
  json.attribute("errors", static_cast<std::int64_t>(plan.problems.size()));
}

void print_finding(OStream& json, const PlannedFinding& planned, const ReportOptions& options) {
  const Finding& finding = planned.finding;
  json.attribute("rule", text(finding.rule));
  json.attribute("applicability", text(to_string(finding.applicability)));
  json.attribute("file", text(relative_to(finding.file, options.root)));
  json.attribute("line", finding.line);
  json.attribute("column", finding.column);
  json.attribute("end_line", finding.end_line);
  json.attribute("end_column", finding.end_column);
  json.attribute("message", text(finding.message));
  json.attribute("fixed", is_fixed(planned, options));
  json.attributeArray("edits", [&] {
    for (const Edit& edit : finding.edits)
      json.object([&] {
        json.attribute("file", text(relative_to(edit.file, options.root)));
        json.attribute("offset", static_cast<std::int64_t>(edit.offset));
        json.attribute("length", static_cast<std::int64_t>(edit.length));
        json.attribute("replacement", text(edit.replacement));
      });
  });
}

}  // namespace

void print_json(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  const Plan& plan = outcome.plan;
  OStream json(out, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeObject("summary", [&] { print_summary(json, plan, outcome, options); });
    json.attributeArray("findings", [&] {
      for (const PlannedFinding& planned : plan.findings)
        json.object([&] { print_finding(json, planned, options); });
    });
    json.attributeArray("errors", [&] {
      for (const Problem& problem : plan.problems)
        json.object([&] {
          json.attribute("file", text(relative_to(problem.file, options.root)));
          json.attribute("line", problem.line);
          json.attribute("column", problem.column);
          json.attribute("message", text(problem.message));
        });
    });
  });
  out << '\n';
}

}  // namespace ferry::rewriter
