// Called: a use that is called, in whatever way, taken apart.
#pragma once

#include <optional>
#include <vector>

#include <clang/AST/ExprCXX.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// A call, an operator between its arguments, a conversion, or an object made by a constructor's arguments.
struct Called {
  const clang::Expr* whole = nullptr;
  clang::SourceRange range;                   ///< what is written of it, tokens
  const clang::Expr* object = nullptr;        ///< of a member, where it is written
  bool is_arrow = false;                      ///< `object` is a pointer
  std::vector<const clang::Expr*> arguments;  ///< as written: without those that default
};

std::optional<Called> called(const Unit& unit, const Use& use);

/// A constructor's arguments alone, with the parentheses or braces around them as the range.
std::optional<Called> constructed(const Unit& unit, const Use& use);

/// The call whose callee is `expression`, or nullptr.
const clang::CallExpr* call_of(const Unit& unit, const clang::Expr* expression);

/// What a call calls. Where a template leaves open which of several overloads that is, the first of them, if
/// all are of one class or namespace and argument types cannot find more; nullptr for what is not known.
const clang::FunctionDecl* callee_of(const clang::CallExpr& call);

/// The operator's function that the compiler calls for another operator: `==` for `!=`; nullptr for a
/// built-in one.
const clang::FunctionDecl* called_by(const clang::CXXRewrittenBinaryOperator& operation);

/// Whether that is all but a negation: what gives the value of `x != y` is `!(x == y)`.
bool is_negated(const clang::CXXRewrittenBinaryOperator& operation);

/// The arguments as written: without those that default.
std::vector<const clang::Expr*> written_arguments(const clang::CallExpr& call);

/// What is written before the `->` of a member access: `p` of `p->f()`, where an overloaded operator makes a
/// pointer of it.
const clang::Expr& before_arrow(const clang::Expr& object);

/// The declaration of the function that carries its annotation: its parameters have the names that a template
/// goes by.
const clang::FunctionDecl& annotated(const clang::FunctionDecl& function);

}  // namespace ferry::rewriter
