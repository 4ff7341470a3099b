// Leave: a place that a native rule leaves to a person.
#pragma once

#include <set>
#include <string>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Reports `draft` for a person, without its change, and with why.
inline void leave(Unit& unit, Draft draft, const std::string& reason) {
  draft.leave(reason);
  draft.change = {};
  draft.last = false;
  unit.report(std::move(draft));
}

/// Reports the uses of the rules `steps`, calls in a chain, that are not in `seen`: what they follow is out
/// of sight.
inline void leave_unseen_steps(Unit& unit, const std::set<std::string>& steps,
                               const std::set<const clang::Expr*>& seen, const std::string& reason) {
  for (const Use& use : unit.uses.of_declarations)
    if (steps.contains(use.annotation->id) && use.mention == Mention::Name && !seen.contains(use.expression))
      leave(unit,
            {.rule = use.annotation->id,
             .where = clang::SourceRange(use.name, use.name),
             .message = "`" + use.target->getNameAsString() + "` is now `" + use.annotation->text + "`"},
            reason);
}

}  // namespace ferry::rewriter
