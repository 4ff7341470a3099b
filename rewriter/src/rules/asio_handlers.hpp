// AsioHandlers: the functions that Asio calls when an operation is done.
#pragma once

#include <set>
#include <string>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// What is called for a completion token.
struct Handler {
  const clang::FunctionDecl* function = nullptr;  ///< nullptr where it cannot be told
  unsigned parameter = 0;                         ///< that gets the argument which was asked for
  clang::QualType type{};                         ///< of that parameter, as far as the token's type tells
  const clang::Expr* placeholder = nullptr;       ///< that stands for the argument in a call of `bind`
};

/// Finds handlers and tells whether their signatures may change.
class Handlers {
 public:
  explicit Handlers(const Unit& unit) : unit_(unit) {}

  /// What `token` calls, a lambda, a function, or either of them in `bind`, `wrap` or `bind_executor`, and
  /// which parameter of it gets the operation's result number `argument`, from 0.
  Handler of(const clang::Expr& token, unsigned argument);

  /// Why `function` may not get another signature; empty when it may: all of it is seen here, and every use
  /// of it is as a handler that of() was asked for.
  std::string why_not_changed(const clang::FunctionDecl& function) const;

  /// Puts `statement` at the beginning of a function's body.
  void begin_body(const clang::CompoundStmt& body, const std::string& statement, Change& change) const;

 private:
  Handler of_bind(const clang::CallExpr& bind, unsigned argument);
  void note(const clang::Expr& reference) { as_handler_.insert(&reference); }

  const Unit& unit_;
  std::set<const clang::Expr*> as_handler_;  // the names of functions in tokens
};

}  // namespace ferry::rewriter
