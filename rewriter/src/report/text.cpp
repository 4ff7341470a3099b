#include <algorithm>
#include <map>
#include <set>

#include "model/scope.hpp"
#include "report/report.hpp"

namespace ferry::rewriter {
namespace {

using llvm::raw_ostream;

void print_place(raw_ostream& out, const std::string& file, unsigned line, unsigned column,
                 const ReportOptions& options) {
  out.changeColor(raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  out << (file.empty() ? "ferry" : relative_to(file, options.working_directory));
  if (line != 0) out << ':' << line;
  if (line != 0 && column != 0) out << ':' << column;
  out << ": ";
  out.resetColor();
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string places(std::size_t count) { return counted(count, "place", "places"); }

// "TIME-01 3, SYNC-02 1"
std::string by_rule(const Plan& plan, auto is_counted) {
  std::map<std::string_view, std::size_t> counts;
  for (const PlannedFinding& planned : plan.findings)
    if (is_counted(planned)) ++counts[planned.finding.rule];
  std::string text;
  for (const auto& [rule, count] : counts)
    text += (text.empty() ? "" : ", ") + std::string(rule) + " " + std::to_string(count);
  return text;
}

void summarise_check(raw_ostream& out, const Outcome& outcome) {
  const Plan& plan = outcome.plan;
  std::set<std::string_view> files;
  for (const PlannedFinding& planned : plan.findings) files.insert(planned.finding.file);
  const std::size_t all = plan.findings.size();
  const std::size_t most = rewritable(plan);
  out << counted(all, "old call site in ", "old call sites in ") << counted(files.size(), "file", "files")
      << " (" << by_rule(plan, [](const auto&) { return true; }) << "): `ferry fix` rewrites "
      << outcome.safe;
  if (most != outcome.safe) out << ", with --unsafe " << most;
  if (const std::size_t left = all - most; left != 0) out << "; " << left << " left to a person";
  out << ".\n";
}

void summarise_fix(raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  const auto is_applied = [](const PlannedFinding& planned) { return planned.decision == Decision::Apply; };
  const Plan& plan = outcome.plan;
  const auto made = static_cast<std::size_t>(std::ranges::count_if(plan.findings, is_applied));
  const bool is_diff = options.command == Command::Diff;
  const std::size_t files = is_diff ? outcome.after.size() : outcome.written.size();
  if (made != 0)
    out << (is_diff ? "Would rewrite " : "Rewrote ") << places(made) << " in "
        << counted(files, "file", "files") << " (" << by_rule(plan, is_applied) << ").\n";
  if (made == plan.findings.size()) return;
  const std::size_t left = plan.findings.size() - made;
  out << "Left " << places(left) << (left == 1 ? " as it was:\n" : " as they were:\n");
  std::map<std::string_view, std::size_t> reasons;
  for (const PlannedFinding& planned : plan.findings)
    if (!is_applied(planned)) ++reasons[planned.reason];
  for (const auto& [reason, count] : reasons) out << "  " << count << ": " << reason << '\n';
}

void print_message(raw_ostream& out, const Problem& message, std::string_view kind, raw_ostream::Colors color,
                   const ReportOptions& options) {
  print_place(out, message.file, message.line, message.column, options);
  out.changeColor(color, /*Bold=*/true);
  out << kind;
  out.resetColor();
  out << message.message << '\n';
}

}  // namespace

void print_finding(raw_ostream& out, const Finding& finding, const ReportOptions& options) {
  print_place(out, finding.file, finding.line, finding.column, options);
  out << finding.rule << " [";
  out.changeColor(finding.applicability == Applicability::Safe ? raw_ostream::GREEN : raw_ostream::YELLOW);
  out << to_string(finding.applicability);
  out.resetColor();
  out << "] " << finding.message << '\n';
}

void print_text(raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  const Plan& plan = outcome.plan;
  for (const PlannedFinding& planned : plan.findings) {
    if (options.command != Command::Check && planned.decision == Decision::Apply) continue;
    print_finding(out, planned.finding, options);
    if (options.command != Command::Check || planned.decision == Decision::Withheld)
      out << "    not rewritten: " << planned.reason << '\n';
  }
  if (plan.findings.empty()) {
    if (plan.problems.empty()) out << "No old call sites.\n";
  } else if (options.command == Command::Check) {
    summarise_check(out, outcome);
  } else {
    summarise_fix(out, outcome, options);
  }
}

void print_problems(raw_ostream& out, const Problems& problems, const ReportOptions& options) {
  for (const Problem& problem : problems) print_message(out, problem, "error: ", raw_ostream::RED, options);
}

void print_notes(raw_ostream& out, const Problems& notes, const ReportOptions& options) {
  for (const Problem& note : notes) print_message(out, note, "note: ", raw_ostream::CYAN, options);
}

}  // namespace ferry::rewriter
