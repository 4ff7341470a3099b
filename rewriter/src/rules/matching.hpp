// Matching: rules that say what is old by an AST matcher, in clang-query's language.
#pragma once

#include <optional>

#include "model/finding.hpp"
#include "packs/pack.hpp"

namespace ferry::rewriter {

class Unit;

/// What is wrong with the first matcher that cannot be read.
std::optional<Problem> fault_of_matchers(const Packs& packs);

/// Reports what matches in the project's code, as it is written: templates once, and nothing that the
/// compiler adds. What is bound as "root" is replaced, or else the whole match; what is bound by other names
/// is what the rule's code has placeholders for.
void replace_matches(Unit& unit);

}  // namespace ferry::rewriter
