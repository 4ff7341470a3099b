// What the program says about a word that it does not know.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ferry::rewriter {

/// ` (did you mean 'candidate'?)` for the candidate nearest to what was typed; empty when none is near.
std::string hint(std::string_view typed, const std::vector<std::string>& candidates);

/// `ferry: error: message` on standard error.
void print_usage_error(std::string_view message);

}  // namespace ferry::rewriter
