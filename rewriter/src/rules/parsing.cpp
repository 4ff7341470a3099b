#include "rules/parsing.hpp"

#include <algorithm>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/STLExtras.h>

#include "analyse/unit.hpp"
#include "rules/result_use.hpp"

namespace ferry::rewriter {
namespace {

bool is_cast_in_parentheses(const clang::Stmt& node) {
  if (const auto* cast = llvm::dyn_cast<clang::CXXFunctionalCastExpr>(&node))
    return !cast->isListInitialization();
  if (const auto* made = llvm::dyn_cast<clang::CXXTemporaryObjectExpr>(&node))
    return !made->isListInitialization();
  if (const auto* made = llvm::dyn_cast<clang::CXXUnresolvedConstructExpr>(&node))
    return !made->isListInitialization();
  return llvm::isa<clang::CXXScalarValueInitExpr>(node);
}

bool is_in_type(const clang::Stmt& parent, const clang::Expr& part) {
  return !llvm::is_contained(parent.children(), &part);
}

// The outermost expression that begins with `expression`.
const clang::Expr& outermost(const Unit& unit, const clang::Expr& expression) {
  const clang::Expr* part = &expression;
  while (const auto* around = unit.parents.of(part).as<clang::Expr>()) {
    if (around->getBeginLoc() != expression.getBeginLoc() || is_in_type(*around, *part)) break;
    part = around;
  }
  return *part;
}

bool is_unwritten(const clang::Stmt* node) {
  return llvm::isa_and_present<clang::ImplicitCastExpr, clang::FullExpr, clang::MaterializeTemporaryExpr,
                               clang::CXXBindTemporaryExpr>(node);
}

}  // namespace

std::vector<const clang::Expr*> arguments_of_cast(const clang::Expr& cast) {
  std::vector<const clang::Expr*> arguments;
  for (const clang::Stmt* child : cast.children())
    if (const auto* argument = llvm::dyn_cast_if_present<clang::Expr>(child);
        argument && !llvm::isa<clang::CXXDefaultArgExpr>(argument))
      arguments.push_back(argument->IgnoreUnlessSpelledInSource());
  return arguments;
}

bool is_clearly_expression(const clang::Expr& expression) {
  return llvm::isa<clang::IntegerLiteral, clang::FloatingLiteral, clang::StringLiteral,
                   clang::CharacterLiteral, clang::CXXBoolLiteralExpr, clang::CXXNullPtrLiteralExpr,
                   clang::LambdaExpr, clang::CXXThisExpr, clang::CXXNamedCastExpr>(
      expression.IgnoreImplicit());
}

const clang::Expr* begins_with_cast(const clang::Expr& expression) {
  const clang::Stmt* node = &expression;
  const clang::Stmt* around = nullptr;
  while (node) {
    if (is_cast_in_parentheses(*node))
      return llvm::isa_and_present<clang::MemberExpr, clang::CXXDependentScopeMemberExpr>(around)
                 ? nullptr
                 : llvm::cast<clang::Expr>(node);
    if (!is_unwritten(node)) around = node;
    const auto first = llvm::find_if(node->children(), [&](const clang::Stmt* child) {
      return child && child->getBeginLoc() == node->getBeginLoc();
    });
    node = first == node->child_end() ? nullptr : *first;
  }
  return nullptr;
}

bool begins_statement(const Unit& unit, const clang::Expr& expression) {
  const clang::Expr& whole = outermost(unit, expression);
  const Node parent = unit.parents.of(&whole);
  return parent.stmt && !parent.as<clang::Expr>() && is_unused(unit, whole);
}

bool begins_parameters(const Unit& unit, const clang::Expr& expression) {
  const clang::Expr* part = &outermost(unit, expression);
  const clang::CXXConstructExpr* made = nullptr;
  Node parent = unit.parents.of(part);
  for (; parent.as<clang::Expr>(); parent = unit.parents.of(part)) {
    const auto* around = parent.as<clang::Expr>();
    const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(around);
    if (construction && !llvm::isa<clang::CXXTemporaryObjectExpr>(construction))
      made = construction;
    else if (!is_unwritten(around) && !llvm::isa<clang::ParenListExpr>(around))
      return false;
    part = around;
  }
  const auto* variable = parent.as<clang::VarDecl>();
  if (!variable || llvm::isa<clang::ParmVarDecl>(variable) || variable->getInit() != part ||
      variable->getInitStyle() != clang::VarDecl::CallInit)
    return false;
  // Any other argument that names something, or has a value, makes it an object for certain.
  return !made || std::ranges::none_of(made->arguments(), [](const clang::Expr* argument) {
    return is_clearly_expression(*argument) ||
           llvm::isa<clang::DeclRefExpr, clang::UnaryOperator>(argument->IgnoreImplicit());
  });
}

bool could_be_type(const Unit& unit, const clang::Expr& expression) {
  Node parent = unit.parents.of(&expression);
  while (is_unwritten(parent.stmt)) parent = unit.parents.of(parent);
  const auto* around = parent.as<clang::Expr>();
  if (!around) return parent.decl && !is_evaluated(unit, expression);
  return llvm::isa<clang::ParenExpr, clang::ExplicitCastExpr, clang::CXXTemporaryObjectExpr,
                   clang::UnaryExprOrTypeTraitExpr, clang::CXXTypeidExpr, clang::DeclRefExpr>(around);
}

}  // namespace ferry::rewriter
