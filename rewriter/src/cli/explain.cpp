#include <algorithm>

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/raw_ostream.h>

#include "cli/commands.hpp"
#include "cli/words.hpp"
#include "packs/load.hpp"

namespace ferry::rewriter {

ExitStatus run_explain(const RunOptions& options, const std::string& name) {
  Rules rules = rules_of(options);
  if (options.pack_names.empty()) rules = load_built_in_packs().rules();  // of whichever pack it is
  const auto rule = std::ranges::find_if(
      rules, [&](const Rule& candidate) { return llvm::StringRef(candidate.id).equals_insensitive(name); });
  if (rule == rules.end()) {
    std::vector<std::string> names;
    for (const Rule& candidate : rules) names.push_back(candidate.id);
    print_usage_error("unknown rule '" + name + "'" + hint(name, names) + "; `ferry rules` lists them");
    return ExitStatus::BadUsage;
  }
  llvm::outs() << rule->card;
  return ExitStatus::Done;
}

}  // namespace ferry::rewriter
