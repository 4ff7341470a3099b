// Parentheses: where an expression needs them, to mean in its new place what it meant in its old one.
#pragma once

#include <llvm/ADT/StringRef.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Whether an operator around `expression` could take a part of it: a sum is, a call is not.
bool binds_loosely(const clang::Expr& expression);

/// The same for code: a name, a call, a chain of calls and what is in brackets are not.
bool binds_loosely(llvm::StringRef code);

/// Whether what stands around `expression` takes any expression there, as a call takes its arguments.
bool is_delimited(const Unit& unit, const clang::Expr& expression);

/// Whether `code` needs parentheses in the place of `expression`, or a reader would: a comparison beside `&&`
/// and `||` does not.
bool needs_parentheses(const Unit& unit, const clang::Expr& expression, llvm::StringRef code);

}  // namespace ferry::rewriter
