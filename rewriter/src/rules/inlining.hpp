// Inlining: the replacement that a FERRY_INLINE declaration's own body is.
#pragma once

#include <string>
#include <vector>

#include "analyse/unit.hpp"
#include "rules/called.hpp"

namespace ferry::rewriter {

struct InlineBody {
  std::string code;     ///< as FERRY_REPLACE would say it; empty when the body does not qualify
  std::string trouble;  ///< why it does not
  Meaning calls{};      ///< what the body calls or names, exactly

  /// What the body does with a parameter.
  struct Parameter {
    bool is_moved = false;     ///< handed on by std::move or std::forward
    bool is_named = false;     ///< used otherwise, as what has a name
    bool is_converted = true;  ///< used where its type shows: not only as an argument of plain functions
  };
  std::vector<Parameter> parameters{};
  bool has_several_calls = false;
  bool calls_template = false;
};

/// The body of `target` (a function with one return or expression statement, an alias, or a constant) as a
/// code template.
InlineBody inline_body(Unit& unit, const clang::NamedDecl& target);

/// Why the body does not do for `call`, at `use`, what the function did; empty when it does.
std::string trouble_of(const Unit& unit, const InlineBody& body, const Use& use, const Called& call,
                       const clang::FunctionDecl& function);

}  // namespace ferry::rewriter
