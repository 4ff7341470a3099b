// TIME-08: a `Timeout` could be moved. One that stays where it is made keeps its name.
#include <algorithm>

#include <clang/AST/ExprCXX.h>

#include "rules/native/leave.hpp"
#include "rules/native/native.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter::native {
namespace {

// A local that is made in place, and never moved or handed on.
bool stays(const Unit& unit, const clang::VarDecl& variable) {
  if (!variable.hasLocalStorage() || llvm::isa<clang::ParmVarDecl>(variable) || !variable.getInit())
    return false;
  if (variable.getType()->isReferenceType()) return true;
  const auto references = unit.uses.of_variables.find(&variable);
  return references == unit.uses.of_variables.end() ||
         std::ranges::none_of(references->second, [&](const clang::DeclRefExpr* reference) {
           const Node parent = unit.parents.meaning(reference);
           return move_of(parent) != nullptr || parent.as<clang::ReturnStmt>() != nullptr;
         });
}

}  // namespace

void time_08(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert("TIME-08");
  for (const Use& use : unit.uses.of_declarations) {
    if (use.annotation->id != "TIME-08" || use.is_using) continue;
    const auto* variable = use.parent.as<clang::VarDecl>();
    if (variable && stays(unit, *variable)) continue;
    leave(unit,
          {.rule = "TIME-08",
           .where = clang::SourceRange(use.name_begin(), use.name),
           .message = "a `Timeout` cannot be moved any more: one that is stored or handed on is a "
                      "`ferry::Pin<ferry::time::Timeout<F>>`, made by `ferry::pin`"},
          "where it is made is not seen here");
  }
}

}  // namespace ferry::rewriter::native
