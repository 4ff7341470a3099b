#include "analyse/parents.hpp"

#include <clang/AST/ExprCXX.h>

namespace ferry::rewriter {
namespace {

bool is_only_a_wrapper(const clang::Stmt* node) {
  if (llvm::isa<clang::ImplicitCastExpr, clang::ParenExpr, clang::FullExpr, clang::MaterializeTemporaryExpr,
                clang::CXXBindTemporaryExpr>(node))
    return true;
  const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(node);
  return construction && !llvm::isa<clang::CXXTemporaryObjectExpr>(construction) &&
         construction->isElidable();
}

}  // namespace

Node Parents::meaning(const clang::Stmt* child) const {
  Node parent = of(child);
  while (parent.stmt && is_only_a_wrapper(parent.stmt)) parent = of(parent.stmt);
  return parent;
}

const clang::Expr* Parents::whole(const clang::Expr* expression) const {
  for (Node parent = of(expression); parent.stmt && is_only_a_wrapper(parent.stmt); parent = of(parent.stmt))
    expression = llvm::cast<clang::Expr>(parent.stmt);
  return expression;
}

const clang::FunctionDecl* Parents::function(Node child) const {
  for (; child; child = of(child)) {
    if (const auto* lambda = child.as<clang::LambdaExpr>()) return lambda->getCallOperator();
    if (const auto* function = child.as<clang::FunctionDecl>()) return function;
  }
  return nullptr;
}

}  // namespace ferry::rewriter
