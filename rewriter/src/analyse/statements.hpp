// Statements: removing them as a person would.
#pragma once

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Removes the tokens of `range`: with their line, when nothing else stands on it, and with the empty line
/// behind it where another stands in front.
void remove_code(const Unit& unit, clang::SourceRange range, Change& change);

/// Removes `statement` (its semicolon included): with its line, when it stands alone on it.
void remove_statement(const Unit& unit, const clang::Stmt& statement, Change& change);

}  // namespace ferry::rewriter
