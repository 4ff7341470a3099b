// Forwarded: the annotated constructor that make_unique, emplace and the like call with what they are handed.
#pragma once

#include <string>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace ferry::rewriter {

class Unit;

struct Forwarded {
  const clang::CXXConstructorDecl* constructor = nullptr;  ///< nullptr where none is called that is annotated
  clang::SourceLocation name;                              ///< of the function that is called
  std::string by;                                          ///< that name, or the class's
};

/// Which annotated constructor `call` calls out of sight, with arguments that it only hands on. What nobody
/// can see is told by their types: in a function that is not the standard library's, they are exactly those
/// of the constructor's parameters.
Forwarded forwarded(Unit& unit, const clang::CallExpr& call);

/// The same for a class whose constructor hands its arguments on, such as `std::optional`.
Forwarded forwarded(Unit& unit, const clang::CXXConstructExpr& made);

}  // namespace ferry::rewriter
