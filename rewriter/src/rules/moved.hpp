// Moved: names and headers of a namespace whose members live on elsewhere.
#pragma once

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Reports the mentions of namespaces that carry FERRY_MOVED, and the includes of their headers. Right only
/// when nothing old is left, hence Finding::last.
void retarget_moved(Unit& unit);

}  // namespace ferry::rewriter
