// EXECN-01, EXECN-02: the function objects of Asio's `execution`: `execute(executor, function)` is a member
// function of the executor, and those of senders and receivers have gone.
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/StringSet.h>

#include "rules/asio.hpp"
#include "rules/native/native.hpp"
#include "rules/parentheses.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kExecute = "EXECN-01";
constexpr llvm::StringLiteral kGone = "EXECN-02";

// The name of a function object in `execution`, where an anonymous namespace may be around it; empty for
// anything else.
std::string object_name(const clang::ValueDecl& declaration) {
  if (!llvm::isa<clang::VarDecl>(declaration)) return {};
  const std::string name = asio::name_of(&declaration);
  llvm::StringRef rest(name);
  if (!rest.consume_front("execution::")) return {};
  rest.consume_front("(anonymous namespace)::");
  return rest.str();
}

bool is_gone(llvm::StringRef name) {
  static const llvm::StringSet<> kNames = {"bulk_execute", "submit",    "schedule",  "connect",
                                           "start",        "set_value", "set_error", "set_done"};
  return kNames.contains(name);
}

// The call of the object that `reference` names; nullptr for any other use of it.
const clang::CallExpr* call_of_object(const Unit& unit, const clang::Expr& reference) {
  const auto* call = unit.parents.meaning(&reference).as<clang::CallExpr>();
  if (!call) return nullptr;
  const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(call);
  const clang::Expr* object = operation ? operation->getArg(0) : call->getCallee();
  return object->IgnoreParenImpCasts() == &reference ? call : nullptr;
}

void judge_execute(Unit& unit, const clang::DeclRefExpr& reference, clang::SourceRange where) {
  Draft draft{.rule = kExecute.str(),
              .applicability = Applicability::Safe,
              .where = where,
              .message = "`execute` is now a member function of the executor"};
  const clang::CallExpr* call = call_of_object(unit, reference);
  const unsigned first = call && llvm::isa<clang::CXXOperatorCallExpr>(call) ? 1 : 0;
  if (!call || call->getNumArgs() != first + 2) {
    draft.leave("it is not called here");
    return unit.report(std::move(draft));
  }
  const clang::Expr& executor = *call->getArg(first);
  const clang::Expr& function = *call->getArg(first + 1);
  const bool is_loose = binds_loosely(executor);
  draft.change.add({.begin = reference.getBeginLoc(),
                    .end = executor.getBeginLoc(),
                    .text = is_loose ? "(" : "",
                    .keeps_last = true});
  draft.change.add({.begin = executor.getEndLoc(),
                    .end = function.getBeginLoc(),
                    .text = is_loose ? ").execute(" : ".execute(",
                    .keeps_first = true,
                    .keeps_last = true});
  unit.report(std::move(draft));
}

}  // namespace

void asio_execute(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(kExecute.str());
  if (!asio::is_loaded(unit)) return;
  for (const clang::Stmt* statement : unit.parents.statements()) {
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(statement);
    if (!reference) continue;
    const std::string name = object_name(*reference->getDecl());
    const clang::SourceRange where(reference->getBeginLoc(), reference->getLocation());
    if (name == "execute") judge_execute(unit, *reference, where);
    if (is_gone(name))
      unit.report(
          {.rule = kGone.str(),
           .applicability = Applicability::Manual,
           .where = where,
           .message = "`execution::" + name + "` has gone: use std::execution, or a library that has it"});
  }
}

}  // namespace ferry::rewriter::native
