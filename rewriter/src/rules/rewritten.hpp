// Rewritten: a call written anew, as a template with placeholders says.
#pragma once

#include <string>

#include <llvm/ADT/StringRef.h>

#include "analyse/unit.hpp"
#include "rules/called.hpp"

namespace ferry::rewriter {

struct Rewritten {
  Change change;
  bool needs_move = false;
  std::string trouble;  ///< why it cannot be made; empty when it can
};

/// Writes `call`, a use of `function`, as `code` says; without a function, the annotation names its
/// arguments. Where the arguments keep their order they stay where they are, so that what is nested in them
/// can be rewritten as well.
Rewritten rewrite_call(Unit& unit, const Use& use, const Called& call, const clang::FunctionDecl* function,
                       llvm::StringRef code);

/// The code of a parameter's default, where that means the same anywhere; empty for any other.
std::string default_of(const Unit& unit, const clang::ParmVarDecl& parameter);

}  // namespace ferry::rewriter
