// A unified diff of what a run changes.
#pragma once

#include <llvm/Support/raw_ostream.h>

#include "model/texts.hpp"

namespace ferry::rewriter {

/// Prints the difference of each file of `after` from `before`, with paths relative to `root`, as `git apply`
/// and `patch -p1` read it; in colour where `out` has colours.
void print_diff(llvm::raw_ostream& out, const Texts& before, const Texts& after, const std::string& root);

}  // namespace ferry::rewriter
