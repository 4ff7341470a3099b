// Statements: removing them as a person would.
#pragma once

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Removes the tokens of `range`: with their line, when nothing else stands on it, and with the empty line
/// behind it where another stands in front.
void remove_code(const Unit& unit, clang::SourceRange range, Change& change);

/// Removes `statement` (its semicolon included): with its line, when it stands alone on it.
void remove_statement(const Unit& unit, const clang::Stmt& statement, Change& change);

/// The same, together with a comment of one line above it that says no more than that `what` is made here:
/// `// Create the query`. Only where they stand apart from other code, as the comment may be about that, too.
void remove_statement_and_title(const Unit& unit, const clang::Stmt& statement, llvm::StringRef what,
                                Change& change);

}  // namespace ferry::rewriter
