// OptionalValue: what is done with an optional that is about to become its own value.
#pragma once

#include <string>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// What takes the optional's place.
enum class Becomes {
  Value,     ///< std::optional<T> -> T
  Accepted,  ///< std::optional<Result<TcpStream>> -> Result<std::pair<TcpStream, SocketAddr>>
};

/// Adapts the one use of the optional that `root` (a variable's name, a `get<I>(...)`) is. Answers why it
/// cannot be done, or nothing.
std::string adapt_use(const Unit& unit, const clang::Expr& root, Becomes becomes, Change& change);

/// Adapts every use of `variable`, except of the one in a loop's own condition.
std::string adapt_uses(const Unit& unit, const clang::VarDecl& variable, Becomes becomes, Change& change,
                       bool& is_used);

}  // namespace ferry::rewriter
