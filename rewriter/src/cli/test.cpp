#include <exception>

#include <llvm/Support/raw_ostream.h>

#include "cli/commands.hpp"
#include "cli/examples.hpp"
#include "cli/print.hpp"
#include "cli/words.hpp"
#include "packs/load.hpp"
#include "report/diff.hpp"

namespace ferry::rewriter {
namespace {

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void print(llvm::raw_ostream& out, const FailedExample& failed) {
  out << failed.place << ": " << failed.rule << ": " << failed.message << '\n';
  if (failed.expected != failed.got) {
    out << "What it should be, and what it is:\n";
    const std::string name = "/" + failed.rule + ".cpp";
    print_diff(out, {{name, failed.expected}}, {{name, failed.got}}, "/");
  }
  for (const std::string& finding : failed.findings) out << "  " << finding << '\n';
  out << '\n';
}

void print(llvm::raw_ostream& out, const std::string& name, const TestedPack& tested) {
  for (const FailedExample& failed : tested.failed) print(out, failed);
  for (const std::string& spelling : tested.skipped)
    out << name << ": not tried as `" << spelling << "`, whose prelude does not compile here.\n";
  for (const std::string& rule : tested.untested) out << name << ": " << rule << " has no example.\n";
  out << name << ": " << counted(tested.rules, "rule") << ", " << counted(tested.examples, "example") << ": ";
  if (tested.failed.empty())
    out << "all as they should be.\n";
  else
    out << tested.failed.size() << " not as " << (tested.failed.size() == 1 ? "it" : "they")
        << " should be.\n";
}

}  // namespace

ExitStatus run_test(const RunOptions& options) {
  set_color(llvm::outs(), options.color, llvm::outs().has_colors());
  bool is_right = true;
  for (const Pack& pack : options.packs->packs) {
    if (pack.cards.empty() || pack.name == "ferry") continue;
    const Packs alone{.packs = {pack}, .annotated = options.packs->annotated};
    try {
      const TestedPack tested = test_examples(pack, alone, options);
      print(llvm::outs(), pack.name, tested);
      is_right = is_right && tested.failed.empty();
    } catch (const std::exception& error) {
      print_usage_error(error.what());
      return ExitStatus::Failed;
    }
  }
  return is_right ? ExitStatus::Done : ExitStatus::FindingsRemain;
}

}  // namespace ferry::rewriter
