// Stable: expressions that give the same whenever they are evaluated, whatever runs in between.
#pragma once

#include <clang/AST/Expr.h>

namespace ferry::rewriter {

class Unit;

/// Whether the value of `expression` is the same at any time, and nobody sees that it is evaluated: it is
/// made of constants, and of local variables that nobody else can get at.
bool has_stable_value(const Unit& unit, const clang::Expr& expression);

/// Whether `expression`, an lvalue, names the same object at any time: a variable, a member of what is
/// stable.
bool names_stable_object(const Unit& unit, const clang::Expr& expression);

}  // namespace ferry::rewriter
