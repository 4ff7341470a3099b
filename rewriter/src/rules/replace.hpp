// Replace: calls and names whose replacement their declaration spells out.
#pragma once

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Reports every use of a declaration annotated FERRY_REPLACE or FERRY_INLINE, except of those in `claimed`,
/// which native rules judge. A use of FERRY_NATIVE that no native rule claims is reported for a person.
void replace_uses(Unit& unit, const std::set<std::string>& claimed);

/// The change for one use of a function, as `code` ("ferry::time::sleep($duration)") says.
struct Replacement {
  Change change;
  bool needs_move = false;
  std::string trouble;  ///< why it cannot be made; empty when it can
};
Replacement replacement_of(Unit& unit, const Use& use, llvm::StringRef code);

/// The call whose callee is `expression`, or nullptr.
const clang::CallExpr* call_of(const Unit& unit, const clang::Expr* expression);

/// The arguments as written: without those that default.
std::vector<const clang::Expr*> written_arguments(const clang::CallExpr& call);

}  // namespace ferry::rewriter
