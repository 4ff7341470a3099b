#include "report/status.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <llvm/Support/raw_ostream.h>

#include "cli/check.hpp"
#include "cli/commands.hpp"
#include "cli/history.hpp"
#include "cli/known.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/project.hpp"
#include "cli/session.hpp"

namespace ferry::rewriter {
namespace {

void print(llvm::raw_ostream& out, const Status& status, const std::string& format) {
  if (format == "html") return print_status_html(out, status);
  if (format == "json") return print_status_json(out, status);
  print_status_table(out, status);
}

}  // namespace

ExitStatus run_status(RunOptions options) {
  options.ignore.push_back("NOLINT");  // what is wrong with a suppression is no old call
  if (!check_output_files(options)) return ExitStatus::BadUsage;
  Problems earlier;
  auto project = open_whole_project(options, earlier);
  if (!project) return ExitStatus::BadUsage;
  const std::string root = project->discovery.scope.root;
  KnownFindings known;  // none: what a baseline accepts is still to be done
  Checked checked = check(*project, options, known, project->candidates, {});
  Outcome& outcome = checked.all;
  outcome.notes = project->discovery.notes;
  std::ranges::move(earlier, std::back_inserter(outcome.plan.problems));
  Status status = status_of(outcome.plan, lines_of_files(*project, options.threads), root, rules_of(options));
  status.version = FERRY_VERSION;
  status.rewritten = rewritable(checked.safe);
  status.rewritten_unsafe = rewritable(outcome.plan);
  if (const auto head = head_of(root)) {
    status.revision = head->revision;
    status.date = head->date;
  }
  if (options.history != 0) {
    auto history = history_of(*project, options, status);
    if (!history) return ExitStatus::BadUsage;
    status.history = *std::move(history);
  }
  bool is_printed = true;
  const auto print_it = [&](llvm::raw_ostream& out) { print(out, status, options.status_format); };
  if (options.output_file.empty())
    print_it(llvm::outs());
  else
    is_printed = write_file(options.output_file, print_it);
  llvm::outs().flush();
  const ReportOptions report{.root = root, .working_directory = options.working_directory};
  set_color(llvm::errs(), options.color, llvm::errs().has_colors());
  print_notes(llvm::errs(), outcome.notes, report);
  print_problems(llvm::errs(), outcome.plan.problems, report);
  return is_printed && outcome.plan.problems.empty() ? ExitStatus::Done : ExitStatus::Failed;
}

}  // namespace ferry::rewriter
