#include "model/scope.hpp"
#include "report/printable.hpp"
#include "report/report.hpp"
#include "report/snippet.hpp"
#include "report/summary.hpp"

namespace ferry::rewriter {
namespace {

using llvm::raw_ostream;

void print_place(raw_ostream& out, const std::string& file, unsigned line, unsigned column,
                 const ReportOptions& options) {
  out.changeColor(raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  out << (file.empty() ? "ferry" : printable(relative_to(file, options.working_directory)));
  if (line != 0) out << ':' << line;
  if (line != 0 && column != 0) out << ':' << column;
  out << ": ";
  out.resetColor();
}

// A fix that was taken back is not worth a look.
bool has_preview(const PlannedFinding& planned) {
  return planned.finding.applicability != Applicability::Manual && planned.decision != Decision::Withheld;
}

void print_findings(raw_ostream& out, const Outcome& outcome, const ReportOptions& options, bool is_concise) {
  for (const PlannedFinding& planned : outcome.plan.findings) {
    const bool is_suppressed = planned.decision == Decision::Suppressed;
    if (is_suppressed ? !options.shows_suppressed : !is_listed(planned, options)) continue;
    print_finding(out, planned.finding, options);
    if (!is_concise)
      print_snippet(out, planned.finding, outcome.plan.texts, has_preview(planned),
                    options.working_directory);
    if (is_suppressed)
      out << "    " << printable(planned.reason) << '\n';
    else if (options.command != Command::Check || planned.decision == Decision::Withheld)
      out << "    not rewritten: " << printable(planned.reason) << '\n';
    if (!is_concise) out << '\n';
  }
}

void print_message(raw_ostream& out, const Problem& message, std::string_view kind, raw_ostream::Colors color,
                   const ReportOptions& options) {
  print_place(out, message.file, message.line, message.column, options);
  out.changeColor(color, /*Bold=*/true);
  out << kind;
  out.resetColor();
  out << printable(message.message) << '\n';
}

}  // namespace

void print_finding(raw_ostream& out, const Finding& finding, const ReportOptions& options) {
  print_place(out, finding.file, finding.line, finding.column, options);
  out << printable(finding.rule) << " [";
  out.changeColor(finding.applicability == Applicability::Safe ? raw_ostream::GREEN : raw_ostream::YELLOW);
  out << to_string(finding.applicability);
  out.resetColor();
  out << "] " << printable(finding.message) << '\n';
}

void print_text(raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  print_findings(out, outcome, options, /*is_concise=*/false);
  print_summary(out, outcome, options);
}

void print_concise(raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  print_findings(out, outcome, options, /*is_concise=*/true);
  print_summary(out, outcome, options);
}

void print_problems(raw_ostream& out, const Problems& problems, const ReportOptions& options) {
  for (const Problem& problem : problems) print_message(out, problem, "error: ", raw_ostream::RED, options);
}

void print_warnings(raw_ostream& out, const Problems& warnings, const ReportOptions& options) {
  for (const Problem& warning : warnings)
    print_message(out, warning, "warning: ", raw_ostream::MAGENTA, options);
}

void print_notes(raw_ostream& out, const Problems& notes, const ReportOptions& options) {
  for (const Problem& note : notes) print_message(out, note, "note: ", raw_ostream::CYAN, options);
}

}  // namespace ferry::rewriter
