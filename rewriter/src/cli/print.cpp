#include "cli/print.hpp"

#include <cstdlib>

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/Errc.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Process.h>

#include "cli/words.hpp"
#include "report/diff.hpp"

namespace ferry::rewriter {
void set_color(llvm::raw_ostream& out, const std::string& when, bool is_terminal) {
  out.enable_colors(when == "always" ||
                    (when == "auto" && is_terminal && std::getenv("NO_COLOR") == nullptr));
}

namespace {

void say_unwritable(const std::string& file, const std::string& why) {
  print_usage_error(file + ": cannot be written: " + why + "; name another file");
}

void print(llvm::raw_ostream& out, Format format, const Outcome& outcome, const ReportOptions& report,
           bool wants_statistics) {
  switch (format) {
    case Format::Text:
      return wants_statistics ? print_statistics(out, outcome, report) : print_text(out, outcome, report);
    case Format::Concise:
      return wants_statistics ? print_statistics(out, outcome, report) : print_concise(out, outcome, report);
    case Format::Json:
      return print_json(out, outcome, report);
    case Format::Sarif:
      return print_sarif(out, outcome, report);
    case Format::Github:
      return print_github(out, outcome, report);
    case Format::Gitlab:
      return print_gitlab(out, outcome, report);
    case Format::Junit:
      return print_junit(out, outcome, report);
    case Format::ClangYaml:
      return print_clang_yaml(out, outcome, report);
  }
}

llvm::Error print_plain(llvm::raw_ostream& out, llvm::function_ref<void(llvm::raw_ostream&)> print) {
  print(out);
  out.flush();
  auto& file = static_cast<llvm::raw_fd_ostream&>(out);
  const std::error_code error = file.error();
  file.clear_error();
  return llvm::errorCodeToError(error);
}

llvm::Error try_to_write(const std::string& file, llvm::function_ref<void(llvm::raw_ostream&)> print) {
  llvm::sys::fs::file_status status;
  const bool exists = !llvm::sys::fs::status(file, status);
  if (exists && status.type() != llvm::sys::fs::file_type::regular_file) {
    std::error_code error;
    llvm::raw_fd_ostream out(file, error);
    if (error) return llvm::errorCodeToError(error);
    return print_plain(out, print);
  }
  // What a link leads to is replaced, not the link.
  llvm::SmallString<256> target(file);
  if (exists && llvm::sys::fs::real_path(file, target)) target = file;
  return llvm::writeToOutput(target, [&](llvm::raw_ostream& out) { return print_plain(out, print); });
}

}  // namespace

bool check_output_files(const RunOptions& options) {
  std::vector<std::string> files{options.output_file, options.write_baseline};
  for (const Output& output : options.outputs) files.push_back(output.file);
  for (const std::string& file : files) {
    if (file.empty()) continue;
    const llvm::StringRef parent = llvm::sys::path::parent_path(file);
    if (llvm::sys::fs::is_directory(file))
      say_unwritable(file, "it is a directory");
    else if (!parent.empty() && !llvm::sys::fs::is_directory(parent))
      say_unwritable(file, "there is no directory " + parent.str());
    else
      continue;
    return false;
  }
  return true;
}

Progress progress_for(const RunOptions& options) {
  const bool is_terminal = llvm::errs().is_displayed();
  const unsigned columns = llvm::sys::Process::StandardErrColumns();
  return {llvm::errs(),
          {.style = progress_style(options.progress, is_terminal),
           .is_wanted = options.progress == "always" || (options.progress == "auto" && is_terminal),
           .columns = columns == 0 ? 80 : columns}};
}

bool write_file(const std::string& file, llvm::function_ref<void(llvm::raw_ostream&)> print) {
  llvm::Error error = try_to_write(file, print);
  if (!error) return true;
  std::string why;
  llvm::handleAllErrors(
      std::move(error), [&](const llvm::FileError& fault) { why = fault.messageWithoutFileInfo(); },
      [&](const llvm::ErrorInfoBase& fault) { why = fault.message(); });
  say_unwritable(file, why);
  return false;
}

bool print_outcome(const Outcome& outcome, const RunOptions& options, Command command,
                   const std::string& root, ExitStatus status) {
  const ReportOptions report{.command = command,
                             .root = root,
                             .working_directory = options.working_directory,
                             .version = FERRY_VERSION,
                             .exit_status = static_cast<int>(status),
                             .is_accepting = !options.add_nolint.empty(),
                             .shows_suppressed = options.show_suppressed,
                             .rules = rules_of(options)};
  bool is_printed = true;
  const auto print_to = [&](const std::string& file, llvm::raw_fd_ostream& standard, auto print_it) {
    if (!file.empty()) {
      is_printed &= write_file(file, [&](llvm::raw_ostream& out) {
        set_color(out, options.color, false);
        print_it(out);
      });
      return;
    }
    set_color(standard, options.color, standard.has_colors());
    print_it(standard);
  };
  if (command == Command::Diff)
    print_to(options.output_file, llvm::outs(),
             [&](llvm::raw_ostream& out) { print_diff(out, outcome.plan.texts, outcome.after, root); });
  for (const Output& output : options.outputs) {
    const bool shares_patch = command == Command::Diff && output.file.empty();
    const std::string& file = output.file.empty() && !shares_patch ? options.output_file : output.file;
    print_to(file, shares_patch ? llvm::errs() : llvm::outs(),
             [&](llvm::raw_ostream& out) { print(out, output.format, outcome, report, options.statistics); });
  }
  llvm::outs().flush();
  set_color(llvm::errs(), options.color, llvm::errs().has_colors());
  print_notes(llvm::errs(), outcome.notes, report);
  print_warnings(llvm::errs(), outcome.plan.warnings, report);
  print_problems(llvm::errs(), outcome.plan.problems, report);
  return is_printed;
}

}  // namespace ferry::rewriter
