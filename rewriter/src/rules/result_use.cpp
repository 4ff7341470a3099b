#include "rules/result_use.hpp"

#include <algorithm>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/ExprConcepts.h>
#include <clang/AST/StmtCXX.h>
#include <llvm/ADT/STLExtras.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

bool is_decltype_auto(clang::QualType type) {
  const clang::AutoType* open = type.isNull() ? nullptr : type->getContainedAutoType();
  return open && open->isDecltypeAuto();
}

bool initialises_value(const clang::Decl& declaration, const clang::Expr& init) {
  if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(&declaration))
    return variable->getInit() == &init && !is_decltype_auto(variable->getType()) &&
           !variable->getType()->isReferenceType() && !variable->getType()->isDependentType();
  if (const auto* field = llvm::dyn_cast<clang::FieldDecl>(&declaration))
    return field->getInClassInitializer() == &init;
  const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&declaration);
  return constructor && std::ranges::any_of(constructor->inits(), [&](const clang::CXXCtorInitializer* each) {
           return each->getInit() == &init;
         });
}

// Nothing where the parent only passes the result on.
std::optional<bool> takes_value(const clang::Expr& parent, const clang::Expr& part) {
  if (llvm::isa<clang::ParenExpr, clang::FullExpr>(parent)) return std::nullopt;
  if (parent.isInstantiationDependent()) return false;
  if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(&parent))
    return cast->getCastKind() != clang::CK_NoOp;
  if (const auto* cast = llvm::dyn_cast<clang::ExplicitCastExpr>(&parent))
    return !cast->getTypeAsWritten()->isReferenceType();
  if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(&parent))
    return choice->getCond() == &part ? std::optional(true) : std::nullopt;
  if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(&parent)) {
    if (operation->isCommaOp() && operation->getRHS() == &part) return std::nullopt;
    return !operation->isAssignmentOp() || operation->getRHS() == &part;
  }
  if (const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(&parent))
    return operation->getOpcode() != clang::UO_AddrOf && !operation->isIncrementDecrementOp();
  return llvm::isa<clang::CallExpr, clang::CXXConstructExpr, clang::InitListExpr, clang::ArraySubscriptExpr>(
      parent);
}

}  // namespace

bool is_unused(const Unit& unit, const clang::Expr& expression) {
  const Node parent = unit.parents.meaning(&expression);
  if (const auto* cast = parent.as<clang::ExplicitCastExpr>()) return cast->getType()->isVoidType();
  if (const auto* operation = parent.as<clang::BinaryOperator>();
      operation && operation->getOpcode() == clang::BO_Comma)
    return operation->getLHS()->getBeginLoc() == expression.getBeginLoc();
  const auto is = [&](const clang::Stmt* part) {
    return part != nullptr && part->getBeginLoc() == expression.getBeginLoc();
  };
  if (const auto* choice = parent.as<clang::IfStmt>()) return is(choice->getThen()) || is(choice->getElse());
  if (const auto* loop = parent.as<clang::ForStmt>())
    return is(loop->getInc()) || is(loop->getBody()) || is(loop->getInit());
  if (const auto* loop = parent.as<clang::WhileStmt>()) return is(loop->getBody());
  if (const auto* loop = parent.as<clang::CXXForRangeStmt>()) return is(loop->getBody());
  return parent.as<clang::CompoundStmt>() || parent.as<clang::DoStmt>() || parent.as<clang::SwitchCase>() ||
         parent.as<clang::LabelStmt>();
}

bool is_taken_by_value(const Unit& unit, const clang::Expr& expression) {
  const clang::Expr* part = &expression;
  for (;;) {
    const Node parent = unit.parents.of(part);
    if (parent.decl) return initialises_value(*parent.decl, *part);
    const auto* around = parent.as<clang::Expr>();
    if (!around) {
      const clang::FunctionDecl* function =
          parent.as<clang::ReturnStmt>() ? unit.parents.function(parent) : nullptr;
      return parent.stmt && !parent.as<clang::CoreturnStmt>() &&
             !(function && is_decltype_auto(function->getDeclaredReturnType()));
    }
    if (const std::optional<bool> answer = takes_value(*around, *part)) return *answer;
    part = around;
  }
}

bool is_kept_by_reference(const Unit& unit, const clang::Expr& expression) {
  const clang::Expr* part = &expression;
  while ((part = unit.parents.of(part).as<clang::Expr>()) != nullptr) {
    if (const auto* kept = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(part);
        kept && kept->getExtendingDecl() != nullptr)
      return true;
    if (!llvm::isa<clang::ImplicitCastExpr, clang::ParenExpr, clang::FullExpr,
                   clang::MaterializeTemporaryExpr, clang::CXXBindTemporaryExpr>(part))
      return false;
  }
  return false;
}

bool is_read(const Unit& unit, const clang::Expr& expression) {
  Node parent = unit.parents.of(&expression);
  while (parent.as<clang::ParenExpr>()) parent = unit.parents.of(parent);
  const auto* cast = parent.as<clang::ImplicitCastExpr>();
  return cast && cast->getCastKind() == clang::CK_LValueToRValue;
}

bool is_asked_about(const Unit& unit, const clang::Expr& expression) {
  for (Node parent = unit.parents.of(&expression); parent.stmt; parent = unit.parents.of(parent))
    if (parent.as<clang::CXXNoexceptExpr>() || parent.as<clang::RequiresExpr>()) return true;
  return false;
}

bool is_asked_for_type(const Unit& unit, const clang::Expr& expression) {
  const clang::Expr* part = &expression;
  Node parent = unit.parents.of(part);
  for (; llvm::isa_and_present<clang::ImplicitCastExpr, clang::FullExpr>(parent.stmt);
       parent = unit.parents.of(part))
    part = llvm::cast<clang::Expr>(parent.stmt);
  if (parent.decl) {
    const auto* variable = parent.as<clang::VarDecl>();
    if (variable && variable->getInit() == part) return is_decltype_auto(variable->getType());
    return !initialises_value(*parent.decl, *part);
  }
  if (parent.as<clang::ReturnStmt>()) {
    const clang::FunctionDecl* function = unit.parents.function(parent);
    return function && is_decltype_auto(function->getDeclaredReturnType());
  }
  // What stands in a type hangs on what is around that.
  return parent.stmt && !parent.as<clang::CXXForRangeStmt>() &&
         !parent.as<clang::CXXRewrittenBinaryOperator>() &&
         !llvm::is_contained(parent.stmt->children(), part);
}

bool is_evaluated(const Unit& unit, const clang::Expr& expression) {
  const clang::Expr* part = &expression;
  Node parent = unit.parents.of(part);
  for (; parent.as<clang::Expr>(); parent = unit.parents.of(part)) part = parent.as<clang::Expr>();
  if (parent.stmt) return true;
  const auto* variable = parent.as<clang::VarDecl>();
  const auto* field = parent.as<clang::FieldDecl>();
  return (variable && variable->getInit() == part) || (field && field->getInClassInitializer() == part) ||
         parent.as<clang::CXXConstructorDecl>();
}

}  // namespace ferry::rewriter
