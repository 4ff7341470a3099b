// unjudged: old names in code that the unit does not compile.
#pragma once

#include <vector>

#include "analyse/unseen.hpp"
#include "model/finding.hpp"

namespace ferry::rewriter {

class Unit;

/// The names that something old has, in unseen code of the project: in inactive branches and in macros that
/// are never expanded. They go by their spelling and what stands before it. Sorted.
std::vector<Unjudged> unjudged_names(Unit& unit, const LeftOut& left_out);

}  // namespace ferry::rewriter
