#include "report/summary.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <llvm/ADT/StringExtras.h>

#include "model/scope.hpp"
#include "report/printable.hpp"

namespace ferry::rewriter {
namespace {

using llvm::raw_ostream;

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string places(std::size_t count) { return counted(count, "place", "places"); }

std::size_t count_if(const Plan& plan, auto predicate) {
  return static_cast<std::size_t>(std::ranges::count_if(plan.findings, predicate));
}

// "TIME-01 3, SYNC-02 1"
std::string by_rule(const Plan& plan, auto is_counted) {
  std::map<std::string_view, std::size_t> counts;
  for (const PlannedFinding& planned : plan.findings)
    if (is_counted(planned)) ++counts[planned.finding.rule];
  std::string text;
  for (const auto& [rule, count] : counts)
    text += (text.empty() ? "" : ", ") + printable(rule) + " " + std::to_string(count);
  return text;
}

void summarise_check(raw_ostream& out, const Outcome& outcome) {
  const Plan& plan = outcome.plan;
  std::set<std::string_view> files;
  for (const PlannedFinding& planned : plan.findings)
    if (is_open(planned)) files.insert(planned.finding.file);
  const std::size_t all = count_if(plan, is_open);
  const std::size_t most = rewritable(plan);
  // What is wrong with a suppression is no old call.
  const bool is_all_old = std::ranges::none_of(plan.findings, [](const PlannedFinding& planned) {
    return is_open(planned) && planned.finding.rule.starts_with("NOLINT-");
  });
  out << (is_all_old ? counted(all, "old call site in ", "old call sites in ")
                     : counted(all, "finding in ", "findings in "))
      << counted(files.size(), "file", "files") << " (" << by_rule(plan, is_open)
      << "): `ferry fix` rewrites " << outcome.safe;
  if (most != outcome.safe) out << ", with --unsafe " << most;
  if (const std::size_t left = all - most; left != 0) out << "; " << left << " left to a person";
  out << ".\n";
}

void summarise_fix(raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  const auto is_applied = [](const PlannedFinding& planned) { return planned.decision == Decision::Apply; };
  const auto is_left = [&](const PlannedFinding& planned) { return is_listed(planned, options); };
  const Plan& plan = outcome.plan;
  const bool is_diff = options.command == Command::Diff;
  const std::size_t files = is_diff ? outcome.after.size() : outcome.written.size();
  if (const std::size_t made = count_if(plan, is_applied); made != 0)
    out << (options.is_accepting ? is_diff ? "Would suppress " : "Suppressed "
            : is_diff            ? "Would rewrite "
                                 : "Rewrote ")
        << places(made) << " in " << counted(files, "file", "files") << " (" << by_rule(plan, is_applied)
        << ").\n";
  const std::size_t left = count_if(plan, is_left);
  if (left == 0) return;
  out << "Left " << places(left) << (left == 1 ? " as it was:\n" : " as they were:\n");
  std::map<std::string_view, std::size_t> reasons;
  for (const PlannedFinding& planned : plan.findings)
    if (is_left(planned)) ++reasons[planned.reason];
  for (const auto& [reason, count] : reasons) out << "  " << count << ": " << printable(reason) << '\n';
}

// What is not listed because something accepts it, and what the baseline may forget.
void summarise_accepted(raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  const std::size_t known = count_if(outcome.plan, [&](const PlannedFinding& planned) {
    return planned.is_known && planned.decision != Decision::Suppressed && !is_made(planned, options);
  });
  if (known != 0) out << "The baseline accepts " << known << " more.\n";
  const std::size_t suppressed =
      count_if(outcome.plan, [](const auto& planned) { return planned.decision == Decision::Suppressed; });
  if (suppressed != 0) out << "Comments suppress " << suppressed << " more.\n";
  if (outcome.gone.empty()) return;
  out << counted(outcome.gone.size(), "entry", "entries") << " of the baseline "
      << (outcome.gone.size() == 1 ? "is" : "are") << " out of date; with --write-baseline the file forgets "
      << (outcome.gone.size() == 1 ? "it:\n" : "them:\n");
  for (const GoneEntry& gone : outcome.gone)
    out << "  " << printable(gone.entry.file) << ": " << printable(gone.entry.rule) << " "
        << (gone.is_stale ? "(no such file any more)" : "(fixed)") << ": " << printable(gone.entry.line)
        << '\n';
}

// Nobody has judged these: a person may want to know.
void summarise_unjudged(raw_ostream& out, const std::vector<Unjudged>& names, const ReportOptions& options) {
  constexpr std::size_t kMostListed = 20;
  if (names.empty()) return;
  out << counted(names.size(), "old name stands", "old names stand")
      << " in code that no command compiles, so nobody has judged "
      << (names.size() == 1 ? "it:\n" : "them:\n");
  for (std::size_t i = 0; i < names.size() && i < kMostListed; ++i)
    out << "  " << printable(relative_to(names[i].file, options.working_directory)) << ':' << names[i].line
        << ':' << names[i].column << ": `" << printable(names[i].name) << "` ("
        << printable(llvm::join(names[i].rules, ", ")) << ") " << names[i].reason << '\n';
  if (names.size() > kMostListed)
    out << "  and " << names.size() - kMostListed << " more; --format json lists all\n";
}

}  // namespace

bool is_made(const PlannedFinding& planned, const ReportOptions& options) {
  return options.command != Command::Check && planned.decision == Decision::Apply;
}

bool is_listed(const PlannedFinding& planned, const ReportOptions& options) {
  return is_open(planned) && !is_made(planned, options);
}

void print_summary(raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  const Plan& plan = outcome.plan;
  const bool is_any_open = std::ranges::any_of(plan.findings, is_open);
  const bool is_any_made =
      std::ranges::any_of(plan.findings, [&](const auto& planned) { return is_made(planned, options); });
  if (options.command != Command::Check && (is_any_open || is_any_made))
    summarise_fix(out, outcome, options);
  else if (is_any_open)
    summarise_check(out, outcome);
  else if (plan.problems.empty())
    out << (outcome.has_baseline && std::ranges::any_of(plan.findings, &PlannedFinding::is_known)
                ? "No new findings.\n"
                : "No old call sites.\n");
  summarise_accepted(out, outcome, options);
  summarise_unjudged(out, plan.unjudged, options);
}

}  // namespace ferry::rewriter
