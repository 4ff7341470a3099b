#include "cli/project.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>
#include <utility>

#include <llvm/Support/MemoryBuffer.h>

#include "analyse/analyse.hpp"
#include "cli/print.hpp"
#include "cli/words.hpp"
#include "filter/cover.hpp"
#include "filter/filter.hpp"
#include "frontend/foreign_options.hpp"
#include "frontend/snapshots.hpp"
#include "frontend/units.hpp"
#include "model/packed.hpp"
#include "support/parallel.hpp"

namespace ferry::rewriter {
namespace {

// Whether --select, --ignore and --rule name rules that exist: of a card, or of an annotation in a file that
// was reached.
bool check_rule_names(const RunOptions& options, const std::set<std::string>& annotated) {
  std::vector<std::pair<std::string, std::string>> names;  // with the option
  for (const std::string& name : options.select) names.emplace_back(name, "select");
  for (const std::string& name : options.ignore) names.emplace_back(name, "ignore");
  for (const RuleSetting& setting : options.rules) names.emplace_back(setting.prefix, "rule");
  if (names.empty() || !options.checks_rule_names) return true;
  std::vector<std::string> rules;
  for (const Rule& rule : rules_of(options)) rules.push_back(rule.id);
  const auto is_annotated = [&](const std::string& name) {
    return std::ranges::any_of(annotated, [&](const std::string& path) {
      const auto buffer = llvm::MemoryBuffer::getFile(path);
      if (!buffer) return false;
      const llvm::StringRef text = (*buffer)->getBuffer();
      return text.contains("\"" + name) || text.contains(":" + name);
    });
  };
  for (const auto& [name, option] : names)
    if (std::ranges::none_of(rules, [&](const std::string& rule) { return rule.starts_with(name); }) &&
        !is_annotated(name)) {
      const auto origin = options.origins.find(option);
      print_usage_error((origin == options.origins.end() ? "" : origin->second + ": ") + "unknown rule '" +
                        name + "'" + hint(name, rules) + "; `ferry rules` lists them");
      return false;
    }
  return true;
}

bool reads(const std::vector<std::string>& inputs, const std::string& path) {
  return std::ranges::any_of(inputs, [&](const std::string& input) { return is_below(input, path); });
}

// Everything but a job and its inputs that its findings depend on.
std::string settings_of(const Scope& scope, const RunOptions& options) {
  std::string text = program_digest() + '\0' + scope.root;
  if (options.packs) text += '\0' + options.packs->digest;
  for (const std::string& glob : scope.excludes) text += '\0' + glob;
  return text;
}

// What packs call old, and where it is declared, for the filter.
NamedOutside named_outside(const RunOptions& options) {
  NamedOutside named;
  named.has_replacements = !options.packs || options.packs->has("inline");
  if (!options.packs) return named;
  for (const Pack& pack : options.packs->packs) {
    if (pack.changes.empty()) continue;
    named.is_anywhere = named.is_anywhere || pack.headers.empty();
    named.headers.insert(named.headers.end(), pack.headers.begin(), pack.headers.end());
    for (const PackChange& change : pack.changes) {
      // The outermost namespace says too little, as `boost` does; what is in it says that the library is
      // used.
      const std::vector<std::string>& path = change.designation.path;
      if (path.empty()) named.names.push_back(change.name);
      for (std::size_t i = path.size() > 1 ? 1 : 0; i < path.size(); ++i) named.names.push_back(path[i]);
    }
  }
  return named;
}

Project make_project(Discovery discovery, const RunOptions& options) {
  Project project{.discovery = std::move(discovery)};
  const std::size_t jobs = project.discovery.jobs.size();
  const Scope& scope = project.discovery.scope;
  project.inputs.resize(jobs);
  project.is_scanned.resize(jobs);
  project.scans.resize(jobs);
  project.known.resize(jobs);
  project.uses_others_names = options.packs && options.packs->has_changes();
  project.states = std::make_unique<FileStates>();
  project.scanner = std::make_unique<Scanner>(scope, *project.states, named_outside(options));
  const std::string directory = options.cache.value_or(default_cache_directory());
  if (options.shortcuts && options.use_cache && !directory.empty())
    project.cache = std::make_unique<Cache>(directory, settings_of(scope, options), *project.states);
  return project;
}

void take_scans(Project& project, const std::vector<std::size_t>& which, const RunOptions& options) {
  std::vector<Scan> scans = project.scanner->scan(project.discovery.jobs, which, options.threads);
  for (std::size_t i = 0; i < which.size(); ++i) {
    project.inputs[which[i]] = scans[i].inputs;
    project.scans[which[i]] = std::move(scans[i]);
  }
}

void store(const Project& project, std::size_t job, const Analysis& analysis,
           const std::optional<Vocabulary>& vocabulary = std::nullopt) {
  const Scan& scan = project.scans[job];
  if (!project.cache || !scan.is_complete) return;
  project.cache->store(project.discovery.jobs[job], scan, analysis, vocabulary);
}

// Asks the cache, and scans what it does not know. Gives the files with annotations that jobs reach.
std::set<std::string> look_at(Project& project, const std::vector<std::size_t>& which,
                              const RunOptions& options) {
  std::vector<std::optional<KnownUnit>> known(which.size());
  if (project.cache)
    parallel_for(which.size(), options.threads,
                 [&](std::size_t i) { known[i] = project.cache->find(project.discovery.jobs[which[i]]); });
  std::set<std::string> annotated;
  std::vector<std::size_t> unknown;
  for (std::size_t i = 0; i < which.size(); ++i) {
    const std::size_t job = which[i];
    if (!known[i]) {
      unknown.push_back(job);
      continue;
    }
    project.inputs[job] = known[i]->analysis.inputs;
    project.is_scanned[job] = true;
    project.scans[job].is_complete = true;
    project.scans[job].annotated = std::move(known[i]->annotated);
    project.known[job] = std::move(known[i]->analysis);
  }
  take_scans(project, unknown, options);
  for (const std::size_t job : unknown) {
    const Scan& scan = project.scans[job];
    project.is_scanned[job] = scan.is_complete;
    if (!may_have_findings(project, job)) store(project, job, {.inputs = scan.inputs});
  }
  for (const std::size_t job : which)
    annotated.insert(project.scans[job].annotated.begin(), project.scans[job].annotated.end());
  return annotated;
}

Analysis unpack_result(const std::optional<std::string>& result, const Job& job, const Texts& overlay) {
  if (auto analysis = result ? unpack(*result, overlay) : std::nullopt) return *std::move(analysis);
  return {.problems = {{.file = job.file, .message = "Clang crashed on this file"}}, .compiled = false};
}

// Whether what the shards have found is about this project as it is here.
bool is_of_this_run(const Project& project, const ShardResult& joined) {
  Problem error;
  if (joined.program != program_digest())
    print_usage_error("the shards were run with another build of ferry; merge with the one that ran them");
  else if (!is_same_tree(joined, error))
    print_error(error);
  else if (joined.jobs != digest_of(project.discovery))
    print_usage_error(
        "the compile commands or changed lines are not those of the shards; merge where they ran");
  else
    return true;
  return false;
}

// What the shards know, in the place of a look at each job. Gives the files with annotations.
std::set<std::string> take_joined(Project& project, const ShardResult& joined) {
  std::set<std::string> annotated;
  for (const ShardUnit& unit : joined.units) {
    annotated.insert(unit.annotated.begin(), unit.annotated.end());
    auto analysis = unpack(unit.analysis, {});
    if (!analysis || unit.job >= project.known.size()) continue;
    project.inputs[unit.job] = analysis->inputs;
    project.is_scanned[unit.job] = unit.is_scanned;
    project.scans[unit.job].is_complete = unit.is_scanned;
    project.scans[unit.job].annotated = unit.annotated;
    if (unit.is_candidate) project.known[unit.job] = *std::move(analysis);
  }
  return annotated;
}

// Of the candidates that are there for headers only, a few do.
void spare_readers(Project& project, const RunOptions& options) {
  constexpr std::size_t kWorthLooking = 4;
  CoverRequest request{.headers = {}, .readers = project.candidates, .chosen = {}, .annotated = {}};
  for (const std::size_t job : project.candidates)
    if (std::ranges::binary_search(project.discovery.selected, job)) request.chosen.push_back(job);
  const auto is_unknown = [&](std::size_t job) { return !project.known[job]; };
  // Who agrees on the files with annotations need not agree on what packs name.
  if (!options.shortcuts || project.uses_others_names ||
      request.readers.size() < request.chosen.size() + kWorthLooking ||
      std::ranges::none_of(request.readers, is_unknown))
    return;
  for (const WantedHeader& header : project.discovery.headers) request.headers.push_back(header.path);
  for (const Scan& scan : project.scans) request.annotated.push_back(scan.annotated);
  project.candidates = cover(project.discovery.jobs, request, options.threads);
  std::ranges::set_difference(request.readers, project.candidates, std::back_inserter(project.spared));
}

std::vector<Stamp> looked_up(const Project& project, std::size_t job) {
  std::vector<Stamp> stamps;
  for (const FileStates::Number number : project.scans[job].lookups)
    stamps.push_back(project.states->stamp(number));
  return stamps;
}

}  // namespace

std::optional<Project> open_project(const RunOptions& options) {
  Problem error;
  auto discovery = discover(options.discover, error);
  if (!discovery) {
    print_error(error);
    return std::nullopt;
  }
  std::ranges::move(leave_out_foreign_options(discovery->jobs), std::back_inserter(discovery->notes));
  leave_out_foreign_options(discovery->verify_jobs);
  Project project = make_project(*std::move(discovery), options);
  const Discovery& found = project.discovery;

  // A header belongs to whichever jobs read it.
  std::vector<std::size_t> asked = found.selected;
  if (!found.headers.empty()) {
    asked.resize(found.jobs.size());
    std::iota(asked.begin(), asked.end(), 0);
  } else if (options.shard) {
    asked = part_of(asked, *options.shard);
  }
  if (options.joined && !is_of_this_run(project, *options.joined)) return std::nullopt;
  project.annotated =
      options.joined ? take_joined(project, *options.joined) : look_at(project, asked, options);
  const auto may_read = [&](std::size_t job, const std::string& header) {
    return !project.is_scanned[job] || reads(project.inputs[job], header);
  };
  for (const auto& [header, is_required] : found.headers)
    if (is_required && std::ranges::none_of(asked, [&](std::size_t job) { return may_read(job, header); })) {
      print_error({.file = header,
                   .message =
                       "no command of the compile database reads it; add it to the build, choose another "
                       "database with -p, or give its flags after --"});
      return std::nullopt;
    }
  if (options.joined) {
    for (const ShardUnit& unit : options.joined->units)
      if (unit.is_candidate) project.candidates.push_back(unit.job);
    if (!check_rule_names(options, project.annotated)) return std::nullopt;
    return project;
  }
  for (const std::size_t job : asked) {
    const bool is_wanted = std::ranges::binary_search(found.selected, job) || !project.is_scanned[job] ||
                           std::ranges::any_of(found.headers, [&](const WantedHeader& header) {
                             return may_read(job, header.path);
                           });
    if (is_wanted && (!options.shortcuts || may_have_findings(project, job)))
      project.candidates.push_back(job);
  }
  // A shard does not see all annotations: the merge checks.
  if (!options.shard && !check_rule_names(options, project.annotated)) return std::nullopt;
  spare_readers(project, options);
  if (options.shard && !found.headers.empty())
    project.candidates = part_of(project.candidates, *options.shard);
  return project;
}

bool may_have_findings(const Project& project, std::size_t job) {
  const Scan& scan = project.scans[job];
  return (project.uses_others_names && scan.reaches_named) || may_have_findings(scan);
}

std::vector<Stamp> watched(const Project& project) {
  std::set<std::string> paths(project.discovery.databases.begin(), project.discovery.databases.end());
  for (const Job& job : project.discovery.jobs) paths.insert(job.file);
  for (const std::vector<std::string>& inputs : project.inputs) paths.insert(inputs.begin(), inputs.end());
  // What is missing may come.
  for (const Scan& scan : project.scans)
    for (const FileStates::Number number : scan.lookups)
      if (std::string path = project.states->path(number); is_below(path, project.discovery.scope.root))
        paths.insert(std::move(path));
  std::vector<Stamp> stamps;
  for (const std::string& path : paths) stamps.push_back(project.states->stamp(project.states->find(path)));
  return stamps;
}

void scan_the_rest(Project& project, const RunOptions& options) {
  std::vector<std::size_t> unknown;
  for (std::size_t job = 0; job < project.is_scanned.size(); ++job)
    if (!project.is_scanned[job]) unknown.push_back(job);
  take_scans(project, unknown, options);
  // One that cannot be preprocessed did not compile before either; what it reads is known as far as it came.
  for (const std::size_t job : unknown) project.is_scanned[job] = true;
}

std::vector<Prefix> shared_prefixes(Project& project, const std::vector<std::size_t>& which,
                                    const Texts& overlay, const RunOptions& options) {
  const Jobs& jobs = project.discovery.jobs;
  std::vector<Inclusions> inclusions(jobs.size());
  if (options.shortcuts) {
    // Of those that the cache knew, nobody has asked so far.
    std::vector<std::size_t> unknown;
    std::ranges::copy_if(which, std::back_inserter(unknown),
                         [&](std::size_t job) { return !project.scans[job].inclusions.is_known; });
    if (which.size() > 1 || options.snapshots) take_scans(project, unknown, options);
    for (const std::size_t job : which) inclusions[job] = project.scans[job].inclusions;
  }
  return plan_prefixes(jobs, which, project.scanner->files(), inclusions, overlay);
}

std::vector<Analysis> analyse_jobs(Project& project, const std::vector<std::size_t>& which,
                                   const Texts& overlay, const RunOptions& options) {
  const Jobs& jobs = project.discovery.jobs;
  std::vector<Analysis> analyses(jobs.size());
  std::vector<std::size_t> unknown;
  for (const std::size_t job : which)
    if (project.known[job] && overlay.empty())
      analyses[job] = *project.known[job];
    else
      unknown.push_back(job);

  // All rules, and all files that may be edited: so the cache is good for other choices, too.
  AnalyseOptions analyse_options{.scope = project.discovery.scope,
                                 .overlay = overlay,
                                 .is_selected = {},
                                 .takes_shortcuts = options.shortcuts,
                                 .packs = options.packs.get()};
  analyse_options.scope.paths.clear();
  analyse_options.scope.generated.clear();
  Progress progress = progress_for(options);
  progress.begin(unknown.size(), unknown.size() == 1 ? "translation unit" : "translation units");
  const auto take = [&](std::size_t job, const std::optional<std::string>& result) {
    progress.advance();
    analyses[job] = unpack_result(result, jobs[job], overlay);
    // Long, and for the cache alone.
    const auto vocabulary = std::exchange(analyses[job].vocabulary, std::nullopt);
    if (result && overlay.empty()) store(project, job, analyses[job], vocabulary);
  };
  // What a person works on is worth keeping, not what a whole project is.
  Snapshots* snapshots = overlay.empty() && unknown.size() <= Snapshots::kMost ? options.snapshots : nullptr;
  std::vector<Prefix> prefixes;
  if (snapshots) {
    std::erase_if(unknown, [&](std::size_t job) {
      const auto result = snapshots->parse(jobs[job]);
      if (result) take(job, result);
      return result.has_value();
    });
    for (const std::size_t job : unknown)
      // One with an error or a doubt is parsed by itself; its headers may do again when it is mended.
      if (snapshots->has(jobs[job]))
        prefixes.push_back({.includes = {}, .jobs = {job}, .branches = {}});
      else
        std::ranges::move(shared_prefixes(project, {job}, overlay, options), std::back_inserter(prefixes));
  } else {
    prefixes = shared_prefixes(project, unknown, overlay, options);
  }
  parse_units(jobs, prefixes, [&] { return analysis_work(analyse_options); },
              {.overlay = overlay,
               .processes = options.threads,
               .snapshots = snapshots,
               .lookups = [&](std::size_t job) { return looked_up(project, job); },
               .on_result = take});
  progress.end();
  if (project.cache) project.cache->prune();

  for (const std::size_t job : which) {
    Analysis& analysis = analyses[job];
    for (Finding& finding : analysis.findings)
      finding.applicability = applicability_of(options, finding.rule, finding.applicability);
    if (analysis.inputs.empty()) continue;
    project.inputs[job] = analysis.inputs;
    project.is_scanned[job] = true;
  }

  // One that does not compile stands for nobody.
  if (std::ranges::all_of(which, [&](std::size_t job) { return analyses[job].compiled; })) return analyses;
  const std::vector<std::size_t> spared = std::exchange(project.spared, {});
  if (spared.empty()) return analyses;
  std::vector<Analysis> rest = analyse_jobs(project, spared, overlay, options);
  for (const std::size_t job : spared) analyses[job] = std::move(rest[job]);
  project.candidates.insert(project.candidates.end(), spared.begin(), spared.end());
  std::ranges::sort(project.candidates);
  return analyses;
}

}  // namespace ferry::rewriter
