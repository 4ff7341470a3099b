#include "resolve/merge.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace ferry::rewriter {
namespace {

// One name for each file: jobs that reach it by different links must agree on what it is called. By itself, a
// job may call it as another one does that it shares headers with. So it goes by its real path where that is
// in scope, whoever was asked.
class FileNames {
 public:
  explicit FileNames(const Scope& scope) : scope_(scope) {}

  void add(const std::string& path) {
    if (real_paths_.contains(path)) return;
    llvm::SmallString<256> real;
    if (llvm::sys::fs::real_path(path, real)) real = path;
    const std::string name = contains(scope_, real.str()) ? std::string(real) : path;
    const auto [chosen, is_new] = chosen_.emplace(std::string(real), name);
    if (!is_new) chosen->second = std::min(chosen->second, name);
    real_paths_.emplace(path, std::string(real));
  }
  // A file that was not added goes by the name that it has.
  std::string name_of(const std::string& path) const {
    const auto real = real_paths_.find(path);
    return real == real_paths_.end() ? path : chosen_.at(real->second);
  }

 private:
  const Scope& scope_;
  std::map<std::string, std::string> real_paths_;
  std::map<std::string, std::string> chosen_;
};

void unify_names(std::vector<Analysis>& analyses, const Scope& scope) {
  FileNames names(scope);
  for (const Analysis& analysis : analyses)
    for (const auto& [path, text] : analysis.texts) names.add(path);
  for (Analysis& analysis : analyses) {
    // A finding whose text was not recorded cannot be planned with.
    std::erase_if(analysis.findings, [&](const Finding& finding) {
      return !analysis.texts.contains(finding.file) ||
             std::ranges::any_of(finding.edits,
                                 [&](const Edit& edit) { return !analysis.texts.contains(edit.file); });
    });
    for (Finding& finding : analysis.findings) {
      finding.file = names.name_of(finding.file);
      for (Edit& edit : finding.edits) edit.file = names.name_of(edit.file);
      if (finding.meant) finding.meant->file = names.name_of(finding.meant->file);
    }
    for (Meant& denial : analysis.denials) denial.file = names.name_of(denial.file);
    Texts texts;
    for (auto& [path, text] : analysis.texts) texts.emplace(names.name_of(path), std::move(text));
    analysis.texts = std::move(texts);
  }
}

std::string file_name(const Job& job) { return llvm::sys::path::filename(job.file).str(); }

// The first of `job`'s arguments that `other` has not; empty when there is none.
std::string_view own_argument(const Job& job, const Job& other) {
  for (const std::string& argument : job.arguments)
    if (std::ranges::find(other.arguments, argument) == other.arguments.end()) return argument;
  return {};
}

// What a person calls the job beside another one: two of one file differ in configuration or command.
std::string name_beside(const Job& job, const Job& other) {
  std::string name = file_name(job);
  if (job.configuration != other.configuration) return name + " in " + job.configuration;
  if (job.file != other.file) return name;
  const std::string_view with = own_argument(job, other);
  return name +
         (with.empty() ? " without " + std::string(own_argument(other, job)) : " with " + std::string(with));
}

// What keeps jobs from compiling: an error in a header is one problem, however many include it.
class CompileErrors {
 public:
  // The first error says why; those after it are mostly its consequences.
  void add(const Job& job, const Problems& errors) {
    auto& [others, jobs] = jobs_[errors.front()];
    others = std::max(others, errors.size() - 1);
    jobs.insert(file_name(job));
  }

  void append_to(Problems& problems) const {
    for (const auto& [error, stopped] : jobs_) {
      const auto& [others, jobs] = stopped;
      Problem problem = error;
      if (others > 0) problem.message += " (and " + std::to_string(others) + " more)";
      problem.message += "; " + *jobs.begin();
      if (jobs.size() > 1)
        problem.message += " and " + std::to_string(jobs.size() - 1) +
                           " more do not compile here: their edits are withheld until they do";
      else
        problem.message += " does not compile here: its edits are withheld until it does";
      problems.push_back(std::move(problem));
    }
  }

 private:
  struct Stopped {
    std::size_t others = 0;  // errors after the first
    std::set<std::string> jobs;
  };
  std::map<Problem, Stopped> jobs_;
};

// What must be equal for two findings to be the same, and where it is.
using Site = std::tuple<std::string, std::size_t, std::string>;  // file, offset, rule
struct Variant {
  PlannedFinding planned;
  bool is_compiled = false;  // by at least one job
};
using Variants = std::vector<Variant>;

// What jobs say that a name means other than what a rule takes it for.
class Denials {
 public:
  void add(const std::vector<Meant>& denials, std::size_t job) {
    for (const Meant& denial : denials)
      by_place_[{denial.file, denial.offset}].push_back({job, denial.declared});
  }

  // Why the finding is not right everywhere; empty when it is.
  std::string objection(const PlannedFinding& planned, const Jobs& jobs) const {
    if (!planned.finding.meant) return {};
    const auto found = by_place_.find({planned.finding.meant->file, planned.finding.meant->offset});
    if (found == by_place_.end()) return {};
    for (const auto& [job, declared] : found->second) {
      if (is_same(declared, planned.finding.meant->declared)) continue;
      const bool is_own = std::ranges::binary_search(planned.jobs, job);
      const std::string who = is_own ? "the name also" : name_beside(jobs[job], jobs[planned.jobs.front()]);
      return who + " means `" + declared.name + "` here";
    }
    return {};
  }

 private:
  std::map<std::pair<std::string, std::size_t>, std::vector<std::pair<std::size_t, Declared>>> by_place_;
};

void add(Variants& variants, Finding&& finding, std::size_t job, bool compiled) {
  for (Variant& variant : variants) {
    Finding& known = variant.planned.finding;
    if (known.edits != finding.edits || known.group != finding.group || known.unsure != finding.unsure)
      continue;
    // The most careful one counts.
    known.applicability = std::max(known.applicability, finding.applicability);
    known.message = std::min(known.message, finding.message);
    // The same text may stand for another declaration there, as where a macro chooses between two libraries.
    for (Declared& wanted : finding.wanted)
      if (std::ranges::find(known.wanted, wanted) == known.wanted.end())
        known.wanted.push_back(std::move(wanted));
    if (variant.planned.jobs.empty() || variant.planned.jobs.back() != job)
      variant.planned.jobs.push_back(job);
    variant.is_compiled |= compiled;
    return;
  }
  variants.push_back({.planned = {.finding = std::move(finding), .jobs = {job}}, .is_compiled = compiled});
}

bool share_a_job(const PlannedFinding& a, const PlannedFinding& b) {
  return std::ranges::any_of(a.jobs,
                             [&](std::size_t job) { return std::ranges::binary_search(b.jobs, job); });
}

void settle(Variants variants, const Jobs& jobs, const Denials& denials,
            std::vector<PlannedFinding>& findings) {
  // A job that does not compile has no say where another one does.
  if (std::ranges::any_of(variants, &Variant::is_compiled))
    std::erase_if(variants, [](const Variant& variant) { return !variant.is_compiled; });
  // Neither does one that cannot see what the place means.
  if (std::ranges::any_of(variants, [](const Variant& variant) { return !variant.planned.finding.unsure; }))
    std::erase_if(variants, [](const Variant& variant) { return variant.planned.finding.unsure; });
  std::vector<PlannedFinding> kept;
  for (Variant& variant : variants) {
    PlannedFinding& planned = variant.planned;
    // One job may report a rule twice at one place; two jobs that report it differently contradict each
    // other.
    const auto other =
        std::ranges::find_if(kept, [&](const auto& known) { return !share_a_job(known, planned); });
    if (other != kept.end() && other->finding.edits.empty() != planned.finding.edits.empty()) {
      // The one that leaves the place to a person says why; it is not that both of them know what to write.
      if (planned.finding.edits.empty()) other->finding = std::move(planned.finding);
      std::vector<std::size_t> both;
      std::ranges::set_union(other->jobs, planned.jobs, std::back_inserter(both));
      other->jobs = std::move(both);
      continue;
    }
    if (other != kept.end()) {
      const Job& first = jobs[other->jobs.front()];
      const Job& second = jobs[planned.jobs.front()];
      other->decision = Decision::Withheld;
      other->reason =
          name_beside(first, second) + " and " + name_beside(second, first) + " need different edits here";
      continue;
    }
    if (!variant.is_compiled) {
      planned.decision = Decision::Withheld;
      planned.reason = file_name(jobs[planned.jobs.front()]) + " does not compile";
    }
    if (std::string objection = denials.objection(planned, jobs); !objection.empty()) {
      planned.decision = Decision::Withheld;
      planned.reason = std::move(objection);
    }
    kept.push_back(std::move(planned));
  }
  std::ranges::move(kept, std::back_inserter(findings));
}

bool covers(const Finding& finding, const std::string& file, std::size_t offset) {
  const std::size_t length =
      finding.end_line == finding.line ? finding.end_column - finding.column : std::size_t{1};
  return file == finding.file && offset >= finding.offset && offset - finding.offset < length;
}

// A place that one job cannot judge is another rule's where another job says so.
void drop_judged(std::vector<PlannedFinding>& findings) {
  std::set<std::pair<std::string, std::size_t>> judged;
  for (const PlannedFinding& planned : findings) {
    if (planned.finding.unsure) continue;
    judged.emplace(planned.finding.file, planned.finding.offset);
    for (const Edit& edit : planned.finding.edits) judged.emplace(edit.file, edit.offset);
  }
  std::erase_if(findings, [&](const PlannedFinding& planned) {
    const Finding& finding = planned.finding;
    const auto next = judged.lower_bound({finding.file, finding.offset});
    return finding.unsure && next != judged.end() && covers(finding, next->first, next->second);
  });
}

// Names that are unjudged in every job that reads their file: where one compiles them, it has judged them.
std::vector<Unjudged> unjudged_by_all(const std::vector<Analysis>& analyses) {
  std::set<Unjudged> all;
  for (const Analysis& analysis : analyses) all.insert(analysis.unjudged.begin(), analysis.unjudged.end());
  std::erase_if(all, [&](const Unjudged& name) {
    return std::ranges::any_of(analyses, [&](const Analysis& analysis) {
      return std::ranges::binary_search(analysis.inputs, name.file) &&
             !std::ranges::binary_search(analysis.unjudged, name);
    });
  });
  return {all.begin(), all.end()};
}

}  // namespace

Plan merge(const Jobs& jobs, std::vector<Analysis> analyses, const Scope& scope) {
  unify_names(analyses, scope);
  Plan plan{.unjudged = unjudged_by_all(analyses)};
  std::map<Site, Variants> sites;
  Denials denials;
  std::set<std::string> changed;
  CompileErrors errors;
  for (std::size_t job = 0; job < analyses.size(); ++job) {
    Analysis& analysis = analyses[job];
    for (auto& [path, text] : analysis.texts)
      if (const auto [known, is_new] = plan.texts.emplace(path, text); !is_new && known->second != text)
        changed.insert(path);
    if (!analysis.compiled && !analysis.problems.empty())
      errors.add(jobs[job], analysis.problems);
    else
      std::ranges::move(analysis.problems, std::back_inserter(plan.problems));
    if (analysis.compiled) denials.add(analysis.denials, job);
    std::ranges::sort(analysis.findings);
    for (Finding& finding : analysis.findings) {
      Variants& variants = sites[Site(finding.file, finding.offset, finding.rule)];
      add(variants, std::move(finding), job, analysis.compiled);
    }
  }
  errors.append_to(plan.problems);
  for (auto& [site, variants] : sites) settle(std::move(variants), jobs, denials, plan.findings);
  drop_judged(plan.findings);

  for (const std::string& path : changed)
    plan.problems.push_back(
        {.file = path, .message = "the file changed while it was analysed; run ferry again"});
  for (PlannedFinding& planned : plan.findings)
    if (std::ranges::any_of(planned.finding.edits,
                            [&](const Edit& edit) { return changed.contains(edit.file); })) {
      planned.decision = Decision::Withheld;
      planned.reason = "the file changed while it was analysed";
    }
  std::ranges::sort(plan.problems);
  plan.problems.erase(std::ranges::unique(plan.problems).begin(), plan.problems.end());
  return plan;
}

}  // namespace ferry::rewriter
