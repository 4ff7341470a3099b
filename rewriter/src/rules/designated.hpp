// Designated: the declarations of a unit that a designation means.
#pragma once

#include <vector>

#include "packs/designation.hpp"

namespace clang {
class ASTContext;
class NamedDecl;
}  // namespace clang

namespace ferry::rewriter {

class Unit;

/// Whether `pattern`, as pattern_of gives it, is meant. Inline namespaces and unscoped enumerations around it
/// may be left out.
bool designates(const Designation& designation, const clang::NamedDecl& pattern);

/// The declarations that are meant, each as pattern_of gives it: by plain names only, no operators.
std::vector<const clang::NamedDecl*> designated(const Designation& designation,
                                                const clang::ASTContext& context);

/// The members that a class which is named there has from its bases, where it has none of its own of that
/// name: each as pattern_of gives it, no static ones.
std::vector<const clang::NamedDecl*> inherited(const Designation& designation, Unit& unit);

}  // namespace ferry::rewriter
