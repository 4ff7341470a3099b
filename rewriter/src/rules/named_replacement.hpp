// The replacement that Clang's `deprecated` attribute names: `__attribute__((deprecated("message",
// "fresh")))`.
#pragma once

#include <llvm/ADT/StringRef.h>

#include "packs/annotation.hpp"

namespace clang {
class NamedDecl;
}  // namespace clang

namespace ferry::rewriter {

/// What `replacement`, named by `declaration`, says: a name in the place of its own, where it is that of the
/// same sort of declaration beside it; a task for a person where it is anything else. Safe where both mean
/// the same type or value, unsafe where only the header says that one does for the other.
Annotation named_replacement(const clang::NamedDecl& declaration, llvm::StringRef replacement);

}  // namespace ferry::rewriter
