// Forwarded: the annotated constructor that make_unique and the like call with what they are handed.
#pragma once

#include <string>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/Expr.h>

namespace ferry::rewriter {

class Unit;

struct Forwarded {
  const clang::CXXConstructorDecl* constructor = nullptr;  ///< nullptr where none is called that is annotated
  clang::SourceLocation name;                              ///< of the function that is called
  std::string by;                                          ///< that name
};

/// Which annotated constructor `call` calls out of sight, as far as the types of its arguments are exactly
/// those of the constructor's parameters.
Forwarded forwarded(Unit& unit, const clang::CallExpr& call);

}  // namespace ferry::rewriter
