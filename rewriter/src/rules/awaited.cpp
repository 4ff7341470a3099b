#include "rules/awaited.hpp"

#include <clang/AST/ExprCXX.h>

#include "rules/await_loop.hpp"
#include "rules/select_branch.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter {
namespace {

// `timeout(duration, call)`, or nullptr.
const clang::CallExpr* timeout_of(const Unit& unit, const clang::CallExpr& call) {
  const auto* timeout = unit.parents.meaning(&call).as<clang::CallExpr>();
  if (!timeout || timeout->getNumArgs() != 2) return nullptr;
  const llvm::StringRef name = callee_name(*timeout);
  const bool is_second =
      timeout->getArg(1)->IgnoreImplicit()->IgnoreParenImpCasts() == call.IgnoreParenImpCasts();
  return is_second && (name == "timeout" || name == "timeout_at") ? timeout : nullptr;
}

// The semicolon and condition that follow in `if (auto x = co_await f; goes_on)`.
std::string adapt_condition(const Unit& unit, const clang::IfStmt& statement, const clang::VarDecl& variable,
                            const Turn& turn, bool is_in_result, Change& change) {
  if (statement.getConditionVariable() != &variable) return {};
  if (turn.keeps_tests || is_in_result) return {};
  if (turn.goes_on.empty()) return "it asks whether there is a value, and there always is one now";
  if (unit.text(variable.getSourceRange()).empty()) return "part of it comes from a macro";
  change.insert_after(variable.getEndLoc(), "; " + condition_of(turn.goes_on, variable.getName()));
  return {};
}

std::string adapt_variable(const Unit& unit, const clang::VarDecl& variable, const Turn& turn,
                           bool is_in_result, Change& change) {
  const clang::TypeSourceInfo* written = variable.getTypeSourceInfo();
  if (!written || !written->getType()->getContainedDeducedType())
    return "the type of `" + variable.getNameAsString() + "` is written, and it is another one now";
  const Node statement = unit.parents.of(unit.parents.of(&variable));
  if (const auto* condition = statement.as<clang::IfStmt>())
    if (std::string trouble = adapt_condition(unit, *condition, variable, turn, is_in_result, change);
        !trouble.empty())
      return trouble;
  bool is_used = false;
  return adapt_uses(unit, variable, turn, change, is_used, is_in_result);
}

}  // namespace

std::string adapt_awaited(const Unit& unit, const clang::CallExpr& call, const Turn& turn, Change& change) {
  if (const auto branch = select_branch(unit, call)) return adapt_branch(unit, *branch, turn, change);
  const clang::CallExpr* timeout = timeout_of(unit, call);
  const clang::Expr* awaited = await_of(unit, timeout ? *timeout : call);
  if (!awaited) return "it is not awaited on the spot";
  const Node parent = unit.parents.meaning(awaited);
  if (is_dropped(parent)) return {};
  if (const auto* variable = parent.as<clang::VarDecl>())
    return adapt_variable(unit, *variable, turn, timeout != nullptr, change);
  if ((turn.keeps_tests || timeout) && test_of(unit, *awaited)) return {};
  return "what it gives is used on the spot";
}

}  // namespace ferry::rewriter
