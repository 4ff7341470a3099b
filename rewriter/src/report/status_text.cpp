#include <algorithm>
#include <string>

#include <llvm/Support/FormatVariadic.h>

#include "report/burn_down.hpp"
#include "report/status.hpp"

namespace ferry::rewriter {
namespace {

using Table = std::map<std::string, Tally>;

void print_row(llvm::raw_ostream& out, const std::string& name, std::size_t width, const Tally& tally) {
  out << name << std::string(width - name.size(), ' ')
      << llvm::formatv("{0,8}{1,8}{2,8}{3,8}\n", tally.safe, tally.unsafe, tally.manual, tally.total());
}

void print_table(llvm::raw_ostream& out, const std::string& heading, const Table& table) {
  std::size_t width = heading.size();
  for (const auto& [name, tally] : table) width = std::max(width, name.size());
  out << heading << std::string(width - heading.size(), ' ')
      << llvm::formatv("{0,8}{1,8}{2,8}{3,8}\n", "safe", "unsafe", "manual", "total");
  Tally all;
  for (const auto& [name, tally] : table) {
    print_row(out, name, width, tally);
    all += tally;
  }
  if (table.size() > 1) print_row(out, "", width, all);
  out << '\n';
}

}  // namespace

void print_status_text(llvm::raw_ostream& out, const MigrationStatus& status) {
  const std::size_t left = total(status).total();
  if (left != 0) {
    print_table(out, "rule", status.rules);
    print_table(out, "directory", by_directory(status));
  }
  out << (left == 0   ? "No old call sites are left"
          : left == 1 ? "1 old call site is left"
                      : std::to_string(left) + " old call sites are left");
  if (status.errors != 0) out << ", as far as is known: not everything could be analysed";
  out << ".\n";
  if (const auto gone = progress(status))
    out << "Old names were mentioned " << gone->most << (gone->most == 1 ? " time" : " times") << " on "
        << date_of(gone->when) << "; " << gone->now << " on " << date_of(gone->since) << ".\n";
}

}  // namespace ferry::rewriter
