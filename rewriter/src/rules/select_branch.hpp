// SelectBranch: a future that is awaited as one of several.
#pragma once

#include <optional>
#include <string>

#include "analyse/unit.hpp"
#include "rules/optional_value.hpp"

namespace ferry::rewriter {

struct SelectBranch {
  const clang::CallExpr* select = nullptr;
  unsigned index = 0;
};

/// The `select`, `select_biased` or `join` that `future` is a direct argument of.
std::optional<SelectBranch> select_branch(const Unit& unit, const clang::Expr& future);

/// Adapts what is done with this branch's result, `get<index>(...)`. Answers why it cannot be done, or
/// nothing.
std::string adapt_branch(const Unit& unit, const SelectBranch& branch, Becomes becomes, Change& change);

}  // namespace ferry::rewriter
