#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/raw_ostream.h>

#include "cli/commands.hpp"

namespace ferry::rewriter {

ExitStatus run_rules(const RunOptions& options) {
  for (const Rule& rule : rules_of(options))
    llvm::outs() << llvm::formatv("{0,-12} {1,-7} {2}\n", rule.id, to_string(rule.applicability).data(),
                                  rule.title);
  return ExitStatus::Done;
}

}  // namespace ferry::rewriter
