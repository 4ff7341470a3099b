// Replace: calls and names whose replacement their declaration spells out.
#pragma once

#include "analyse/unit.hpp"
#include "rules/called.hpp"

namespace ferry::rewriter {

/// Reports every use of a declaration annotated FERRY_REPLACE or FERRY_INLINE, except of those in `claimed`,
/// which native rules judge. A use of FERRY_NATIVE that no native rule claims is reported for a person.
void replace_uses(Unit& unit, const std::set<std::string>& claimed);

/// Reports one use of such a declaration.
void replace_use(Unit& unit, const Use& use);

/// The change for one use of a declaration, as `code` ("ferry::time::sleep($duration)") says.
struct Replacement {
  Change change;
  bool needs_move = false;
  std::string group;    ///< of the using-declaration that has to be renamed with it
  std::string trouble;  ///< why it cannot be made; empty when it can
  Meaning wanted{};     ///< what the new name is to mean, where that is known
};
Replacement replacement_of(Unit& unit, const Use& use, llvm::StringRef code);

}  // namespace ferry::rewriter
