// Parents: what encloses an expression or a declaration, in code as it is written.
#pragma once

#include <vector>

#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>
#include <clang/AST/Stmt.h>
#include <llvm/ADT/DenseMap.h>

namespace ferry::rewriter {

/// A node: a statement (or expression), or a declaration, or nothing.
struct Node {
  const clang::Stmt* stmt = nullptr;
  const clang::Decl* decl = nullptr;

  explicit operator bool() const { return stmt || decl; }
  template <class T>
  const T* as() const {
    if constexpr (std::is_base_of_v<clang::Stmt, T>)
      return llvm::dyn_cast_if_present<T>(stmt);
    else
      return llvm::dyn_cast_if_present<T>(decl);
  }
};

/// Filled by the walk over the project's declarations; knows nothing of instantiations and of other code.
class Parents {
 public:
  void set(const clang::Stmt* child, Node parent) {
    if (of_stmts_.try_emplace(child, parent).second) in_order_.push_back(child);
  }
  void set(const clang::Decl* child, Node parent) { of_decls_.try_emplace(child, parent); }

  Node of(const clang::Stmt* child) const { return of_stmts_.lookup(child); }
  Node of(const clang::Decl* child) const { return of_decls_.lookup(child); }
  Node of(Node child) const { return child.stmt ? of(child.stmt) : of(child.decl); }

  /// Every statement and expression, in the order of the walk.
  const std::vector<const clang::Stmt*>& statements() const { return in_order_; }

  /// The nearest enclosing node that is more than parentheses, a conversion nobody wrote, or a temporary's
  /// keeper.
  Node meaning(const clang::Stmt* child) const;
  /// The outermost expression that is only `expression` in parentheses, converted implicitly or kept alive.
  const clang::Expr* whole(const clang::Expr* expression) const;
  /// The innermost function or lambda body around `child`.
  const clang::FunctionDecl* function(Node child) const;

 private:
  llvm::DenseMap<const clang::Stmt*, Node> of_stmts_;
  std::vector<const clang::Stmt*> in_order_;
  llvm::DenseMap<const clang::Decl*, Node> of_decls_;
};

}  // namespace ferry::rewriter
