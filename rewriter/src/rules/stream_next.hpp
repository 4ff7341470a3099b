// StreamNext: `next()` of something that is no stream any more, judged for TCP-02 and TIME-15.
#pragma once

#include <string>
#include <vector>

#include "analyse/unit.hpp"
#include "rules/optional_value.hpp"

namespace ferry::rewriter {

/// How one kind of stream is read without being one.
struct StreamKind {
  std::string id;      ///< of the annotation on its `next`, and of the rule
  std::string method;  ///< what takes the place of `next`: "accept"
  Becomes becomes;
  std::string hint;  ///< for a person, where it cannot be changed
};

/// Judges every use of the annotation `kind.id`: loops, branches of a select, and what is left to a person.
void rewrite_next(Unit& unit, const StreamKind& kind);

}  // namespace ferry::rewriter
