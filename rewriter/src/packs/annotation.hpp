// Annotation: what takes an old declaration's place, as its header or a rule pack says it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/rule.hpp"

namespace ferry::rewriter {

/// What must be so at a use for an annotation to speak about it.
struct Requirement {
  enum class Of {
    Result,     ///< `wanted` is "used" or "unused"
    Arguments,  ///< `wanted` is how many are written
    Value,      ///< `wanted` is the type of what `name` stands for
  };

  Of of = Of::Value;
  std::string name;  ///< of a placeholder, without `$`: "this", "1", "handler"
  std::string wanted;
};

/// What FERRY_REPLACE, FERRY_INLINE, FERRY_MOVED, FERRY_NATIVE or a rule of a pack says.
struct Annotation {
  enum class Kind {
    Replace,
    Inline,
    Moved,
    Native,
    Override,  ///< what overrides it changes as `text` says
  };

  Kind kind = Kind::Replace;
  std::string id;
  Applicability applicability = Applicability::Manual;
  std::string text{};     ///< the replacement, the new namespace, or words for a person
  std::string message{};  ///< for a person, in place of the one that is made of `text`; may be empty
  std::vector<std::string> added{};       ///< headers that the replacement needs
  std::vector<std::string> umbrellas{};   ///< headers that stand for all of the library's
  std::vector<std::string> parameters{};  ///< names for the parameters, by number; empty: as declared
  std::vector<Requirement> requirements{};
  std::shared_ptr<const Annotation> otherwise{};  ///< what holds where a requirement is not met, if anything
  bool is_of_pack = false;                        ///< from outside: no header carries it
};

}  // namespace ferry::rewriter
