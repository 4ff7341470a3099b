// Shapes: what is done with a value, in code as it is written, in templates as well.
#pragma once

#include <optional>
#include <string>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// A member access, known or dependent.
struct Access {
  const clang::Expr* expression = nullptr;
  bool is_arrow = false;
  std::string name;
  clang::SourceLocation name_at;
  clang::SourceLocation operator_at;
  explicit operator bool() const { return expression != nullptr; }
};

Access access_of(const Node& node);

/// `x->m`: the access behind the overloaded operator.
Access arrow_access(const Unit& unit, const Node& node);

/// Whether `node` is a call of this operator; that of `*x`, not of `x * y`.
bool is_operator_call(const Node& node, clang::OverloadedOperatorKind kind);

/// `*x`, of a type known or not; nullptr for anything else.
const clang::Expr* dereference(const Node& node);

/// What a dereference() is of: `x` of `*x`.
const clang::Expr& dereferenced(const clang::Expr& star);

/// `expression` without the copy or conversion that takes it.
const clang::Expr& without_conversion(const clang::Expr& expression);

/// The call of the member; nullptr when it is not called there.
const clang::CallExpr* call_of(const Unit& unit, const Access& access);

/// `std::move(x)`, which is x itself for many purposes.
const clang::CallExpr* move_of(const Node& node);

/// A value asked whether it is one.
struct Test {
  const clang::Expr* whole = nullptr;  ///< `x` or `!x`
  bool is_negated = false;
};

/// How `value` is tested, if that is what is done with it.
std::optional<Test> test_of(const Unit& unit, const clang::Expr& value);

/// The reference variable that `value` initialises without a type of its own: `auto& x = value;`.
const clang::VarDecl* reference_to(const Unit& unit, const clang::Expr& value);

/// Whether a value whose parent this is is not looked at: a statement by itself, or cast to void.
bool is_dropped(const Node& parent);

/// The unqualified name of what a call calls, known or dependent; empty when it has none.
llvm::StringRef callee_name(const clang::CallExpr& call);

}  // namespace ferry::rewriter
