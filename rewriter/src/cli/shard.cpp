#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <llvm/Support/raw_ostream.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/project.hpp"
#include "cli/words.hpp"
#include "filter/cache.hpp"
#include "model/digest.hpp"
#include "model/packed.hpp"
#include "support/files.hpp"

namespace ferry::rewriter {
namespace {

std::vector<std::string> rule_words(const RunOptions& options) {
  std::vector<std::string> words;
  for (const std::string& name : options.pack_names) words.push_back("--pack=" + name);
  for (const std::string& name : options.select) words.push_back("--select=" + name);
  for (const std::string& name : options.ignore) words.push_back("--ignore=" + name);
  for (const RuleSetting& setting : options.rules)
    words.push_back("--rule=" + setting.prefix + "=" +
                    (setting.applicability ? std::string(to_string(*setting.applicability)) : "off"));
  return words;
}

// The shard's own jobs: those that it has looked at, and those that it has analysed.
std::set<std::size_t> own_jobs(const Project& project, const RunOptions& options) {
  std::vector<std::size_t> looked_at;
  for (std::size_t job = 0; job < project.scans.size(); ++job)
    if (!project.inputs[job].empty() || project.is_scanned[job]) looked_at.push_back(job);
  // For headers all shards look at all jobs.
  if (!project.discovery.headers.empty()) looked_at = part_of(looked_at, *options.shard);
  std::set<std::size_t> own(looked_at.begin(), looked_at.end());
  own.insert(project.candidates.begin(), project.candidates.end());
  return own;
}

ShardResult result_of(Project& project, const RunOptions& options) {
  ShardResult result{.program = program_digest(),
                     .number = options.shard->number,
                     .count = options.shard->count,
                     .root = project.discovery.scope.root,
                     .discover = options.discover,
                     .rules = rule_words(options),
                     .jobs = digest_of(project.discovery)};
  std::vector<Analysis> analyses = analyse_jobs(project, project.candidates, {}, options);
  std::set<std::string> inputs;
  for (const std::size_t job : own_jobs(project, options)) {
    const bool is_candidate = std::ranges::binary_search(project.candidates, job);
    if (!is_candidate) analyses[job] = {.inputs = project.inputs[job]};
    inputs.insert(analyses[job].inputs.begin(), analyses[job].inputs.end());
    result.units.push_back({.job = job,
                            .is_scanned = project.is_scanned[job],
                            .is_candidate = is_candidate,
                            .annotated = project.scans[job].annotated,
                            .analysis = pack(analyses[job])});
  }
  for (const std::string& path : inputs)
    if (const auto text = read_bytes(path)) result.files.push_back({.path = path, .digest = digest(*text)});
  return result;
}

}  // namespace

ExitStatus run_shard(const RunOptions& options) {
  if (options.output_file.empty()) {
    print_usage_error("--shard needs a file for its result; name one with -o");
    return ExitStatus::BadUsage;
  }
  if (!check_output_files(options)) return ExitStatus::BadUsage;
  auto project = open_project(options);
  if (!project) return ExitStatus::BadUsage;
  const ShardResult result = result_of(*project, options);
  const std::string bytes = pack(result);
  if (!write_file(options.output_file, [&](llvm::raw_ostream& out) { out << bytes; }))
    return ExitStatus::BadUsage;
  llvm::errs() << "ferry: shard " << result.number << " of " << result.count << ": "
               << project->candidates.size()
               << (project->candidates.size() == 1 ? " translation unit" : " translation units")
               << " analysed; the result is in " << options.output_file << '\n';
  return ExitStatus::Done;
}

}  // namespace ferry::rewriter
