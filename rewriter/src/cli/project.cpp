#include "cli/project.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include <llvm/Support/MemoryBuffer.h>

#include "analyse/analyse.hpp"
#include "cli/words.hpp"
#include "filter/filter.hpp"
#include "resolve/resolve.hpp"
#include "rules/cards.hpp"
#include "support/parallel.hpp"

namespace ferry::rewriter {
namespace {

void print_error(const Problem& problem) {
  std::string place = problem.file;
  if (problem.line != 0) place += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
  print_usage_error(place.empty() ? problem.message : place + ": " + problem.message);
}

// Whether --select and --ignore name rules that exist: of a card, or of an annotation in a file that was
// reached.
bool check_rule_names(const RunOptions& options, const std::set<std::string>& annotated) {
  std::vector<std::string> names = options.select;
  names.insert(names.end(), options.ignore.begin(), options.ignore.end());
  if (names.empty()) return true;
  std::vector<std::string> rules;
  for (const Rule& rule : load_rules()) rules.push_back(rule.id);
  const auto is_annotated = [&](const std::string& name) {
    return std::ranges::any_of(annotated, [&](const std::string& path) {
      const auto buffer = llvm::MemoryBuffer::getFile(path);
      if (!buffer) return false;
      const llvm::StringRef text = (*buffer)->getBuffer();
      return text.contains("\"" + name) || text.contains(":" + name);
    });
  };
  for (const std::string& name : names)
    if (std::ranges::none_of(rules, [&](const std::string& rule) { return rule.starts_with(name); }) &&
        !is_annotated(name)) {
      print_usage_error("unknown rule '" + name + "'" + hint(name, rules) + "; `ferry rules` lists them");
      return false;
    }
  return true;
}

bool reads(const Scan& scan, const std::string& path) {
  return std::ranges::any_of(scan.inputs, [&](const std::string& input) { return is_below(input, path); });
}

}  // namespace

std::optional<Project> open_project(const RunOptions& options) {
  Problem error;
  auto discovery = discover(options.discover, error);
  if (!discovery) {
    print_error(error);
    return std::nullopt;
  }
  Project project{.discovery = std::move(*discovery)};
  const Discovery& found = project.discovery;
  project.inputs.resize(found.jobs.size());
  project.is_scanned.resize(found.jobs.size());

  // A header belongs to whichever jobs read it.
  std::vector<std::size_t> asked = found.selected;
  if (!found.headers.empty()) {
    asked.resize(found.jobs.size());
    std::iota(asked.begin(), asked.end(), 0);
  }
  const std::vector<Scan> scans = scan(found.jobs, asked, found.scope, options.threads);
  for (const std::string& header : found.headers)
    if (std::ranges::none_of(scans,
                             [&](const Scan& scan) { return !scan.is_complete || reads(scan, header); })) {
      print_error({.file = header,
                   .message =
                       "no command of the compile database reads it; add it to the build, choose another "
                       "database with -p, or give its flags after --"});
      return std::nullopt;
    }

  std::set<std::string> annotated;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const std::size_t job = asked[i];
    project.inputs[job] = scans[i].inputs;
    project.is_scanned[job] = scans[i].is_complete;
    annotated.insert(scans[i].annotated.begin(), scans[i].annotated.end());
    const bool is_wanted = std::ranges::binary_search(found.selected, job) || !scans[i].is_complete ||
                           std::ranges::any_of(found.headers, [&](const std::string& header) {
                             return reads(scans[i], header);
                           });
    if (is_wanted && may_have_findings(scans[i])) project.candidates.push_back(job);
  }
  if (!check_rule_names(options, annotated)) return std::nullopt;
  return project;
}

void scan_the_rest(Project& project, const RunOptions& options) {
  std::vector<std::size_t> unknown;
  for (std::size_t job = 0; job < project.is_scanned.size(); ++job)
    if (!project.is_scanned[job]) unknown.push_back(job);
  const auto scans = scan(project.discovery.jobs, unknown, project.discovery.scope, options.threads);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    // One that cannot be preprocessed did not compile before either; what it reads is known as far as it
    // came.
    project.inputs[unknown[i]] = scans[i].inputs;
    project.is_scanned[unknown[i]] = true;
  }
}

std::vector<Analysis> analyse_jobs(Project& project, const std::vector<std::size_t>& which,
                                   const Texts& overlay, const RunOptions& options) {
  const Jobs& jobs = project.discovery.jobs;
  const AnalyseOptions analyse_options{
      .scope = project.discovery.scope, .overlay = overlay, .is_selected = [&](std::string_view rule) {
        return is_selected(options, rule);
      }};
  std::vector<Analysis> analyses(jobs.size());
  parallel_for(which.size(), options.threads, [&](std::size_t i) {
    Analysis& analysis = analyses[which[i]];
    const Job& job = jobs[which[i]];
    if (survives([&] { analysis = analyse(job, analyse_options); })) return;
    analysis = {.problems = {{.file = job.file, .message = "Clang crashed on this file"}}, .compiled = false};
  });
  for (const std::size_t job : which) {
    Analysis& analysis = analyses[job];
    std::erase_if(analysis.findings,
                  [&](const Finding& finding) { return !is_selected(options, finding.rule); });
    if (analysis.inputs.empty()) continue;
    project.inputs[job] = analysis.inputs;
    project.is_scanned[job] = true;
  }
  return analyses;
}

}  // namespace ferry::rewriter
