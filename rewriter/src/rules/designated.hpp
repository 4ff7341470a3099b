// Designated: the declarations of a unit that a designation means.
#pragma once

#include <vector>

#include "packs/designation.hpp"

namespace clang {
class ASTContext;
class NamedDecl;
}  // namespace clang

namespace ferry::rewriter {

/// Whether `pattern`, as pattern_of gives it, is meant. Inline namespaces and unscoped enumerations around it
/// may be left out.
bool designates(const Designation& designation, const clang::NamedDecl& pattern);

/// The declarations that are meant, each as pattern_of gives it: by plain names only, no operators.
std::vector<const clang::NamedDecl*> designated(const Designation& designation,
                                                const clang::ASTContext& context);

}  // namespace ferry::rewriter
