#include "cli/commits.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <llvm/ADT/StringRef.h>

#include "apply/apply.hpp"
#include "apply/journal.hpp"
#include "apply/records.hpp"
#include "cli/rewrite.hpp"
#include "cli/session.hpp"
#include "model/scope.hpp"
#include "support/files.hpp"
#include "support/git.hpp"
#include "support/line_diff.hpp"

namespace ferry::rewriter {
namespace {

using RuleNames = std::set<std::string>;

// What one commit holds.
struct Step {
  Texts before;
  Texts after;
  std::map<std::string, std::size_t> places;  // by rule
};

bool is_applied(const PlannedFinding& planned) { return planned.decision == Decision::Apply; }

// The rules that are applied, in order; those that share a group are one batch.
std::vector<RuleNames> batches_of(const Plan& plan) {
  std::map<std::string, std::string> leaders;  // rule -> a rule of the same batch, at last the batch's first
  const std::function<std::string(const std::string&)> leader = [&](const std::string& rule) {
    const std::string& next = leaders.emplace(rule, rule).first->second;
    return next == rule ? rule : leader(next);
  };
  std::map<std::string, std::string> members;  // group -> a rule in it
  for (const PlannedFinding& planned : plan.findings) {
    if (!is_applied(planned)) continue;
    const std::string first = leader(planned.finding.rule);
    if (planned.finding.group.empty()) continue;
    const std::string other = leader(members.emplace(planned.finding.group, first).first->second);
    leaders[std::max(first, other)] = std::min(first, other);
  }
  std::map<std::string, RuleNames> batches;
  for (const auto& [rule, ignored] : leaders) batches[leader(rule)].insert(rule);
  std::vector<RuleNames> result;
  for (auto& [first, rules] : batches) result.push_back(std::move(rules));
  return result;
}

// Where lines are after a step.
std::vector<LineRange> lines_after(std::vector<LineRange> lines, std::string_view before,
                                   std::string_view after) {
  const std::vector<LineChange> changes = line_diff(split_lines(before), split_lines(after));
  // The line that was at `index`, counted from 0; of lines that were replaced together, the first or the last
  // one.
  const auto moved = [&](std::size_t index, bool to_last) {
    std::size_t shift = 0;  // wraps around where lines went
    for (const LineChange& change : changes) {
      if (index < change.old_begin) break;
      if (index < change.old_end) return to_last ? change.new_end - 1 : change.new_begin;
      shift = change.new_end - change.old_end;
    }
    return index + shift;
  };
  for (auto& [first, last] : lines) {
    first = static_cast<unsigned>(moved(first - 1, false)) + 1;
    last = std::max(first, static_cast<unsigned>(moved(last - 1, true)) + 1);
  }
  return lines;
}

class ByRule {
 public:
  ByRule(Project& project, const RunOptions& options, const Tree& tree, KnownFindings& known)
      : project_(project),
        options_(options),
        tree_(tree),
        known_(known),
        scope_(project.discovery.scope),
        root_(scope_.root) {}

  Outcome run() {
    Outcome whole = rewrite(project_, options_, &known_);
    for (const PlannedFinding& planned : whole.plan.findings)
      if (is_applied(planned)) {
        ++missing_[planned.finding.rule];
        messages_[planned.finding.rule].insert(planned.finding.message);
      }
    plan_steps(whole.plan);
    Problems problems = objections();
    if (problems.empty()) problems = commit_all(whole.written);
    leave_the_rest(whole.plan, problems);
    std::ranges::move(problems, std::back_inserter(whole.plan.problems));
    return whole;
  }

 private:
  // Fills steps_, in memory: nothing is written before the whole way is known.
  void plan_steps(const Plan& plan) {
    std::vector<RuleNames> batches = batches_of(plan);
    std::map<std::string, std::size_t> to_do = missing_;
    const auto is_done = [&](const std::string& rule) { return to_do[rule] == 0; };
    for (;;) {
      bool goes_on = false;
      for (const RuleNames& batch : batches)
        if (!std::ranges::all_of(batch, is_done)) goes_on |= add_step(plan, batch, to_do);
      RuleNames rest;
      for (const auto& [rule, count] : to_do)
        if (count != 0) rest.insert(rule);
      if (rest.empty() || (!goes_on && !add_step(plan, rest, to_do))) return;
    }
  }

  // Whether there was something to rewrite by these rules alone, over what is rewritten already.
  bool add_step(const Plan& plan, const RuleNames& rules, std::map<std::string, std::size_t>& to_do) {
    std::set<std::size_t> jobs;
    for (const PlannedFinding& planned : plan.findings)
      if (is_applied(planned) && rules.contains(planned.finding.rule))
        jobs.insert(planned.jobs.begin(), planned.jobs.end());
    const auto outcome = rewrite(project_, options_,
                                 {.scope = scope_,
                                  .jobs = {jobs.begin(), jobs.end()},
                                  .texts = texts_,
                                  .choose = [&](Plan& candidates) {
                                    for (PlannedFinding& planned : candidates.findings)
                                      if (is_applied(planned) && !rules.contains(planned.finding.rule)) {
                                        planned.decision = Decision::Report;
                                        planned.reason = "in a commit of its own";
                                      }
                                    hold_back_groups(candidates);
                                    return true;
                                  }});
    Step step;
    for (const PlannedFinding& planned : outcome->plan.findings)
      if (is_applied(planned)) ++step.places[planned.finding.rule];
    for (const auto& [file, text] : outcome->after) {
      const std::string& before = outcome->plan.texts.at(file);
      if (before == text) continue;
      step.before.emplace(file, before);
      step.after.emplace(file, text);
      if (scope_.changed)
        if (const auto lines = scope_.changed->find(file); lines != scope_.changed->end())
          lines->second = lines_after(std::move(lines->second), before, text);
      texts_.insert_or_assign(file, text);
    }
    if (step.after.empty()) return false;
    for (const auto& [rule, count] : step.places) to_do[rule] -= std::min(to_do[rule], count);
    steps_.push_back(std::move(step));
    return true;
  }

  // What speaks against committing at all.
  Problems objections() const {
    if (tree_.git_dir.empty())
      return {{.file = root_, .message = "--per-rule-commits needs a git work tree, and this is none"}};
    if (steps_.empty()) return {};
    const GitRan head = run_git(tree_.top, {"rev-parse", "--verify", "--quiet", "HEAD"});
    if (!head.ok())
      return {{.file = tree_.top, .message = "there is no commit to build upon; make a first one"}};
    std::vector<std::string> files;
    Problems problems;
    for (const auto& [file, text] : texts_) {
      files.push_back(file);
      if (work_tree_of(real_path(file)) != tree_.top)
        problems.push_back(
            {.file = file,
             .message = "belongs to another git work tree than the root; nothing was written: leave it "
                        "out with --exclude, and run ferry there"});
    }
    return problems.empty() ? unsaved(files, Unsaved::Uncommitted) : problems;
  }

  // What its card says, or else all its findings.
  std::string title_of(const std::string& rule) const {
    if (const auto card = std::ranges::find(cards_, rule, &Rule::id); card != cards_.end())
      return card->title;
    const std::set<std::string>& said = messages_.at(rule);
    return said.size() == 1 ? *said.begin() : "rewrite its uses";
  }

  std::string message_of(const Step& step) const {
    std::string rules;
    std::string titles;
    std::size_t places = 0;
    for (const auto& [rule, count] : step.places) {
      places += count;
      rules += (rules.empty() ? "" : ", ") + rule;
      titles += (titles.empty() ? "" : "\n") + rule + ": " + title_of(rule);
    }
    const std::string what =
        "Rewritten by ferry: " + std::to_string(places) + (places == 1 ? " place" : " places") + " in " +
        std::to_string(step.after.size()) + (step.after.size() == 1 ? " file" : " files") + ".\n";
    if (step.places.size() == 1) return titles + "\n\n" + what;
    return rules + ": rewrite what compiles only together\n\n" + titles + "\n\n" + what;
  }

  Problems commit(const Step& step, std::vector<std::string>& written) {
    const std::string base = llvm::StringRef(run_git(tree_.top, {"rev-parse", "HEAD"}).out).trim().str();
    Applied applied =
        apply(step.before, step.after, {.tree = tree_, .root = root_, .what = options_.line, .base = base});
    if (!applied.problems.empty()) return std::move(applied.problems);
    std::string names;
    for (const std::string& file : applied.written) names += real_path(file) + '\0';
    const GitRan ran = run_git(tree_.top,
                               {"commit", "--quiet", "--only", "--pathspec-from-file=-",
                                "--pathspec-file-nul", "-m", message_of(step)},
                               names);
    if (!ran.ok()) {
      Problems problems = withdraw(tree_);
      problems.insert(
          problems.begin(),
          {.file = tree_.top,
           .message = "git did not commit " + step.places.begin()->first + ", so it was taken back: " +
                      llvm::StringRef(ran.err.empty() ? ran.out : ran.err).trim().str()});
      return problems;
    }
    settle(tree_);
    commits_.push_back(llvm::StringRef(run_git(tree_.top, {"rev-parse", "HEAD"}).out).trim().str());
    std::ranges::move(applied.written, std::back_inserter(written));
    for (const auto& [rule, count] : step.places) missing_[rule] -= std::min(missing_[rule], count);
    return {};
  }

  Problems commit_all(std::vector<std::string>& written) {
    Problems problems;
    const std::string base = llvm::StringRef(run_git(tree_.top, {"rev-parse", "HEAD"}).out).trim().str();
    for (const Step& step : steps_) {
      problems = commit(step, written);
      if (!problems.empty()) break;
    }
    std::ranges::sort(written);
    written.erase(std::ranges::unique(written).begin(), written.end());
    if (!commits_.empty())
      (void)add_record(tree_, {.when = time_now(), .what = options_.line, .base = base, .commits = commits_});
    return problems;
  }

  // What is in no commit was not rewritten.
  void leave_the_rest(Plan& plan, Problems& problems) {
    if (problems.empty())
      for (const auto& [rule, count] : missing_)
        if (count != 0)
          problems.push_back(
              {.file = root_,
               .message = std::to_string(count) + " of the places of " + rule +
                          " compile in no order of commits; run ferry fix without --per-rule-commits "
                          "for them"});
    for (PlannedFinding& planned : plan.findings)
      if (is_applied(planned) && missing_[planned.finding.rule] != 0) {
        planned.decision = Decision::Withheld;
        planned.reason = "not committed, or not with all of its rule";
      }
  }

  Project& project_;
  const RunOptions& options_;
  const Tree& tree_;
  KnownFindings& known_;
  Scope scope_;  // with the lines of the texts after the steps so far
  std::string root_;
  Rules cards_ = rules_of(options_);
  std::vector<Step> steps_;
  Texts texts_;  // after the steps so far
  std::vector<std::string> commits_;
  std::map<std::string, std::set<std::string>> messages_;  // by rule
  std::map<std::string, std::size_t> missing_;             // by rule: the places that are in no commit yet
};

}  // namespace

Outcome rewrite_by_rule(Project& project, const RunOptions& options, const Tree& tree, KnownFindings& known) {
  return ByRule(project, options, tree, known).run();
}

}  // namespace ferry::rewriter
