#include "analyse/bodies.hpp"

#include <algorithm>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/Stmt.h>

namespace ferry::rewriter {
namespace {

bool is_for_the_compiler(const clang::Stmt& statement) {
  if (llvm::isa<clang::NullStmt>(statement)) return true;
  if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(&statement))
    return std::ranges::all_of(declaration->decls(), [](const clang::Decl* each) {
      return llvm::isa<clang::StaticAssertDecl>(each);
    });
  const auto* cast = llvm::dyn_cast<clang::ExplicitCastExpr>(&statement);
  return cast && cast->getType()->isVoidType() &&
         llvm::isa<clang::DeclRefExpr>(cast->getSubExpr()->IgnoreParenImpCasts());
}

}  // namespace

std::string why_no_expression(const clang::FunctionDecl& function) {
  const auto* body = llvm::dyn_cast_if_present<clang::CompoundStmt>(function.getBody());
  if (!body) return "its body is no plain block";
  const auto count =
      std::ranges::count_if(body->body(), [](const auto* each) { return !is_for_the_compiler(*each); });
  if (count == 0) return "its body is empty";
  return count > 1 ? "its body has more than one statement" : "its body is a statement, and no expression";
}

const clang::Expr* only_expression(const clang::FunctionDecl& function) {
  const auto* body = llvm::dyn_cast_if_present<clang::CompoundStmt>(function.getBody());
  if (!body) return nullptr;
  const clang::Expr* found = nullptr;
  for (const clang::Stmt* statement : body->body()) {
    if (is_for_the_compiler(*statement)) continue;
    if (found) return nullptr;
    const auto* result = llvm::dyn_cast<clang::ReturnStmt>(statement);
    found = result ? result->getRetValue() : llvm::dyn_cast<clang::Expr>(statement);
    if (!found) return nullptr;
  }
  return found;
}

}  // namespace ferry::rewriter
