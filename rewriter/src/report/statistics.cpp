#include <algorithm>
#include <array>
#include <map>
#include <string>

#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/Path.h>

#include "model/scope.hpp"
#include "report/printable.hpp"
#include "report/report.hpp"
#include "report/summary.hpp"

namespace ferry::rewriter {
namespace {

// By applicability.
using Counts = std::array<std::size_t, 3>;
using Table = std::map<std::string, Counts>;

void print_row(llvm::raw_ostream& out, std::size_t width, const std::string& name, const Counts& counts) {
  out << name << std::string(width - name.size(), ' ');
  std::size_t total = 0;
  for (const std::size_t count : counts) {
    out << llvm::formatv("{0,8}", count);
    total += count;
  }
  out << llvm::formatv("{0,8}\n", total);
}

void print_table(llvm::raw_ostream& out, const std::string& heading, const Table& table) {
  std::size_t width = heading.size();
  for (const auto& [name, counts] : table) width = std::max(width, name.size());
  out << heading << std::string(width - heading.size(), ' ')
      << llvm::formatv("{0,8}{1,8}{2,8}{3,8}\n", "safe", "unsafe", "manual", "total");
  Counts all{};
  for (const auto& [name, counts] : table) {
    print_row(out, width, name, counts);
    for (std::size_t i = 0; i < counts.size(); ++i) all[i] += counts[i];
  }
  if (table.size() > 1) print_row(out, width, "", all);
  out << '\n';
}

}  // namespace

void print_statistics(llvm::raw_ostream& out, const Outcome& outcome, const ReportOptions& options) {
  Table by_rule;
  Table by_directory;
  for (const PlannedFinding& planned : outcome.plan.findings) {
    if (!is_open(planned)) continue;
    const Finding& finding = planned.finding;
    const auto column = static_cast<std::size_t>(finding.applicability);
    ++by_rule[printable(finding.rule)][column];
    const llvm::StringRef directory = llvm::sys::path::parent_path(finding.file);
    ++by_directory[printable(relative_to(directory, options.working_directory))][column];
  }
  if (!by_rule.empty()) {
    print_table(out, "rule", by_rule);
    print_table(out, "directory", by_directory);
  }
  print_summary(out, outcome, options);
}

}  // namespace ferry::rewriter
