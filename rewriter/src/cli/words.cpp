#include "cli/words.hpp"

#include <llvm/Support/raw_ostream.h>

namespace ferry::rewriter {

void print_usage_error(std::string_view message) { llvm::errs() << "ferry: error: " << message << '\n'; }

void print_error(const Problem& problem) { print_usage_error(describe(problem)); }

std::string describe(const Problem& problem) {
  if (problem.file.empty()) return problem.message;
  std::string place = problem.file;
  if (problem.line != 0) place += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
  return place + ": " + problem.message;
}

void print_note(std::string_view message) { llvm::errs() << "ferry: note: " << message << '\n'; }

}  // namespace ferry::rewriter
