#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include <llvm/Support/FileSystem.h>

#include "cli/check.hpp"
#include "cli/known.hpp"
#include "cli/language_server.hpp"
#include "cli/options.hpp"
#include "cli/project.hpp"
#include "discover/discover.hpp"
#include "support/files.hpp"

namespace ferry::rewriter {
namespace {

lsp::Report trouble(std::string message, bool is_setup) {
  lsp::Report report;
  report.trouble = std::move(message);
  report.is_setup = is_setup;
  return report;
}

// The command line of `check` for this file; what follows `--` stays behind it.
std::vector<const char*> command_line(const std::vector<std::string>& arguments, const std::string& file) {
  std::vector<const char*> line = {"ferry", "check"};
  const auto dashes = std::ranges::find(arguments, "--");
  for (auto argument = arguments.begin(); argument != dashes; ++argument) line.push_back(argument->c_str());
  line.push_back(file.c_str());
  for (auto argument = dashes; argument != arguments.end(); ++argument) line.push_back(argument->c_str());
  return line;
}

// The open texts that are not what the disk has.
Texts unsaved(const Texts& open) {
  Texts texts;
  for (const auto& [file, text] : open)
    if (const auto saved = read_bytes(file); saved && *saved != text) texts.emplace(file, text);
  return texts;
}

class Look {
 public:
  Look(const Project& project, Texts texts) : project_(project), texts_(std::move(texts)) {}

  // As the project calls the file; a link may lead the editor to it.
  const std::string& file() const { return project_.discovery.scope.paths.front(); }

  // The jobs that can have findings. What the disk has says nothing about a text that is not saved.
  std::vector<std::size_t> jobs() const {
    std::set<std::size_t> jobs(project_.candidates.begin(), project_.candidates.end());
    if (texts_.contains(file()))
      jobs.insert(project_.discovery.selected.begin(), project_.discovery.selected.end());
    return {jobs.begin(), jobs.end()};
  }

  // Only texts that these jobs read: without one, the cache may know the answer.
  Texts read_by(const std::vector<std::size_t>& jobs) const {
    if (texts_.contains(file())) return texts_;
    Texts read;
    for (const auto& [name, text] : texts_)
      if (std::ranges::any_of(
              jobs, [&](std::size_t job) { return std::ranges::binary_search(project_.inputs[job], name); }))
        read.emplace(name, text);
    return read;
  }

  std::vector<std::string> inputs(const std::vector<std::size_t>& jobs) const {
    std::set<std::string> inputs;
    for (const std::size_t job : jobs)
      inputs.insert(project_.inputs[job].begin(), project_.inputs[job].end());
    return {inputs.begin(), inputs.end()};
  }

 private:
  const Project& project_;
  Texts texts_;
};

// Files as the editor names them.
void rename(lsp::Report& report, const std::string& from, const std::string& to) {
  const auto rename_in = [&](auto& list) {
    for (auto& element : list)
      if (element.file == from) element.file = to;
  };
  rename_in(report.all_safe);
  rename_in(report.problems);
  for (lsp::Mark& mark : report.marks) rename_in(mark.changes), rename_in(mark.pointers);
}

}  // namespace

lsp::Report look_at_file(const lsp::Work& work, const std::vector<std::string>& arguments) {
  if (!work.folder.empty()) llvm::sys::fs::set_current_path(work.folder);
  const std::vector<const char*> line = command_line(arguments, work.path);
  ExitStatus status = ExitStatus::Done;
  const auto parsed = parse_command_line(static_cast<int>(line.size()), line.data(), status);
  if (!parsed) return trouble("the settings cannot be read", true);
  const RunOptions& options = parsed->run;
  if (!llvm::sys::fs::exists(work.path)) return trouble(work.path + ": there is no such file yet", false);
  auto known = KnownFindings::open(options);
  if (!known) return trouble("the baseline cannot be read", true);
  auto project = open_project(options);
  if (!project) {
    Problem error;
    const auto found = discover(options.discover, error);
    // A header that nothing reads is nobody's mistake.
    return trouble("the project cannot be read", found ? found->headers.empty() : error.file != work.path);
  }

  const Look look(*project, unsaved(work.open));
  const std::vector<std::size_t> jobs = look.jobs();
  const Texts texts = look.read_by(jobs);
  const Checked checked = check(*project, options, *known, jobs, texts);
  lsp::Report report =
      report_on(look.file(), {.safe = checked.safe, .all = checked.all.plan, .before = texts}, work.encoding);
  report.inputs = look.inputs(jobs);
  if (look.file() != work.path) rename(report, look.file(), work.path);
  return report;
}

}  // namespace ferry::rewriter
