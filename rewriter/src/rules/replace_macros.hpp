// replace_macros: macros that have another name now, or have given way to code.
#pragma once

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Reports the mentions of macros that packs call old.
void replace_macros(Unit& unit);

}  // namespace ferry::rewriter
