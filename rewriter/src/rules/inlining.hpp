// Inlining: the replacement that a FERRY_INLINE declaration's own body is.
#pragma once

#include <string>
#include <vector>

#include "analyse/unit.hpp"
#include "rules/body_uses.hpp"
#include "rules/called.hpp"

namespace ferry::rewriter {

struct InlineBody {
  std::string code;     ///< as FERRY_REPLACE would say it; empty when the body does not qualify
  std::string trouble;  ///< why it does not
  Meaning calls{};      ///< what the body calls or names, exactly
  std::vector<const clang::NamedDecl*> named{};  ///< what is written in it, types as well

  /// What the body does with a parameter.
  struct Parameter {
    bool is_moved = false;     ///< handed on by std::move or std::forward
    bool is_lent = false;      ///< handed on by a reference, from which nobody need take it
    bool is_named = false;     ///< used otherwise, as what has a name
    bool is_converted = true;  ///< used where its type shows: not only as an argument of plain functions
  };
  std::vector<Parameter> parameters{};
  BodyUses uses{};  ///< by the numbers of the parameters, or of an instance's
  bool calls_template = false;
  bool assigns = false;  ///< the right side is evaluated before the left one
  bool may_throw = false;
  bool hands_on_object = false;  ///< `*this`
  bool only_reads = false;
  bool only_computes = false;  ///< nothing happens but that there is a result
  bool gives_what_was_void = false;
  bool has_other_template_arguments = false;  ///< than the function itself, where they are not written
  bool needs_template_arguments = false;      ///< without any the new template would be another one
  const clang::Expr* expression = nullptr;    ///< that a function's body is
  bool is_name = false;                       ///< that expression is one, or a member of something
  bool hands_back = false;                    ///< it is what the function was given to move from
  bool gives_name = false;  ///< a name where the function gave a value, or the other way round
};

/// The body of `target` (a function with one return or expression statement, a constructor that delegates, an
/// alias, or a constant) as a code template.
InlineBody inline_body(Unit& unit, const clang::NamedDecl& target);

/// Why the body does not do at a use what the declaration did.
struct InlineTrouble {
  std::string reason;      ///< empty when it does
  bool is_unsure = false;  ///< the unit does not show it: another one may
};

InlineTrouble trouble_of(Unit& unit, const InlineBody& body, const Use& use);

}  // namespace ferry::rewriter
