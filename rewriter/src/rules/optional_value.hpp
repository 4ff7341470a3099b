// OptionalValue: what is done with an optional of 0.2 that is about to become something else.
#pragma once

#include <string>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// What takes the optional's place.
enum class Becomes {
  Value,      ///< std::optional<T> -> T
  Accepted,   ///< std::optional<Result<TcpStream>> -> Result<std::pair<TcpStream, SocketAddr>>
  Turned,     ///< std::optional<Result<T>> -> Result<std::optional<T>>
  Unwrapped,  ///< std::optional<Result<T>> -> std::optional<T>
  Tested,     ///< std::optional<T> -> what can be tested, and has no value
};

/// What it becomes, and how the end is seen then. `{}` in a condition stands for the value's name.
struct Turn {
  Becomes becomes = Becomes::Value;
  std::string ended{};       ///< the condition that is `!optional` today; empty where there is no end
  std::string goes_on{};     ///< and the one that is `optional`
  bool keeps_tests = false;  ///< a test stays what it is
};

/// `condition` of `name`.
std::string condition_of(const std::string& condition, llvm::StringRef name);

/// Adapts the one use of the optional that `root` (a variable's name, a `get<I>(...)`) is. Answers why it
/// cannot be done, or nothing.
std::string adapt_use(const Unit& unit, const clang::Expr& root, const Turn& turn, Change& change);

/// The same where `root` is a Result of the optional, as `timeout` gives it.
std::string adapt_use_in_result(const Unit& unit, const clang::Expr& root, const Turn& turn, Change& change);

/// Adapts every use of `variable`, except of the one in a loop's own condition.
std::string adapt_uses(const Unit& unit, const clang::VarDecl& variable, const Turn& turn, Change& change,
                       bool& is_used, bool is_in_result = false);

}  // namespace ferry::rewriter
