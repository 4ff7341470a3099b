#include "analyse/sequence.hpp"

#include <algorithm>

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

bool mixes(clang::BinaryOperatorKind kind, bool is_since_17) {
  if (kind == clang::BO_Comma || clang::BinaryOperator::isLogicalOp(kind)) return false;
  const bool is_ordered_since_17 = clang::BinaryOperator::isAssignmentOp(kind) ||
                                   clang::BinaryOperator::isShiftOp(kind) ||
                                   clang::BinaryOperator::isPtrMemOp(kind);
  return !(is_since_17 && is_ordered_since_17);
}

// Before C++17, operators between objects are calls like any other.
bool mixes(const clang::CXXOperatorCallExpr& call, bool is_since_17) {
  if (!is_since_17) return call.getNumArgs() > 1;
  return call.isInfixBinaryOp() && !call.isAssignmentOp() && call.getOperator() != clang::OO_LessLess &&
         call.getOperator() != clang::OO_GreaterGreater && call.getOperator() != clang::OO_Comma &&
         call.getOperator() != clang::OO_AmpAmp && call.getOperator() != clang::OO_PipePipe &&
         call.getOperator() != clang::OO_ArrowStar;
}

bool is_inlined(Unit& unit, const clang::Expr& expression) {
  const auto* call = llvm::dyn_cast<clang::CallExpr>(&expression);
  const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(&expression);
  const clang::NamedDecl* target = nullptr;
  if (call)
    target = llvm::dyn_cast_if_present<clang::NamedDecl>(call->getCalleeDecl());
  else if (made)
    target = made->getConstructor();
  return target && std::ranges::any_of(unit.annotations.of(target), [](const Annotation* annotation) {
           return annotation->kind == Annotation::Kind::Inline;
         });
}

std::vector<const clang::Stmt*> operands_of(const clang::Expr& parent) {
  if (const auto* rewritten = llvm::dyn_cast<clang::CXXRewrittenBinaryOperator>(&parent))
    return {rewritten->getLHS(), rewritten->getRHS()};
  return {parent.children().begin(), parent.children().end()};
}

}  // namespace

bool mixes_operands(const Unit& unit, const clang::Expr& parent) {
  const bool is_since_17 = unit.context.getLangOpts().CPlusPlus17;
  if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(&parent))
    return mixes(operation->getOpcode(), is_since_17);
  if (const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&parent))
    return mixes(*operation, is_since_17);
  if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(&parent))
    return !is_since_17 && !made->isListInitialization();
  if (llvm::isa<clang::CXXRewrittenBinaryOperator>(parent)) return true;
  return !is_since_17 && llvm::isa<clang::CallExpr, clang::ArraySubscriptExpr>(parent);
}

std::vector<const clang::Expr*> mixed_with(Unit& unit, const clang::Expr& expression) {
  std::vector<const clang::Expr*> others;
  const clang::Expr* part = &expression;
  while (const auto* around = unit.parents.of(part).as<clang::Expr>()) {
    if (mixes_operands(unit, *around) || is_inlined(unit, *around))
      for (const clang::Stmt* child : operands_of(*around))
        if (const auto* other = llvm::dyn_cast_if_present<clang::Expr>(child); other && other != part)
          others.push_back(other);
    part = around;
  }
  return others;
}

}  // namespace ferry::rewriter
