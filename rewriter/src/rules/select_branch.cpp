#include "rules/select_branch.hpp"

#include <clang/AST/ExprCXX.h>

#include "rules/await_loop.hpp"

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

bool asks_for_index(const Node& parent) {
  const auto* member = parent.as<clang::MemberExpr>();
  return member && member->getMemberDecl()->getNameAsString() == "index";
}

std::string adapt_result(const Unit& unit, const clang::Expr& result, const SelectBranch& branch,
                         Becomes becomes, Change& change) {
  const Node parent = unit.parents.meaning(&result);
  if (asks_for_index(parent)) return {};
  const auto* call = parent.as<clang::CallExpr>();
  const std::optional<unsigned> index = call ? index_of_get(unit, *call) : std::nullopt;
  if (!index) return "the result of the select is used as a whole";
  return *index == branch.index ? adapt_use(unit, *call, becomes, change) : std::string();
}

}  // namespace

std::optional<SelectBranch> select_branch(const Unit& unit, const clang::Expr& future) {
  const auto* call = unit.parents.meaning(&future).as<clang::CallExpr>();
  const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
  if (!callee || !callee->getIdentifier()) return std::nullopt;
  if (callee->getName() != "select" && callee->getName() != "select_biased" && callee->getName() != "join")
    return std::nullopt;
  for (unsigned i = 0; i < call->getNumArgs(); ++i)
    if (call->getArg(i)->IgnoreImplicit()->IgnoreParenImpCasts() == future.IgnoreParenImpCasts())
      return SelectBranch{call, i};
  return std::nullopt;
}

std::string adapt_branch(const Unit& unit, const SelectBranch& branch, Becomes becomes, Change& change) {
  const clang::Expr* awaited = await_of(unit, *branch.select);
  if (!awaited) return "the select is not awaited on the spot";
  const Node parent = unit.parents.meaning(awaited);
  if (parent.as<clang::CompoundStmt>() || asks_for_index(parent)) return {};
  const auto* variable = parent.as<clang::VarDecl>();
  if (!variable) return adapt_result(unit, *unit.parents.whole(awaited), branch, becomes, change);
  const auto references = unit.uses.of_variables.find(variable);
  if (references == unit.uses.of_variables.end()) return {};
  for (const clang::DeclRefExpr* reference : references->second)
    if (std::string trouble = adapt_result(unit, *reference, branch, becomes, change); !trouble.empty())
      return trouble;
  return {};
}

}  // namespace ferry::rewriter
