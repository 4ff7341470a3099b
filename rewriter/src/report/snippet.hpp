// snippet: the source line of a finding, and what its fix would make of it.
#pragma once

#include <string>

#include <llvm/Support/raw_ostream.h>

#include "model/finding.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

/// Prints the line that the finding begins on, underlined, then the lines that its edits change, if
/// `with_fix`:
///
///      7 |   old_call(1);
///        |   ^~~~~~~~
///      7 +   new_call(1);
///
/// Changed lines that are not the finding's own are shown before and after; those of other files follow their
/// name, as seen from `directory`. Long lines and long fixes are cut. Prints nothing of a file that is not in
/// `texts`.
void print_snippet(llvm::raw_ostream& out, const Finding& finding, const Texts& texts, bool with_fix,
                   const std::string& directory);

}  // namespace ferry::rewriter
