#include <map>

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/raw_ostream.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/words.hpp"

namespace ferry::rewriter {
namespace {

constexpr llvm::StringLiteral kIndexHead =
    R"(# Rules

`ferry explain RULE` prints what a page says: `ferry rules --write-pages` has written them. Edits of *safe* rules keep
what the program does, those of *unsafe* ones may change it and are made with `--unsafe`, and what is *manual* is shown
to a person.
)";

void print_list(const Rules& rules) {
  for (const Rule& rule : rules)
    llvm::outs() << llvm::formatv("{0,-12} {1,-7} {2}\n", rule.id, to_string(rule.applicability).data(),
                                  rule.title);
}

// `|` would end a cell.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != text.npos; at += 2) text.insert(at, "\\");
  return text;
}

void print_index(llvm::raw_ostream& out, const std::map<std::string, Rules>& rules) {
  out << kIndexHead;
  for (const auto& [pack, of_pack] : rules) {
    out << "\n## " << pack << "\n\n| rule | | |\n| --- | --- | --- |\n";
    for (const Rule& rule : of_pack)
      out << llvm::formatv("| [{0}]({1}/{0}.md) | {2} | {3} |\n", rule.id, pack,
                           to_string(rule.applicability).data(), cell(rule.title));
  }
}

bool write_pages(const Rules& rules, const std::string& directory) {
  std::map<std::string, Rules> by_pack;
  for (const Rule& rule : rules) by_pack[rule.pack].push_back(rule);
  for (const auto& [pack, of_pack] : by_pack) {
    const std::string below = directory + "/" + pack;
    if (const auto error = llvm::sys::fs::create_directories(below)) {
      print_error({.file = below, .message = "this directory cannot be made: " + error.message()});
      return false;
    }
    for (const Rule& rule : of_pack)
      if (!write_file(below + "/" + rule.id + ".md", [&](llvm::raw_ostream& out) { out << rule.card; }))
        return false;
  }
  return write_file(directory + "/README.md", [&](llvm::raw_ostream& out) { print_index(out, by_pack); });
}

}  // namespace

ExitStatus run_rules(const RunOptions& options, const std::string& pages) {
  const Rules rules = rules_of(options);
  if (pages.empty()) print_list(rules);
  return pages.empty() || write_pages(rules, pages) ? ExitStatus::Done : ExitStatus::Failed;
}

}  // namespace ferry::rewriter
