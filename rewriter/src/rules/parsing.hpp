// Parsing: where code that begins like a type is taken for a declaration, or for a type.
#pragma once

#include <vector>

#include <clang/AST/Expr.h>

namespace ferry::rewriter {

class Unit;

/// What `expression` begins with, where that is a type's name with parentheses behind it and nothing that
/// only an expression could have, as a member access; nullptr where it is not.
const clang::Expr* begins_with_cast(const clang::Expr& expression);

/// What is written between the parentheses of such a cast.
std::vector<const clang::Expr*> arguments_of_cast(const clang::Expr& cast);

/// Whether `expression` could not be a parameter, or what is declared, whatever stands before it.
bool is_clearly_expression(const clang::Expr& expression);

/// Whether the statement around `expression` begins with it: `Type(x);` declares an x there.
bool begins_statement(const Unit& unit, const clang::Expr& expression);

/// Whether `expression` begins one of the arguments in `Type name(...);`, which might as well be parameters.
bool begins_parameters(const Unit& unit, const clang::Expr& expression);

/// Whether a type could stand in the place of `expression`: in parentheses, as an argument of a template.
bool could_be_type(const Unit& unit, const clang::Expr& expression);

}  // namespace ferry::rewriter
