#include <algorithm>
#include <cstdint>

#include <llvm/Support/JSON.h>

#include "model/scope.hpp"
#include "report/json_text.hpp"
#include "report/report.hpp"

namespace ferry::rewriter {
namespace {

using llvm::json::OStream;

bool is_suppressed(const PlannedFinding& planned) { return planned.decision == Decision::Suppressed; }

bool is_known(const PlannedFinding& planned) { return planned.is_known && !is_suppressed(planned); }

std::int64_t count(const Plan& plan, auto predicate) {
  return std::ranges::count_if(plan.findings, predicate);
}

void print_summary(OStream& json, const Outcome& outcome, const ReportOptions& options) {
  const Plan& plan = outcome.plan;
  const auto applicability = [](Applicability wanted) {
    return [=](const PlannedFinding& planned) {
      return is_open(planned) && planned.finding.applicability == wanted;
    };
  };
  json.attribute("findings", count(plan, is_open));
  json.attribute("fixed",
                 count(plan, [&](const PlannedFinding& planned) { return is_fixed(planned, options); }));
  json.attribute("safe", count(plan, applicability(Applicability::Safe)));
  json.attribute("unsafe", count(plan, applicability(Applicability::Unsafe)));
  json.attribute("manual", count(plan, applicability(Applicability::Manual)));
  json.attribute("withheld", count(plan, [](const PlannedFinding& planned) {
                   return is_open(planned) &&
                          (planned.decision == Decision::Withheld || planned.decision == Decision::Deferred);
                 }));
  json.attribute("suppressed", count(plan, is_suppressed));
  json.attribute("known", count(plan, is_known));
  json.attribute("unjudged", static_cast<std::int64_t>(plan.unjudged.size()));
  json.attribute("files_written", static_cast<std::int64_t>(outcome.written.size()));
  json.attribute("errors", static_cast<std::int64_t>(plan.problems.size()));
}

void print_finding(OStream& json, const PlannedFinding& planned, const ReportOptions& options) {
  const Finding& finding = planned.finding;
  json.attribute("rule", json_text(finding.rule));
  json.attribute("applicability", json_text(to_string(finding.applicability)));
  json.attribute("file", json_text(relative_to(finding.file, options.root)));
  json.attribute("line", finding.line);
  json.attribute("column", finding.column);
  json.attribute("end_line", finding.end_line);
  json.attribute("end_column", finding.end_column);
  json.attribute("message", json_text(finding.message));
  json.attribute("fixed", is_fixed(planned, options));
  if (!planned.reason.empty()) json.attribute("reason", json_text(planned.reason));
  if (planned.suppression)
    json.attributeObject("suppression", [&] {
      json.attribute("line", planned.suppression->line);
      json.attribute("column", planned.suppression->column);
      json.attribute("reason", json_text(planned.suppression->reason));
    });
  json.attributeArray("edits", [&] {
    for (const Edit& edit : finding.edits)
      json.object([&] {
        json.attribute("file", json_text(relative_to(edit.file, options.root)));
        json.attribute("offset", static_cast<std::int64_t>(edit.offset));
        json.attribute("length", static_cast<std::int64_t>(edit.length));
        json.attribute("replacement", json_text(edit.replacement));
      });
  });
}

void print_findings(OStream& json, llvm::StringRef name, const Plan& plan, const ReportOptions& options,
                    auto is_printed) {
  json.attributeArray(name, [&] {
    for (const PlannedFinding& planned : plan.findings)
      if (is_printed(planned)) json.object([&] { print_finding(json, planned, options); });
  });
}

void print_problems(OStream& json, llvm::StringRef name, const Problems& problems,
                    const ReportOptions& options) {
  json.attributeArray(name, [&] {
    for (const Problem& problem : problems)
      json.object([&] {
        json.attribute("file", json_text(relative_to(problem.file, options.root)));
        json.attribute("line", problem.line);
        json.attribute("column", problem.column);
        json.attribute("message", json_text(problem.message));
      });
  });
}

}  // namespace

void print_json(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  const Plan& plan = outcome.plan;
  OStream json(out, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeObject("summary", [&] { print_summary(json, outcome, options); });
    print_findings(json, "findings", plan, options, is_open);
    print_findings(json, "suppressed", plan, options, is_suppressed);
    print_findings(json, "known", plan, options, is_known);
    json.attributeArray("unjudged", [&] {
      for (const Unjudged& name : plan.unjudged)
        json.object([&] {
          json.attribute("file", json_text(relative_to(name.file, options.root)));
          json.attribute("line", name.line);
          json.attribute("column", name.column);
          json.attribute("name", json_text(name.name));
          json.attributeArray("rules", [&] {
            for (const std::string& rule : name.rules) json.value(json_text(rule));
          });
          json.attribute("reason", json_text(name.reason));
        });
    });
    print_problems(json, "errors", plan.problems, options);
    print_problems(json, "warnings", plan.warnings, options);
  });
  out << '\n';
}

}  // namespace ferry::rewriter
