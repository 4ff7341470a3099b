#include "verify/verify.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <clang/Frontend/FrontendActions.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include "frontend/units.hpp"
#include "model/compose.hpp"
#include "model/packed.hpp"
#include "support/parallel.hpp"
#include "verify/references.hpp"

namespace ferry::rewriter {
namespace {

// A job with more faults than this is given up: all edits of what it reads are withheld.
constexpr unsigned kMaxCulprits = 8;

class SyntaxWork : public UnitWork {
 public:
  std::unique_ptr<clang::FrontendAction> action() override {
    return std::make_unique<clang::SyntaxOnlyAction>();
  }
  std::string result(const Job&, Compiled compiled) override {
    return pack({.problems = std::move(compiled.problems), .compiled = compiled.ok});
  }
};

// Findings that are taken or withheld together.
using Unit = std::vector<std::size_t>;

class Verifier {
 public:
  Verifier(Plan plan, const Jobs& jobs, const std::vector<std::vector<std::string>>& inputs,
           VerifyOptions options)
      : plan_(std::move(plan)),
        jobs_(jobs),
        options_(std::move(options)),
        reads_(jobs.size()),
        after_(jobs.size()),
        errors_(jobs.size()) {
    options_.before.resize(jobs.size());
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
            if (input != found->second) names_.emplace(input, found->second);
          }
    for (References& references : options_.before) use_plan_names(references);
  }

  Plan run() {
    std::vector<std::size_t> pending;
    for (std::size_t job = 0; job < jobs_.size(); ++job)
      if (!reads_[job].empty()) pending.push_back(job);
    while (!pending.empty()) {
      std::set<std::string> changed;
      const std::vector<std::size_t> broken = newly_broken(pending);
      check_names(pending, changed);
      for (const std::size_t job : broken) mend(job, changed);
      pending.clear();
      for (std::size_t job = 0; job < jobs_.size(); ++job)
        if (!broken_before_.contains(job) &&
            std::ranges::any_of(reads_[job], [&](const std::string& file) { return changed.contains(file); }))
          pending.push_back(job);
    }
    warn();
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

  void use_plan_names(References& references) const {
    if (names_.empty()) return;
    const auto rename = [&](std::string& file) {
      if (const auto name = names_.find(file); name != names_.end()) file = name->second;
    };
    for (References::File& file : references.files) rename(file.file);
    for (References::Target& target : references.targets) rename(target.declared.file);
  }

  // Under every name that a job may have for a file.
  FileRanges written_anywhere(const ComposedFiles& composed) const {
    FileRanges ranges = written_ranges(composed);
    for (const auto& [name, file] : names_)
      if (const auto found = ranges.find(file); found != ranges.end()) ranges[name] = found->second;
    return ranges;
  }

  // Of these jobs, those that do not compile; in their order. What the others refer to goes to `after_`.
  std::vector<std::size_t> failing(const std::vector<std::size_t>& which,
                                   const std::map<std::string, Composed>& composed) {
    const Texts overlay = overlay_with(composed);
    const auto prefixes =
        options_.prefixes ? options_.prefixes(which, overlay) : std::vector<Prefix>{{.jobs = which}};
    std::vector<std::size_t> result;
    const auto take = [&](std::size_t job, const std::optional<std::string>& verdict) {
      std::optional<Analysis> analysis = verdict ? unpack(*verdict, overlay) : std::nullopt;
      errors_[job] = analysis ? analysis->problems : Problems{};
      if (!analysis || !analysis->compiled) return result.push_back(job);
      after_[job] = std::move(analysis->references);
      use_plan_names(after_[job]);
    };
    const FileRanges written = written_anywhere(composed);
    const auto make_work = [&]() -> std::unique_ptr<UnitWork> {
      if (auto work = options_.references ? options_.references(written) : nullptr) return work;
      return std::make_unique<SyntaxWork>();
    };
    parse_units(jobs_, prefixes, make_work,
                {.overlay = overlay, .processes = options_.processes, .on_result = take});
    std::ranges::sort(result);
    return result;
  }

  // Of these jobs, those that fail with the edits and did not without; in their order.
  std::vector<std::size_t> newly_broken(const std::vector<std::size_t>& pending) {
    std::vector<std::size_t> broken = failing(pending, compose(plan_, applied(plan_)));
    if (broken.empty()) return broken;
    const std::vector<Problems> with_edits = errors_;
    for (const std::size_t job : failing(broken, {}))
      if (options_.has_own_jobs) {
        known_errors_[job] = errors_of(errors_[job]);
        if (!first_new(job, with_edits[job])) std::erase(broken, job);
      } else {
        broken_before_.insert(job);
      }
    for (const std::size_t job : broken) after_[job] = {};  // that was without the edits
    std::erase_if(broken, [&](std::size_t job) { return broken_before_.contains(job); });
    return broken;
  }

  // How often which error is found: edits move lines.
  using Errors = std::map<std::pair<std::string, std::string>, std::size_t>;
  static Errors errors_of(const Problems& problems) {
    Errors errors;
    for (const Problem& problem : problems) ++errors[{problem.file, problem.message}];
    return errors;
  }

  // The first error that the job does not have without the edits.
  const Problem* first_new(std::size_t job, const Problems& problems) const {
    const auto known = known_errors_.find(job);
    if (known == known_errors_.end()) return problems.empty() ? nullptr : &problems.front();
    Errors left = known->second;
    for (const Problem& problem : problems) {
      std::size_t& count = left[{problem.file, problem.message}];
      if (count == 0) return &problem;
      --count;
    }
    return nullptr;
  }

  // Compiles the job. Gives the first error that comes with the edits.
  std::optional<Problem> fault(std::size_t job, const std::map<std::string, Composed>& composed) const {
    const Compiled compiled = compile(job, composed);
    const Problem* error = compiled.ok ? nullptr : first_new(job, compiled.problems);
    return error == nullptr ? std::nullopt : std::optional(*error);
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
      (fault(job, compose(plan_, taken)) ? failing : passing) = middle;
    }
    return units[failing - 1];
  }

  // Withholds findings until the job compiles; `changed` gets the files whose edits that changes.
  void mend(std::size_t job, std::set<std::string>& changed) {
    for (unsigned culprits = 0;; ++culprits) {
      const auto composed = compose(plan_, applied(plan_));
      const std::optional<Problem> error = fault(job, composed);
      if (!error) return;
      const std::vector<Unit> units = units_of(job);
      if (units.empty()) return;
      if (culprits == kMaxCulprits) {
        for (const Unit& unit : units) withhold(unit, *error, changed);
        return;
      }
      const Unit* culprit = suspect(*error, composed, units);
      if (culprit != nullptr) {
        const auto without = fault(job, compose_without(*culprit));
        // Lines move when edits go: the message is what tells whether it is the same error.
        if (without && without->message == error->message) culprit = nullptr;
      }
      withhold(culprit != nullptr ? *culprit : bisect(job, units), *error, changed);
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

  // Takes back what compiles and means something else than it should.
  void check_names(const std::vector<std::size_t>& which, std::set<std::string>& changed) {
    const ComposedFiles composed = compose(plan_, applied(plan_));
    for (const std::size_t job : which)
      check_new_names(plan_, composed, options_.before[job], after_[job],
                      [&](std::size_t index, std::string reason) {
                        PlannedFinding& planned = plan_.findings[index];
                        if (planned.decision != Decision::Apply) return;
                        planned.decision = Decision::Withheld;
                        planned.reason = std::move(reason);
                        for (const Edit& edit : planned.finding.edits) changed.insert(edit.file);
                      });
    if (!changed.empty()) hold_back(changed);
  }

  void warn() {
    const ComposedFiles composed = compose(plan_, applied(plan_));
    std::set<ChangedCall> changed;
    for (std::size_t job = 0; job < jobs_.size(); ++job)
      for (ChangedCall& call : changed_calls(options_.before[job], after_[job], composed))
        changed.insert(std::move(call));
    for (const ChangedCall& call : changed) {
      const std::optional<std::string> text = text_of(call.file);
      const Position position = text ? position_of(*text, call.offset) : Position{0, 0};
      plan_.warnings.push_back({.file = call.file,
                                .line = position.line,
                                .column = position.column,
                                .message = "with the edits, this calls `" + call.now + "`, and no longer `" +
                                           call.was + "`; see whether that is right"});
    }
  }

  std::optional<std::string> text_of(const std::string& file) const {
    for (const Texts* texts : {&plan_.texts, &options_.overlay})
      if (const auto text = texts->find(file); text != texts->end()) return text->second;
    const auto buffer = llvm::MemoryBuffer::getFile(file);
    return buffer ? std::optional((*buffer)->getBuffer().str()) : std::nullopt;
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
  VerifyOptions options_;
  std::vector<std::set<std::string>> reads_;    // by job: the touched files that it reads
  std::map<std::string, std::string> names_;    // of touched files: a job's -> the plan's
  std::vector<References> after_;               // by job: with the edits, where it compiles
  std::vector<Problems> errors_;                // by job: as it was compiled last
  std::map<std::size_t, Errors> known_errors_;  // of jobs that have some without the edits
  std::map<std::string, std::optional<llvm::sys::fs::UniqueID>> identities_;
  std::set<std::size_t> broken_before_;
};

}  // namespace

Plan verify(Plan plan, const Jobs& jobs, const std::vector<std::vector<std::string>>& inputs,
            VerifyOptions options) {
  return Verifier(std::move(plan), jobs, inputs, std::move(options)).run();
}

}  // namespace ferry::rewriter
