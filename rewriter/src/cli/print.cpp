#include "cli/print.hpp"

#include <cstdlib>
#include <functional>
#include <string>

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

#include "cli/words.hpp"
#include "report/diff.hpp"

namespace ferry::rewriter {
void set_color(llvm::raw_ostream& out, const std::string& when, bool is_terminal) {
  out.enable_colors(when == "always" ||
                    (when == "auto" && is_terminal && std::getenv("NO_COLOR") == nullptr));
}

namespace {

bool print_to(const std::string& file, llvm::raw_fd_ostream& standard, const RunOptions& options,
              const std::function<void(llvm::raw_ostream&)>& print) {
  if (file.empty()) {
    set_color(standard, options.color, standard.has_colors());
    print(standard);
    return true;
  }
  std::error_code error;
  llvm::raw_fd_ostream out(file, error);
  if (!error) {
    set_color(out, options.color, false);
    print(out);
    out.close();
    error = out.error();
    out.clear_error();
  }
  if (!error) return true;
  print_usage_error(file + ": cannot be written: " + error.message() + "; name another file");
  return false;
}

}  // namespace

bool print_outcome(const Outcome& outcome, const RunOptions& options, Command command,
                   const std::string& root) {
  const ReportOptions report{
      .command = command, .root = root, .working_directory = options.working_directory};
  bool is_printed = true;
  if (command == Command::Diff)
    is_printed &= print_to(options.output_file, llvm::outs(), options, [&](llvm::raw_ostream& out) {
      print_diff(out, outcome.plan.texts, outcome.after, root);
    });
  for (const Output& output : options.outputs) {
    const bool shares_patch = command == Command::Diff && output.file.empty();
    const std::string& file = output.file.empty() && !shares_patch ? options.output_file : output.file;
    is_printed &=
        print_to(file, shares_patch ? llvm::errs() : llvm::outs(), options, [&](llvm::raw_ostream& out) {
          output.format == Format::Json ? print_json(out, outcome, report) : print_text(out, outcome, report);
        });
  }
  llvm::outs().flush();
  set_color(llvm::errs(), options.color, llvm::errs().has_colors());
  print_notes(llvm::errs(), outcome.notes, report);
  print_problems(llvm::errs(), outcome.plan.problems, report);
  return is_printed;
}

}  // namespace ferry::rewriter
