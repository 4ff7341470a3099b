// Thread limit: the new limit leaves out the workers, which the old one counted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include <clang/AST/ExprCXX.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// The number that is written there, if one is.
inline std::optional<std::uint64_t> literal(const clang::Expr& value) {
  const auto* number = llvm::dyn_cast<clang::IntegerLiteral>(value.IgnoreParenImpCasts());
  return number ? std::optional(number->getValue().getZExtValue()) : std::nullopt;
}

/// `value` as it is written on a side of `-`.
inline std::string operand(const Unit& unit, const clang::Expr& value) {
  const clang::Expr* written = value.IgnoreImplicit();
  const bool is_compound =
      llvm::isa<clang::BinaryOperator, clang::AbstractConditionalOperator, clang::CXXOperatorCallExpr>(
          written);
  const std::string text = unit.text(written->getSourceRange());
  return is_compound ? "(" + text + ")" : text;
}

/// Subtracts the workers from `limit`, the argument of `max_threads`, where both are numbers; answers what a
/// person is told. Without `workers` there are as many as processors.
inline std::string subtract_workers(const Unit& unit, const clang::Expr& limit, const clang::Expr* workers,
                                    Change& change) {
  const std::string note = "; `max_blocking_threads` does not count the workers, as `max_threads` did";
  const auto all = literal(limit);
  const auto some = workers != nullptr ? literal(*workers) : std::nullopt;
  if (!all || !some)
    return note + ": write `" + operand(unit, limit) + " - " +
           (workers != nullptr ? operand(unit, *workers) : "std::thread::hardware_concurrency()") +
           "` there, or 1 where that is less";
  change.replace(limit.getSourceRange(), std::to_string(*all > *some ? *all - *some : 1));
  return note;
}

}  // namespace ferry::rewriter
