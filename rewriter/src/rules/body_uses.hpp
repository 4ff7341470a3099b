// What a function's body does with its parameters and its object, for putting others in their places.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>

namespace ferry::rewriter {

class Unit;

/// The number of the object that a member function is called on, among its parameters.
inline constexpr int kObjectOfBody = -1;

/// All places of one parameter taken together.
struct BodyUse {
  bool shows_kind = false;    ///< it matters whether it is const, and whether it has a name
  bool is_bound = false;      ///< the body refers to it, and does not only take its value
  bool is_copied = false;     ///< an object is made from what has a name there
  bool is_disturbed = false;  ///< something else in the body may have an effect before it is evaluated
  bool is_watched = false;    ///< something else is read in the body that its evaluation might change
  std::set<int> read_beside;  ///< the parameters by reference that are read like that
  std::set<int>
      ordered_with;  ///< what is evaluated before or after it for certain, and not as another argument
  std::set<int> mixed_with;  ///< what others may be evaluated in between: both are operands of one operator
};

/// Something that the body does, or looks at, once everything that it was given is there.
struct BodyStep {
  bool is_call = false;  ///< nothing comes in between
  bool has_effect = false;
  std::optional<int> parameter;  ///< by reference, which is read
};

struct BodyUses {
  std::map<int, BodyUse> of;  ///< by the parameters' numbers
  std::vector<BodyStep> steps;
  bool leaves_temporaries = false;  ///< whose destructors do something, and run once all is evaluated
};

/// Whether the destructor of a `type` does more than to give memory back, as a string's does.
bool is_destroyed_with_effects(clang::QualType type);

/// Of the body that evaluates `expression` and nothing else.
BodyUses uses_in_body(const Unit& unit, const clang::FunctionDecl& function, const clang::Expr& expression);

}  // namespace ferry::rewriter
