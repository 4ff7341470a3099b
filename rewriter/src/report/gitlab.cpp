#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/SHA1.h>

#include "model/fingerprint.hpp"
#include "model/scope.hpp"
#include "report/json_text.hpp"
#include "report/report.hpp"

namespace ferry::rewriter {
namespace {

using llvm::json::OStream;

llvm::StringRef severity_of(const Finding& finding) {
  if (finding.remark) return "info";
  return finding.applicability == Applicability::Safe ? "minor" : "major";
}

void print_issue(OStream& json, std::string_view message, std::string_view check,
                 std::string_view fingerprint, llvm::StringRef severity, const std::string& path,
                 unsigned first_line, unsigned last_line) {
  json.object([&] {
    json.attribute("description", json_text(message));
    json.attribute("check_name", json_text(check));
    json.attribute("fingerprint", json_text(fingerprint));
    json.attribute("severity", severity);
    json.attributeObject("location", [&] {
      json.attribute("path", json_text(path));
      json.attributeObject("lines", [&] {
        json.attribute("begin", std::max(first_line, 1U));
        if (last_line > first_line) json.attribute("end", last_line);
      });
    });
  });
}

}  // namespace

void print_gitlab(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  const Plan& plan = outcome.plan;
  const std::vector<std::string> ids = fingerprints(plan, options.root);
  OStream json(out, /*IndentSize=*/2);
  json.array([&] {
    for (std::size_t i = 0; i < plan.findings.size(); ++i) {
      const PlannedFinding& planned = plan.findings[i];
      const Finding& finding = planned.finding;
      if (!is_left(planned, options)) continue;
      print_issue(json, finding.message, "ferry-" + finding.rule, ids[i], severity_of(finding),
                  relative_to(finding.file, options.root), finding.line, finding.end_line);
    }
    for (const Problem& problem : plan.problems) {
      const bool has_file = !problem.file.empty() && problem.file != options.root;
      const std::string path = has_file ? relative_to(problem.file, options.root) : ".";
      const std::string identity = path + '\0' + std::to_string(problem.line) + '\0' + problem.message;
      print_issue(json, problem.message, "ferry-error",
                  llvm::toHex(llvm::SHA1::hash(llvm::arrayRefFromStringRef(identity)), /*LowerCase=*/true),
                  "blocker", path, problem.line, problem.line);
    }
  });
  out << '\n';
}

}  // namespace ferry::rewriter
