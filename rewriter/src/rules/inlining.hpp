// Inlining: the replacement that a FERRY_INLINE declaration's own body is.
#pragma once

#include <string>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

struct InlineBody {
  std::string code;     ///< as FERRY_REPLACE would say it; empty when the body does not qualify
  std::string trouble;  ///< why it does not
};

/// The body of `target` (a function with one return or expression statement, or an alias) as a code template.
InlineBody inline_body(Unit& unit, const clang::NamedDecl& target);

}  // namespace ferry::rewriter
