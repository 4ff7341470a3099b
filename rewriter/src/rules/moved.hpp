// Moved: names and headers of a namespace whose members live on elsewhere.
#pragma once

#include <string>

#include <llvm/ADT/StringRef.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Reports the mentions of namespaces that carry FERRY_MOVED, and the includes of their headers. Right only
/// when nothing old is left, hence Finding::last.
void retarget_moved(Unit& unit);

/// The header's name once the namespaces that the unit sees have moved; `spelled` itself when none of them
/// owns it.
std::string new_header(Unit& unit, llvm::StringRef spelled);

}  // namespace ferry::rewriter
