#include "model/scope.hpp"
#include "report/report.hpp"

namespace ferry::rewriter {
namespace {

// What would end a workflow command, or a property of one, is spelled in its own way.
std::string escaped(std::string_view text, bool is_property) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '%':
        result += "%25";
        break;
      case '\r':
        result += "%0D";
        break;
      case '\n':
        result += "%0A";
        break;
      case ':':
        result += is_property ? "%3A" : ":";
        break;
      case ',':
        result += is_property ? "%2C" : ",";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string property(std::string_view text) { return escaped(text, true); }

}  // namespace

void print_github(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  for (const PlannedFinding& planned : outcome.plan.findings) {
    const Finding& finding = planned.finding;
    if (!is_left(planned, options)) continue;
    out << "::" << (finding.remark ? "notice" : "warning")
        << " file=" << property(relative_to(finding.file, options.root)) << ",line=" << finding.line;
    if (finding.end_line >= finding.line) out << ",endLine=" << finding.end_line;
    // Columns of several lines mean nothing to it.
    if (finding.end_line == finding.line)
      out << ",col=" << finding.column << ",endColumn=" << finding.end_column;
    out << ",title="
        << property("ferry " + finding.rule + " [" + std::string(to_string(finding.applicability)) + "]")
        << "::" << escaped(finding.message, false) << '\n';
  }
  for (const Problem& problem : outcome.plan.problems) {
    out << "::error ";
    if (!problem.file.empty()) out << "file=" << property(relative_to(problem.file, options.root)) << ',';
    if (problem.line != 0) out << "line=" << problem.line << ",col=" << problem.column << ',';
    out << "title=ferry::" << escaped(problem.message, false) << '\n';
  }
}

}  // namespace ferry::rewriter
