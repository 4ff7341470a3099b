// Bodies: functions that evaluate one expression.
#pragma once

#include <string>

#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>

namespace ferry::rewriter {

/// The one expression that the body of `function`, a definition, evaluates; nullptr where there is more, or
/// less. What is there for the compiler alone does not count: `(void)p;`, static_assert.
const clang::Expr* only_expression(const clang::FunctionDecl& function);

/// Why there is none, for a person.
std::string why_no_expression(const clang::FunctionDecl& function);

}  // namespace ferry::rewriter
