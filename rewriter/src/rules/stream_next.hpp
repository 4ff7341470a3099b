// StreamNext: what is no stream any more, read and handed on without being one.
#pragma once

#include <string>

#include "analyse/unit.hpp"
#include "rules/optional_value.hpp"

namespace ferry::rewriter {

/// How one kind of stream is read without being one.
struct StreamKind {
  std::string id;               ///< of the annotation on its `next`, and of the rule
  std::string method{};         ///< what takes the place of `next`: "accept"; empty where `next` stays
  std::string free{};           ///< the function that does, where it is no member: "ferry::stream::next"
  Turn turn{};                  ///< what becomes of the item
  std::string wrapper{};        ///< the stream of 1.x, which takes it over
  std::string other_method{};   ///< the method of a second class of the rule
  std::string other_wrapper{};  ///< its wrapper, which is named after the class
  std::string hint;             ///< for a person, where it cannot be changed
  Applicability applicability = Applicability::Safe;
  bool is_judged_elsewhere = false;  ///< another rule judges the member `next`
};

/// Judges every use of the annotation `kind.id`, and every call of a stream's function that is given such a
/// stream: loops, branches of a select, streams that are handed on, and what is left to a person.
void rewrite_next(Unit& unit, const StreamKind& kind);

}  // namespace ferry::rewriter
