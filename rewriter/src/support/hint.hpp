// A word that is not known, and the one that was probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ferry::rewriter {

/// ` (did you mean 'candidate'?)` for the candidate nearest to what was typed; empty when none is near.
std::string hint(std::string_view typed, const std::vector<std::string>& candidates);

}  // namespace ferry::rewriter
