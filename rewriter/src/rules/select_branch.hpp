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

/// One use of a select's result: `x.index()`, `get<index>(x)`, or something else.
struct ResultUse {
  bool asks_index = false;
  const clang::CallExpr* get = nullptr;
  unsigned index = 0;
};
ResultUse result_use(const Unit& unit, const clang::Expr& result);

/// Adapts what is done with this branch's result, `get<index>(...)`. Answers why it cannot be done, or
/// nothing.
std::string adapt_branch(const Unit& unit, const SelectBranch& branch, const Turn& turn, Change& change);

}  // namespace ferry::rewriter
