#include "verify/verify.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <clang/Frontend/FrontendActions.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "frontend/units.hpp"
#include "model/compose.hpp"
#include "support/parallel.hpp"

namespace ferry::rewriter {
namespace {

// A job with more faults than this is given up: all edits of what it reads are withheld.
constexpr unsigned kMaxCulprits = 8;

constexpr std::string_view kCompiles = "compiles";

class SyntaxWork : public UnitWork {
 public:
  std::unique_ptr<clang::FrontendAction> action() override {
    return std::make_unique<clang::SyntaxOnlyAction>();
  }
  std::string result(const Job&, Compiled compiled) override {
    return std::string(compiled.ok ? kCompiles : "");
  }
};

// Findings that are taken or withheld together.
using Unit = std::vector<std::size_t>;

class Verifier {
 public:
  Verifier(Plan plan, const Jobs& jobs, const std::vector<std::vector<std::string>>& inputs,
           const VerifyOptions& options)
      : plan_(std::move(plan)), jobs_(jobs), options_(options), reads_(jobs.size()) {
    std::map<llvm::sys::fs::UniqueID, std::string> touched;
    for (const PlannedFinding& planned : plan_.findings)
      if (planned.decision == Decision::Apply)
        for (const Edit& edit : planned.finding.edits)
          if (const auto id = identity(edit.file)) touched.emplace(*id, edit.file);
    if (touched.empty()) return;
    for (std::size_t job = 0; job < jobs.size(); ++job)
      for (const std::string& input : inputs[job])
        if (const auto id = identity(input))
          if (const auto found = touched.find(*id); found != touched.end()) reads_[job].insert(found->second);
  }

  Plan run() {
    std::vector<std::size_t> pending;
    for (std::size_t job = 0; job < jobs_.size(); ++job)
      if (!reads_[job].empty()) pending.push_back(job);
    while (!pending.empty()) {
      std::set<std::string> changed;
      for (const std::size_t job : newly_broken(pending)) mend(job, changed);
      pending.clear();
      for (std::size_t job = 0; job < jobs_.size(); ++job)
        if (!broken_before_.contains(job) &&
            std::ranges::any_of(reads_[job], [&](const std::string& file) { return changed.contains(file); }))
          pending.push_back(job);
    }
    return std::move(plan_);
  }

 private:
  // Links lead to one file by several names. Asked once for each name.
  std::optional<llvm::sys::fs::UniqueID> identity(const std::string& path) {
    const auto [known, is_new] = identities_.emplace(path, std::nullopt);
    if (llvm::sys::fs::UniqueID id; is_new && !llvm::sys::fs::getUniqueID(path, id)) known->second = id;
    return known->second;
  }

  Texts overlay_with(const std::map<std::string, Composed>& composed) const {
    Texts overlay = options_.overlay;
    for (const auto& [path, file] : composed) overlay.insert_or_assign(path, file.text);
    return overlay;
  }

  Compiled compile(std::size_t job, const std::map<std::string, Composed>& composed) const {
    const Texts overlay = overlay_with(composed);
    Compiled compiled;
    if (!survives([&] {
          clang::SyntaxOnlyAction action;
          compiled = run_frontend(jobs_[job], action, overlay);
        }))
      compiled = {.ok = false, .problems = {{.file = jobs_[job].file, .message = "Clang crashed"}}};
    return compiled;
  }

  // Of these jobs, those that do not compile; in their order.
  std::vector<std::size_t> failing(const std::vector<std::size_t>& which,
                                   const std::map<std::string, Composed>& composed) const {
    const Texts overlay = overlay_with(composed);
    const auto prefixes =
        options_.prefixes ? options_.prefixes(which, overlay) : std::vector<Prefix>{{.jobs = which}};
    std::vector<std::size_t> result;
    const auto take = [&](std::size_t job, const std::optional<std::string>& verdict) {
      if (verdict != kCompiles) result.push_back(job);
    };
    parse_units(jobs_, prefixes, [] { return std::make_unique<SyntaxWork>(); },
                {.overlay = overlay, .processes = options_.processes, .on_result = take});
    std::ranges::sort(result);
    return result;
  }

  // Of these jobs, those that fail with the edits and did not without; in their order.
  std::vector<std::size_t> newly_broken(const std::vector<std::size_t>& pending) {
    std::vector<std::size_t> broken = failing(pending, compose(plan_, applied(plan_)));
    if (broken.empty()) return broken;
    for (const std::size_t job : failing(broken, {})) broken_before_.insert(job);
    std::erase_if(broken, [&](std::size_t job) { return broken_before_.contains(job); });
    return broken;
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

  std::map<std::string, Composed> compose_without(const Unit& unit) const {
    std::vector<bool> taken = applied(plan_);
    for (const std::size_t finding : unit) taken[finding] = false;
    return compose(plan_, taken);
  }

  // The unit that made the last edit up to the end of the error's line.
  const Unit* suspect(const Problem& error, const std::map<std::string, Composed>& composed,
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
      (compile(job, compose(plan_, taken)).ok ? passing : failing) = middle;
    }
    return units[failing - 1];
  }

  // Withholds findings until the job compiles; `changed` gets the files whose edits that changes.
  void mend(std::size_t job, std::set<std::string>& changed) {
    for (unsigned culprits = 0;; ++culprits) {
      const auto composed = compose(plan_, applied(plan_));
      const Compiled compiled = compile(job, composed);
      if (compiled.ok) return;
      const Problem& error = compiled.problems.front();
      const std::vector<Unit> units = units_of(job);
      if (units.empty()) return;
      if (culprits == kMaxCulprits) {
        for (const Unit& unit : units) withhold(unit, error, changed);
        return;
      }
      const Unit* culprit = suspect(error, composed, units);
      if (culprit != nullptr) {
        const Compiled without = compile(job, compose_without(*culprit));
        // Lines move when edits go: the message is what tells whether it is the same error.
        if (!without.ok && without.problems.front().message == error.message) culprit = nullptr;
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

  void withhold(const Unit& unit, const Problem& error, std::set<std::string>& changed) {
    const std::string said =
        llvm::sys::path::filename(error.file).str() + ":" + std::to_string(error.line) + ": " + error.message;
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
  std::map<std::string, std::optional<llvm::sys::fs::UniqueID>> identities_;
  std::set<std::size_t> broken_before_;
};

}  // namespace

Plan verify(Plan plan, const Jobs& jobs, const std::vector<std::vector<std::string>>& inputs,
            const VerifyOptions& options) {
  return Verifier(std::move(plan), jobs, inputs, options).run();
}

}  // namespace ferry::rewriter
