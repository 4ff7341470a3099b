// Overriding: functions that override what has another name or other parameters now.
#pragma once

#include <string>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Reports the declarations of functions that override what packs call old.
void replace_overriders(Unit& unit);

/// The new name in "type name(parameters)".
std::string overriding_name(llvm::StringRef code);

/// Such a function's declarations and its uses are right only together.
std::string override_group(const Unit& unit, const clang::NamedDecl& target);

}  // namespace ferry::rewriter
