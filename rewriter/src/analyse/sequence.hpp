// Sequence: which operands of an expression are evaluated mixed with one another.
#pragma once

#include <vector>

#include <clang/AST/Expr.h>

namespace ferry::rewriter {

class Unit;

/// Whether the operands of `parent` may be evaluated in any order, parts of one between parts of another:
/// those of a sum are, those of a shift are not, and a call's arguments are not since C++17.
bool mixes_operands(const Unit& unit, const clang::Expr& parent);

/// All that may be evaluated between parts of `expression`, in the full expression that it is a part of. A
/// call that is to be inlined counts as what its arguments become operands of.
std::vector<const clang::Expr*> mixed_with(Unit& unit, const clang::Expr& expression);

}  // namespace ferry::rewriter
