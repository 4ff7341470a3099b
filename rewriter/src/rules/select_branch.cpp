#include "rules/select_branch.hpp"

#include <clang/AST/ExprCXX.h>

#include "rules/await_loop.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter {
namespace {

// The index of `get<I>(result)` when `reference` is its argument.
std::optional<unsigned> index_of_get(const Unit& unit, const clang::CallExpr& call) {
  const auto* callee = llvm::dyn_cast<clang::DeclRefExpr>(call.getCallee()->IgnoreParenImpCasts());
  if (!callee || callee->getDecl()->getNameAsString() != "get" || callee->getNumTemplateArgs() != 1 ||
      call.getNumArgs() != 1)
    return std::nullopt;
  const clang::TemplateArgument& argument = callee->getTemplateArgs()[0].getArgument();
  if (argument.getKind() != clang::TemplateArgument::Expression) return std::nullopt;
  const auto value = argument.getAsExpr()->getIntegerConstantExpr(unit.context);
  return value ? std::optional(static_cast<unsigned>(value->getZExtValue())) : std::nullopt;
}

std::string adapt_result(const Unit& unit, const clang::Expr& result, const SelectBranch& branch,
                         const Turn& turn, Change& change) {
  const ResultUse use = result_use(unit, result);
  if (use.asks_index) return {};
  if (!use.get) return "the result of the select is used as a whole";
  return use.index == branch.index ? adapt_use(unit, *use.get, turn, change) : std::string();
}

}  // namespace

std::optional<SelectBranch> select_branch(const Unit& unit, const clang::Expr& future) {
  const auto* call = unit.parents.meaning(&future).as<clang::CallExpr>();
  const llvm::StringRef callee = call ? callee_name(*call) : llvm::StringRef();
  if (callee != "select" && callee != "select_biased" && callee != "join") return std::nullopt;
  for (unsigned i = 0; i < call->getNumArgs(); ++i)
    if (call->getArg(i)->IgnoreImplicit()->IgnoreParenImpCasts() == future.IgnoreParenImpCasts())
      return SelectBranch{call, i};
  return std::nullopt;
}

ResultUse result_use(const Unit& unit, const clang::Expr& result) {
  Node parent = unit.parents.meaning(&result);
  if (const clang::CallExpr* moved = move_of(parent)) parent = unit.parents.meaning(moved);
  if (const Access access = access_of(parent); access && access.name == "index") return {.asks_index = true};
  const auto* call = parent.as<clang::CallExpr>();
  const std::optional<unsigned> index = call ? index_of_get(unit, *call) : std::nullopt;
  return index ? ResultUse{.get = call, .index = *index} : ResultUse{};
}

std::string adapt_branch(const Unit& unit, const SelectBranch& branch, const Turn& turn, Change& change) {
  const clang::Expr* awaited = await_of(unit, *branch.select);
  if (!awaited) return "the select is not awaited on the spot";
  const Node parent = unit.parents.meaning(awaited);
  if (is_dropped(parent)) return {};
  const auto* variable = parent.as<clang::VarDecl>();
  if (!variable) return adapt_result(unit, *unit.parents.whole(awaited), branch, turn, change);
  const auto references = unit.uses.of_variables.find(variable);
  if (references == unit.uses.of_variables.end()) return {};
  for (const clang::DeclRefExpr* reference : references->second)
    if (std::string trouble = adapt_result(unit, *reference, branch, turn, change); !trouble.empty())
      return trouble;
  return {};
}

}  // namespace ferry::rewriter
