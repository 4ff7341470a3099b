#include "cli/lint.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Regex.h>

#include "filter/filter.hpp"
#include "model/scope.hpp"
#include "packs/cards.hpp"
#include "resolve/comments.hpp"
#include "resolve/nolint.hpp"
#include "support/parallel.hpp"

namespace ferry::rewriter {
namespace {

std::string today_in_utc() {
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::chrono::year_month_day date(days);
  return llvm::formatv("{0,0+4}-{1,0+2}-{2,0+2}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()))
      .str();
}

std::unique_ptr<llvm::MemoryBuffer> read_file(const std::string& path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return buffer ? std::move(*buffer) : nullptr;
}

}  // namespace

std::vector<std::string> system_directories(const Job& job) {
  std::vector<std::string> directories;
  for (std::size_t i = 0; i < job.arguments.size(); ++i)
    for (const llvm::StringRef option : {"-isystem", "-iframework", "-idirafter"}) {
      llvm::StringRef argument = job.arguments[i];
      if (!argument.consume_front(option)) continue;
      if (argument.empty() && i + 1 < job.arguments.size()) argument = job.arguments[i + 1];
      llvm::SmallString<256> path(argument);
      llvm::sys::fs::make_absolute(job.directory, path);
      llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
      directories.emplace_back(path);
    }
  return directories;
}

std::set<std::string> annotated_rules(const std::set<std::string>& files) {
  static const llvm::Regex pattern("(FERRY_[A-Z]+[ \t\r\n]*\\([ \t\r\n]*\"|ferry:[a-z]+:)([A-Za-z0-9_.-]+)");
  std::set<std::string> rules;
  for (const std::string& path : files) {
    const auto buffer = read_file(path);
    if (!buffer) continue;
    const llvm::StringRef text = buffer->getBuffer();
    const std::vector<Span> spans = spans_of(text);
    llvm::SmallVector<llvm::StringRef> groups;
    for (llvm::StringRef rest = text; pattern.match(rest, &groups);) {
      const auto at = static_cast<std::size_t>(groups[0].begin() - text.begin());
      if (std::ranges::none_of(spans, [&](const Span& span) {
            return span.kind != Span::Kind::Literal && span.begin <= at && at < span.end;
          }))
        rules.insert(groups[2].str());
      rest = rest.drop_front(static_cast<std::size_t>(groups[0].end() - rest.begin()));
    }
  }
  return rules;
}

Sight::Sight(const Project& project, const RunOptions& options, const std::vector<std::size_t>& which,
             const std::vector<Analysis>& analyses, const Texts& overlay)
    : project_(project), options_(options), overlay_(overlay) {
  const Jobs& jobs = project.discovery.jobs;
  std::vector<bool> is_known(jobs.size());
  for (std::size_t job = 0; job < jobs.size(); ++job)
    is_known[job] = project.is_scanned[job] && !may_have_findings(project, job);
  for (const std::size_t job : which) is_known[job] = analyses[job].compiled;
  is_all_known_ = std::ranges::all_of(is_known, [](bool known) { return known; });
  for (std::size_t job = 0; job < jobs.size(); ++job) {
    if (!is_known[job]) continue;
    const std::vector<std::string> system = system_directories(jobs[job]);
    for (const std::string& input : project.inputs[job])
      if ((is_all_known_ || input == jobs[job].file) &&
          std::ranges::none_of(system,
                               [&](const std::string& directory) { return is_below(input, directory); }))
        files_.insert(input);
  }
  for (std::size_t job = 0; job < jobs.size(); ++job)
    if (!is_known[job]) files_.erase(jobs[job].file);  // another command compiles it, too
}

// A file that no job reads has no findings, if all jobs are known.
bool Sight::is_judged(const std::string& file) const {
  // Changed lines are not all of a file.
  const Scope& scope = project_.discovery.scope;
  return !scope.changed && contains(scope, file) && (is_all_known_ || files_.contains(file));
}

std::function<bool(std::string_view)> Sight::has_run() const {
  auto known = std::make_shared<std::set<std::string>>();
  if (!options_.packs || options_.packs->annotated != Packs::Annotated::None)
    *known = annotated_rules(project_.annotated);
  for (const Rule& rule : rules_of(options_)) known->insert(rule.id);
  // Every rule looks at every unit that is analysed, asked for or not.
  return [known](std::string_view name) {
    return std::ranges::any_of(*known, [&](const std::string& rule) { return fits(name, rule); });
  };
}

// Only a text with a name of ours in it is worth a look.
Texts Sight::commented_texts() const {
  const std::vector<std::string> files(files_.begin(), files_.end());
  std::vector<std::string> texts(files.size());
  parallel_for(files.size(), options_.threads, [&](std::size_t i) {
    const auto overlaid = overlay_.find(files[i]);
    const auto buffer = overlaid != overlay_.end()
                            ? llvm::MemoryBuffer::getMemBuffer(overlaid->second, files[i])
                            : read_file(files[i]);
    if (!buffer) return;
    const llvm::StringRef text = buffer->getBuffer();
    if (text.contains("NOLINT") && text.contains("ferry-") && !text.contains("GCC system_header"))
      texts[i] = text.str();
  });
  Texts commented;
  for (std::size_t i = 0; i < files.size(); ++i)
    if (!texts[i].empty()) commented.emplace(files[i], std::move(texts[i]));
  return commented;
}

ResolveOptions Sight::resolve_options() const {
  ResolveOptions result{.scope = project_.discovery.scope,
                        .unsafe = options_.unsafe,
                        .is_reported = [&](std::string_view rule) { return is_selected(options_, rule); },
                        .today = options_.today.empty() ? today_in_utc() : options_.today,
                        .judged = commented_texts()};
  if (!result.judged.empty()) result.has_run = has_run();
  return result;
}

BaselineScope Sight::baseline_scope() const {
  return {.root = project_.discovery.scope.root,
          .is_judged = [this](const std::string& file) { return is_judged(file); },
          .has_run = [&options = options_, is_known = has_run()](
                         std::string_view rule) { return is_selected(options, rule) && is_known(rule); }};
}

}  // namespace ferry::rewriter
