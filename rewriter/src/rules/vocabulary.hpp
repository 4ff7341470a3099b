// vocabulary_of: which words code of a unit needs for anything old to be in it.
#pragma once

#include <optional>

#include "model/vocabulary.hpp"

namespace ferry::rewriter {

class Unit;

/// To be asked of a unit in which nothing was found. Nothing where something may be found that no word tells:
/// an operator, a constructor, what the compiler calls by itself, what a native rule or a matcher of a loaded
/// pack looks for.
std::optional<Vocabulary> vocabulary_of(Unit& unit);

}  // namespace ferry::rewriter
