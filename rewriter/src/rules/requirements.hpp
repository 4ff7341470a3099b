// Requirements: which of an annotation's alternatives holds at a use.
#pragma once

#include <string>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

struct Alternative {
  const Annotation* annotation = nullptr;  ///< nullptr: none holds, so the use is none of the rule's
  std::string trouble;                     ///< why it is not known which one holds; empty when it is
};

/// The first alternative of the use's annotation whose requirements are met.
Alternative alternative_for(Unit& unit, const Use& use);

/// The index of the parameter that `$name` or `$number` stands for; -1 for none.
int parameter_index(const Annotation& annotation, const clang::FunctionDecl* function, llvm::StringRef name);

}  // namespace ferry::rewriter
