#include "cli/known.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>

#include "cli/print.hpp"
#include "cli/words.hpp"

namespace ferry::rewriter {
namespace {

std::optional<Baseline> read_file(const std::string& path) {
  const auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) {
    print_usage_error(path + ": the baseline cannot be read: " + buffer.getError().message() +
                      "; `ferry check --write-baseline " + path + "` writes one");
    return std::nullopt;
  }
  Problem error;
  auto baseline = read_baseline(path, (*buffer)->getBuffer(), error);
  if (!baseline)
    print_usage_error(error.file + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) +
                      ": " + error.message);
  return baseline;
}

using Site = std::tuple<std::string_view, std::size_t, std::string_view>;

Site site_of(const PlannedFinding& planned) {
  return {planned.finding.file, planned.finding.offset, planned.finding.rule};
}

// Marks a plan as what it is a part of is marked. Of copies of a line, those outside the part are the older
// ones.
BaselineMatch match_part(Plan& part, Plan whole, const Baseline& baseline, const BaselineScope& scope) {
  std::set<Site> sites;
  for (const PlannedFinding& planned : part.findings) sites.insert(site_of(planned));
  std::ranges::partition(whole.findings,
                         [&](const auto& planned) { return !sites.contains(site_of(planned)); });
  BaselineMatch match = match_baseline(whole, baseline, scope);
  sites.clear();
  for (const PlannedFinding& planned : whole.findings)
    if (planned.is_known) sites.insert(site_of(planned));
  for (PlannedFinding& planned : part.findings) planned.is_known = sites.contains(site_of(planned));
  return match;
}

}  // namespace

std::optional<KnownFindings> KnownFindings::open(const RunOptions& options) {
  KnownFindings known;
  known.is_written_ = !options.write_baseline.empty();
  // One that the project's settings name keeps nobody from accepting more.
  known.is_read_ = !options.baseline.empty() && !(known.is_written_ && options.origins.contains("baseline"));
  if (known.is_read_) {
    auto baseline = read_file(options.baseline);
    if (!baseline) return std::nullopt;
    known.read_ = std::move(*baseline);
  } else if (known.is_written_ && llvm::sys::fs::exists(options.write_baseline)) {
    auto baseline = read_file(options.write_baseline);
    if (!baseline) return std::nullopt;
    known.earlier_ = std::move(*baseline);
  }
  return known;
}

void KnownFindings::mark(Outcome& outcome, const BaselineScope& scope, const Plan* whole) {
  if (!is_read_ && !is_written_) return;
  outcome.has_baseline = true;
  const Baseline& baseline = is_read_ ? read_ : earlier_;
  BaselineMatch match = whole == nullptr ? match_baseline(outcome.plan, baseline, scope)
                                         : match_part(outcome.plan, *whole, baseline, scope);
  next_ = std::move(match.left);
  if (is_read_) {
    outcome.gone = std::move(match.gone);
    return;
  }
  // Everything else is accepted from now on; what this run could not see stays accepted.
  std::ranges::move(baseline_of(outcome.plan, scope.root), std::back_inserter(next_));
  for (PlannedFinding& planned : outcome.plan.findings) planned.is_known = true;
}

bool KnownFindings::write(const RunOptions& options) const {
  if (!is_written_) return true;
  const std::string text = write_baseline(next_);
  if (!write_file(options.write_baseline, [&](llvm::raw_ostream& out) { out << text; })) return false;
  llvm::errs() << "ferry: " << options.write_baseline << ": "
               << (next_.size() == 1 ? "1 finding is" : std::to_string(next_.size()) + " findings are")
               << " accepted\n";
  return true;
}

}  // namespace ferry::rewriter
