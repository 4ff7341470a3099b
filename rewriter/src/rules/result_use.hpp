// What becomes of the result of an expression.
#pragma once

#include <clang/AST/Expr.h>

namespace ferry::rewriter {

class Unit;

/// Whether what `expression` gives is thrown away.
bool is_unused(const Unit& unit, const clang::Expr& expression);

/// Whether only the value of `expression` is taken, at once: that of a name would do as well as that of a
/// temporary.
bool is_taken_by_value(const Unit& unit, const clang::Expr& expression);

/// Whether `expression` gives a temporary that a reference keeps alive.
bool is_kept_by_reference(const Unit& unit, const clang::Expr& expression);

/// Whether `expression`, an lvalue, is read and nothing else.
bool is_read(const Unit& unit, const clang::Expr& expression);

/// Whether it is asked whether `expression` throws, or whether it can be written.
bool is_asked_about(const Unit& unit, const clang::Expr& expression);

/// Whether the place asks for the type of `expression` as decltype does, which tells names from what else
/// refers to something.
bool is_asked_for_type(const Unit& unit, const clang::Expr& expression);

/// Whether `expression` stands in a statement or in an initializer, and not in a declaration's types or
/// conditions.
bool is_evaluated(const Unit& unit, const clang::Expr& expression);

}  // namespace ferry::rewriter
