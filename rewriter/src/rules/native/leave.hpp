// Leave: a place that a native rule leaves to a person.
#pragma once

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

}  // namespace ferry::rewriter
