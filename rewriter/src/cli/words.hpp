// What the program says on standard error.
#pragma once

#include <string>
#include <string_view>

#include "model/finding.hpp"
#include "support/hint.hpp"

namespace ferry::rewriter {

/// `ferry: error: message` on standard error.
void print_usage_error(std::string_view message);

/// The same for what is wrong at a place.
void print_error(const Problem& problem);

/// `path:line:column: message`, as far as the problem has a place.
std::string describe(const Problem& problem);

/// `ferry: note: message` on standard error: what the user should know but need do nothing about.
void print_note(std::string_view message);

}  // namespace ferry::rewriter
