// Effects: whether it matters when an expression is evaluated.
#pragma once

#include <clang/AST/Expr.h>

namespace ferry::rewriter {

class Unit;

/// Whether this is `move`, `forward` or `as_const` of the standard library: a cast, by whatever name.
bool is_std_cast(const clang::NamedDecl* function);

/// Whether `expression` has effects. `std::move(x)` has none by itself, nor has looking through a pointer of
/// the standard library.
bool has_effects(const clang::Expr& expression, const clang::ASTContext& context);

/// Whether evaluating `expression` only reads: it changes nothing that anybody could see, and makes new
/// objects at most. Calls count by what they do: getters whose body is there, smart pointers' accessors, and
/// the functions of the standard library and Boost that only make a value out of their arguments.
bool only_reads(const Unit& unit, const clang::Expr& expression);

/// Whether `object`, a call's object, may as well be evaluated at any time while `argument` is, without any
/// other outcome: what it denotes is fixed, or the argument changes nothing that it reads.
bool may_be_unsequenced(const Unit& unit, const clang::Expr& object, const clang::Expr& argument);

}  // namespace ferry::rewriter
