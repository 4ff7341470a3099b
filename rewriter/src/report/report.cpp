#include "report/report.hpp"

namespace ferry::rewriter {

bool is_fixed(const PlannedFinding& planned, const ReportOptions& options) {
  return options.command == Command::Fix && planned.decision == Decision::Apply;
}

bool is_left(const PlannedFinding& planned, const ReportOptions& options) {
  return is_open(planned) && !is_fixed(planned, options);
}

}  // namespace ferry::rewriter
