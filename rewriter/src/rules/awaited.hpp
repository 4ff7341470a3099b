// Awaited: what a future's output goes through where the future is awaited, and how uses of it are adapted.
#pragma once

#include <string>

#include "analyse/unit.hpp"
#include "rules/optional_value.hpp"

namespace ferry::rewriter {

/// Adapts what is done with the optional that awaiting `call` gives: in a variable, as a branch of a select
/// or below a timeout. Answers why it cannot be done, or nothing. For loops over it see await_loop.
std::string adapt_awaited(const Unit& unit, const clang::CallExpr& call, const Turn& turn, Change& change);

}  // namespace ferry::rewriter
