#include "verify/verify.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "model/compose.hpp"
#include "verify/references.hpp"

namespace ferry::rewriter {
namespace {

// A job with more faults than this is given up: all edits of what it reads are withheld.
constexpr unsigned kMaxCulprits = 8;

// Findings that are taken or withheld together.
using Unit = std::vector<std::size_t>;

std::string file_name(const std::string& path) { return llvm::sys::path::filename(path).str(); }

class Verifier {
 public:
  Verifier(Plan plan, const Jobs& jobs, const std::vector<std::vector<std::string>>& inputs,
           const VerifyOptions& options)
      : plan_(std::move(plan)), jobs_(jobs), options_(options), reads_(jobs.size()), after_(jobs.size()) {
    std::map<llvm::sys::fs::UniqueID, std::string> touched;
    for (const PlannedFinding& planned : plan_.findings)
      if (planned.decision == Decision::Apply)
        for (const Edit& edit : planned.finding.edits)
          if (const auto id = identity(edit.file)) touched.emplace(*id, edit.file);
    if (touched.empty()) return;
    for (std::size_t job = 0; job < jobs.size(); ++job)
      for (const std::string& input : inputs[job])
        if (const auto id = identity(input))
          if (const auto found = touched.find(*id); found != touched.end()) {
            reads_[job].insert(found->second);
            names_.emplace(input, found->second);
          }
  }

  Verified run() {
    std::vector<std::size_t> pending = readers([](const std::string&) { return true; });
    std::set<std::string> changed;
    ask_others(pending, changed);
    while (!pending.empty()) {
      changed.clear();
      const ComposedFiles composed = compose(plan_, applied(plan_));
      std::vector<Analysis> analyses = analyse(pending, composed);
      for (std::size_t i = 0; i < pending.size(); ++i) {
        const std::size_t job = pending[i];
        const bool compiled = analyses[i].compiled;
        after_[job] = std::move(analyses[i]);
        if (compiled)
          check_new_names(plan_, composed, after_[job]->references,
                          [&](std::size_t finding, std::string reason) {
                            withhold_one(finding, std::move(reason), changed);
                          });
        else if (compiled_before(job))
          mend(job, changed);
        else
          broken_before_.insert(job);
      }
      pending = readers([&](const std::string& file) { return changed.contains(file); });
    }
    warn();
    return {std::move(plan_), std::move(after_)};
  }

 private:
  // Links lead to one file by several names. Asked once for each name.
  std::optional<llvm::sys::fs::UniqueID> identity(const std::string& path) {
    const auto [known, is_new] = identities_.emplace(path, std::nullopt);
    if (llvm::sys::fs::UniqueID id; is_new && !llvm::sys::fs::getUniqueID(path, id)) known->second = id;
    return known->second;
  }

  // The jobs that read a touched file like this, but for those that are broken anyway.
  std::vector<std::size_t> readers(const auto& is_wanted) const {
    std::vector<std::size_t> result;
    for (std::size_t job = 0; job < jobs_.size(); ++job)
      if (!broken_before_.contains(job) && std::ranges::any_of(reads_[job], is_wanted)) result.push_back(job);
    return result;
  }

  bool is_known(std::size_t job) const {
    return job < options_.before.size() && options_.before[job].is_known;
  }

  bool compiled_before(std::size_t job) const {
    return is_known(job) ? options_.before[job].compiled
                         : options_.analyse({job}, options_.overlay, {}).front().compiled;
  }

  // The same ranges under every name that a job may have for the file.
  FileRanges under_all_names(const FileRanges& ranges) const {
    FileRanges result = ranges;
    for (const auto& [name, file] : names_)
      if (const auto found = ranges.find(file); found != ranges.end()) result[name] = found->second;
    return result;
  }

  References under_one_name(References references) const {
    for (References::File& file : references.files)
      if (const auto name = names_.find(file.file); name != names_.end()) file.file = name->second;
    for (References::Target& target : references.targets)
      if (const auto name = names_.find(target.declared.file); name != names_.end())
        target.declared.file = name->second;
    return references;
  }

  std::vector<Analysis> analyse(const std::vector<std::size_t>& which, const ComposedFiles& composed) const {
    Texts overlay = options_.overlay;
    for (const auto& [path, file] : composed) overlay.insert_or_assign(path, file.text);
    std::vector<Analysis> analyses =
        options_.analyse(which, overlay, under_all_names(written_ranges(composed)));
    for (Analysis& analysis : analyses) analysis.references = under_one_name(std::move(analysis.references));
    return analyses;
  }

  // Jobs without a say in the plan, as nothing that they read is annotated, may know the names that it edits.
  void ask_others(const std::vector<std::size_t>& which, std::set<std::string>& changed) {
    FileRanges names;
    for (const PlannedFinding& planned : plan_.findings)
      if (planned.decision == Decision::Apply && planned.finding.meant)
        names[planned.finding.meant->file].push_back(
            {planned.finding.meant->offset, planned.finding.meant->offset + 1});
    std::vector<std::size_t> others;
    for (const std::size_t job : which)
      if (!options_.before.empty() && !is_known(job)) others.push_back(job);
    if (others.empty() || names.empty()) return;
    const std::vector<Analysis> analyses = options_.analyse(others, options_.overlay, under_all_names(names));
    for (std::size_t i = 0; i < others.size(); ++i) {
      if (!analyses[i].compiled) continue;
      const References references = under_one_name(analyses[i].references);
      for (std::size_t finding = 0; finding < plan_.findings.size(); ++finding)
        if (std::string other = other_meaning(plan_.findings[finding], references); !other.empty())
          withhold_one(finding, file_name(jobs_[others[i]].file) + " means `" + other + "` here", changed);
    }
  }

  static std::string other_meaning(const PlannedFinding& planned, const References& references) {
    const std::optional<Meant>& meant = planned.finding.meant;
    if (planned.decision != Decision::Apply || !meant) return {};
    const auto file = std::ranges::find(references.files, meant->file, &References::File::file);
    if (file == references.files.end()) return {};
    for (const References::Place& place : file->places) {
      const Declared& declared = references.targets[place.target].declared;
      if (place.offset == meant->offset && !is_same(declared, meant->declared)) return declared.name;
    }
    return {};
  }

  // The applied findings that edit what the job reads, by group. What is right only when nothing old is left
  // is one unit, behind the others and with its members in other files.
  std::vector<Unit> units_of(std::size_t job) const {
    std::vector<Unit> units;
    Unit last;
    std::map<std::string, std::size_t> groups;
    for (std::size_t i = 0; i < plan_.findings.size(); ++i) {
      const Finding& finding = plan_.findings[i].finding;
      const Decision decision = plan_.findings[i].decision;
      if (decision == Decision::Apply && finding.last) {
        last.push_back(i);
        continue;
      }
      if (decision != Decision::Apply || std::ranges::none_of(finding.edits, [&](const Edit& edit) {
            return reads_[job].contains(edit.file);
          }))
        continue;
      const auto [group, is_new] = groups.emplace(finding.group, units.size());
      if (finding.group.empty() || is_new) group->second = units.size(), units.emplace_back();
      units[group->second].push_back(i);
    }
    if (!last.empty()) units.push_back(std::move(last));
    return units;
  }

  ComposedFiles compose_without(const Unit& unit) const {
    std::vector<bool> taken = applied(plan_);
    for (const std::size_t finding : unit) taken[finding] = false;
    return compose(plan_, taken);
  }

  // The unit that made the last edit up to the end of the error's line.
  const Unit* suspect(const Problem& error, const ComposedFiles& composed,
                      const std::vector<Unit>& units) const {
    const auto file = composed.find(error.file);
    if (file == composed.end() || error.line == 0) return nullptr;
    const std::size_t line_end = offset_of(file->second.text, {.line = error.line + 1, .column = 1});
    const Piece* nearest = nullptr;
    for (const Piece& piece : file->second.pieces)
      if (piece.new_offset < line_end) nearest = &piece;
    if (nearest == nullptr) return nullptr;
    const auto unit = std::ranges::find_if(units, [&](const Unit& members) {
      return std::ranges::find(members, nearest->finding) != members.end();
    });
    return unit == units.end() ? nullptr : &*unit;
  }

  // The first unit that, with all before it, makes the job fail. Others stay out, so fewer than all are
  // tried.
  const Unit& bisect(std::size_t job, const std::vector<Unit>& units) const {
    std::size_t passing = 0;
    std::size_t failing = units.size();
    while (failing - passing > 1) {
      const std::size_t middle = passing + (failing - passing) / 2;
      std::vector<bool> taken = applied(plan_);
      for (std::size_t i = middle; i < units.size(); ++i)
        for (const std::size_t finding : units[i]) taken[finding] = false;
      (analyse({job}, compose(plan_, taken)).front().compiled ? passing : failing) = middle;
    }
    return units[failing - 1];
  }

  // Withholds findings until the job compiles; `changed` gets the files whose edits that changes.
  void mend(std::size_t job, std::set<std::string>& changed) {
    for (unsigned culprits = 0;; ++culprits) {
      const auto composed = compose(plan_, applied(plan_));
      Analysis analysis = std::move(analyse({job}, composed).front());
      const Problem error = analysis.problems.empty()
                                ? Problem{.file = jobs_[job].file, .message = "Clang crashed"}
                                : analysis.problems.front();
      const bool compiled = analysis.compiled;
      after_[job] = std::move(analysis);
      if (compiled) return;
      const std::vector<Unit> units = units_of(job);
      if (units.empty()) return;
      if (culprits == kMaxCulprits) {
        for (const Unit& unit : units) withhold(unit, error, changed);
        return;
      }
      const Unit* culprit = suspect(error, composed, units);
      if (culprit != nullptr) {
        const Analysis without = std::move(analyse({job}, compose_without(*culprit)).front());
        // Lines move when edits go: the message is what tells whether it is the same error.
        if (!without.compiled && !without.problems.empty() &&
            without.problems.front().message == error.message)
          culprit = nullptr;
      }
      withhold(culprit != nullptr ? *culprit : bisect(job, units), error, changed);
    }
  }

  // Takes back what is right only together with what was withheld.
  void hold_back(std::set<std::string>& changed) {
    const std::vector<bool> before = applied(plan_);
    hold_back_groups(plan_);
    for (std::size_t i = 0; i < before.size(); ++i)
      if (before[i] && plan_.findings[i].decision != Decision::Apply)
        for (const Edit& edit : plan_.findings[i].finding.edits) changed.insert(edit.file);
  }

  // What compiles and is wrong all the same.
  void withhold_one(std::size_t index, std::string reason, std::set<std::string>& changed) {
    PlannedFinding& planned = plan_.findings[index];
    if (planned.decision != Decision::Apply) return;
    planned.decision = Decision::Withheld;
    planned.reason = std::move(reason);
    for (const Edit& edit : planned.finding.edits) changed.insert(edit.file);
    hold_back(changed);
  }

  void warn() {
    const ComposedFiles composed = compose(plan_, applied(plan_));
    for (std::size_t job = 0; job < jobs_.size(); ++job)
      if (after_[job] && is_known(job))
        std::ranges::move(changed_calls(under_one_name(options_.before[job].references),
                                        after_[job]->references, composed, plan_.texts),
                          std::back_inserter(plan_.warnings));
    std::ranges::sort(plan_.warnings);
    plan_.warnings.erase(std::ranges::unique(plan_.warnings).begin(), plan_.warnings.end());
  }

  void withhold(const Unit& unit, const Problem& error, std::set<std::string>& changed) {
    const std::string said = file_name(error.file) + ":" + std::to_string(error.line) + ": " + error.message;
    for (const std::size_t index : unit) {
      PlannedFinding& planned = plan_.findings[index];
      planned.decision = Decision::Withheld;
      planned.reason = "with this edit it would not compile: " + said;
      for (const Edit& edit : planned.finding.edits) changed.insert(edit.file);
    }
    hold_back(changed);
    const Finding& first = plan_.findings[unit.front()].finding;
    plan_.problems.push_back({.file = first.file,
                              .line = first.line,
                              .column = first.column,
                              .message = "the edit of " + first.rule + " does not compile (" + said +
                                         "); it was taken back: rewrite this place by hand"});
  }

  Plan plan_;
  const Jobs& jobs_;
  const VerifyOptions& options_;
  std::vector<std::set<std::string>> reads_;  // by job: the touched files that it reads
  std::vector<std::optional<Analysis>> after_;
  std::map<std::string, std::string> names_;  // of touched files in jobs -> in the plan
  std::map<std::string, std::optional<llvm::sys::fs::UniqueID>> identities_;
  std::set<std::size_t> broken_before_;
};

}  // namespace

Verified verify(Plan plan, const Jobs& jobs, const std::vector<std::vector<std::string>>& inputs,
                const VerifyOptions& options) {
  return Verifier(std::move(plan), jobs, inputs, options).run();
}

}  // namespace ferry::rewriter
