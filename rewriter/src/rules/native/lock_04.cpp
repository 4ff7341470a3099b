// LOCK-04, IOE-10: types that 0.2 named and 1.x gives in another form: a variable that holds one where it is
// made needs no name for it.
#include <clang/AST/ExprCXX.h>

#include "rules/native/leave.hpp"
#include "rules/native/native.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter::native {
namespace {

// The call of `map` or `try_map` that a variable is initialised by.
bool is_mapped(const clang::Expr& initial) {
  const auto* call = llvm::dyn_cast<clang::CallExpr>(initial.IgnoreImplicit()->IgnoreParenImpCasts());
  if (!call) return false;
  const clang::Expr* callee = call->getCallee()->IgnoreParenImpCasts();
  const auto* open = llvm::dyn_cast<clang::OverloadExpr>(callee);
  const std::string name = open ? open->getName().getAsString() : access_of({.stmt = callee}).name;
  return name == "map" || name == "try_map";
}

// What makes a variable's value, without the conversions to its type.
const clang::Expr& maker(const clang::Expr& initial) {
  const clang::Expr* inner = initial.IgnoreImplicit();
  while (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(inner)) {
    if (made->getNumArgs() != 1) break;
    inner = made->getArg(0)->IgnoreImplicit();
  }
  return *inner;
}

void judge(Unit& unit, const Use& use) {
  const bool is_guard = use.annotation->id == "LOCK-04";
  Draft draft{.rule = use.annotation->id,
              .applicability = is_guard ? Applicability::Unsafe : Applicability::Safe,
              .where = clang::SourceRange(use.name_begin(), use.name),
              .message = is_guard ? "the guard of a part has a type of its own: `RwLockMappedWriteGuard`"
                                  : "what `io::copy` gives has no name: `auto`, or a `ferry::Pin` of it"};
  if (use.is_using) return;
  const auto* variable = use.parent.as<clang::VarDecl>();
  const bool is_local = variable && variable->hasLocalStorage() && variable->getInit() &&
                        !llvm::isa<clang::ParmVarDecl>(variable) && !variable->getType()->isReferenceType();
  if (!is_local)
    return leave(unit, std::move(draft),
                 is_guard ? "whether this is the guard of the whole or of a part is not seen here"
                          : "it is stored or handed on");
  // The guard of the whole keeps its name.
  if (is_guard && !is_mapped(maker(*variable->getInit()))) return;
  const clang::TypeLoc type = variable->getTypeSourceInfo()->getTypeLoc().getUnqualifiedLoc();
  draft.change.replace(clang::SourceRange(use.name_begin(), type.getEndLoc()), "auto");
  unit.report(std::move(draft));
}

}  // namespace

void lock_04(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({"LOCK-04", "IOE-10"});
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == "LOCK-04" || use.annotation->id == "IOE-10") judge(unit, use);
}

}  // namespace ferry::rewriter::native
