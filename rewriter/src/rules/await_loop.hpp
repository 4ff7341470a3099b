// AwaitLoop: `while (auto value = co_await source) body` or `while (co_await source) body`, and how it is
// written anew.
#pragma once

#include <optional>
#include <string>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

struct AwaitLoop {
  const clang::WhileStmt* loop = nullptr;
  const clang::VarDecl* variable = nullptr;  ///< nullptr where the value is only tested
  const clang::Expr* awaited = nullptr;      ///< the whole condition, `co_await` included
};

/// The loop whose condition awaits `call`, and nothing else.
std::optional<AwaitLoop> await_loop(const Unit& unit, const clang::Expr& call);

/// The expression that awaits `call`; nullptr when it is not awaited on the spot.
const clang::Expr* await_of(const Unit& unit, const clang::Expr& call);

/// Replaces the loop's head by `head` ("for (;;)") and begins its body with `first` ("auto s = ...;"), braced
/// if it was not. Empty `first` adds nothing. Answers why it cannot be done, or nothing.
std::string rewrite_head(const Unit& unit, const clang::WhileStmt& loop, const std::string& head,
                         const std::string& first, Change& change);

}  // namespace ferry::rewriter
