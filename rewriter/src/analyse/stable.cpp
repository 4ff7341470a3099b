#include "analyse/stable.hpp"

#include <algorithm>

#include <clang/AST/ExprCXX.h>

#include "analyse/bodies.hpp"
#include "analyse/effects.hpp"
#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

class Stability {
 public:
  explicit Stability(const Unit& unit) : unit_(unit) {}

  bool is_value(const clang::Expr& expression) const {
    const clang::Expr* inner = expression.IgnoreParens();
    if (inner->isTypeDependent() || inner->getType().isVolatileQualified()) return false;
    if (const auto* keeper = llvm::dyn_cast<clang::FullExpr>(inner)) return is_value(*keeper->getSubExpr());
    if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(inner))
      return is_value(*temporary->getSubExpr());
    if (const auto* temporary = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(inner))
      return is_value(*temporary->getSubExpr());
    if (const auto* fallback = llvm::dyn_cast<clang::CXXDefaultArgExpr>(inner))
      return is_value(*fallback->getExpr());
    if (llvm::isa<clang::IntegerLiteral, clang::FloatingLiteral, clang::CharacterLiteral,
                  clang::StringLiteral, clang::CXXBoolLiteralExpr, clang::CXXNullPtrLiteralExpr,
                  clang::GNUNullExpr, clang::CXXThisExpr, clang::UnaryExprOrTypeTraitExpr,
                  clang::CXXScalarValueInitExpr, clang::ImplicitValueInitExpr,
                  clang::SubstNonTypeTemplateParmExpr>(inner))
      return true;
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(inner)) return is_stable(*lambda);
    if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(inner)) return is_stable(*cast);
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(inner))
      return llvm::isa<clang::EnumConstantDecl, clang::FunctionDecl, clang::NonTypeTemplateParmDecl>(
                 reference->getDecl()) ||
             is_unchanging(*inner);
    if (const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(inner)) {
      if (operation->getOpcode() == clang::UO_AddrOf) return is_object(*operation->getSubExpr());
      return !operation->isIncrementDecrementOp() && operation->getOpcode() != clang::UO_Deref &&
             is_value(*operation->getSubExpr());
    }
    if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(inner))
      return !operation->isAssignmentOp() && is_value(*operation->getLHS()) && is_value(*operation->getRHS());
    if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(inner))
      return is_value(*choice->getCond()) && is_value(*choice->getTrueExpr()) &&
             is_value(*choice->getFalseExpr());
    if (const auto* list = llvm::dyn_cast<clang::InitListExpr>(inner))
      return std::ranges::all_of(list->inits(), [&](const clang::Expr* init) { return is_value(*init); });
    if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(inner))
      return only_reads(unit_, *made) &&
             std::ranges::all_of(made->arguments(),
                                 [&](const clang::Expr* argument) { return is_value(*argument); });
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(inner)) return gives_constant(*call);
    return is_unchanging(*inner);
  }

  bool is_object(const clang::Expr& expression) const {
    const clang::Expr* inner = expression.IgnoreParens();
    if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(inner))
      return cast->isGLValue() && is_object(*cast->getSubExpr());
    if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(inner))
      return is_value(*temporary->getSubExpr());
    if (llvm::isa<clang::StringLiteral>(inner)) return true;
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(inner))
      return llvm::isa<clang::VarDecl, clang::FunctionDecl>(reference->getDecl());
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(inner))
      return llvm::isa<clang::FieldDecl, clang::VarDecl>(member->getMemberDecl()) &&
             !member->getMemberDecl()->getType()->isReferenceType() &&
             (member->isArrow() ? is_value(*member->getBase()) : is_object(*member->getBase()));
    if (const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(inner))
      return operation->getOpcode() == clang::UO_Deref && is_value(*operation->getSubExpr());
    return false;
  }

 private:
  bool is_stable(const clang::CastExpr& cast) const {
    switch (cast.getCastKind()) {
      case clang::CK_LValueToRValue:
        return is_unchanging(*cast.getSubExpr());
      case clang::CK_ArrayToPointerDecay:
      case clang::CK_FunctionToPointerDecay:
        return is_object(*cast.getSubExpr());
      case clang::CK_UserDefinedConversion:
      case clang::CK_Dynamic:
        return false;
      default:
        return is_value(*cast.getSubExpr());
    }
  }

  bool is_stable(const clang::LambdaExpr& lambda) const {
    return std::ranges::all_of(lambda.captures(), [&](const clang::LambdaCapture& capture) {
      if (lambda.isInitCapture(&capture)) return false;
      if (!capture.capturesVariable()) return capture.capturesThis();
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(capture.getCapturedVar());
      return variable && (capture.getCaptureKind() == clang::LCK_ByRef || is_unchanging(*variable));
    });
  }

  // Whether what is called only names what never changes.
  bool gives_constant(const clang::CallExpr& call) const {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    const clang::FunctionDecl* definition = nullptr;
    if (!callee || llvm::isa<clang::CXXMethodDecl>(callee) || callee->getNumParams() > 0 ||
        !callee->hasBody(definition))
      return false;
    const clang::Expr* result = only_expression(*definition);
    return result && !llvm::isa<clang::CallExpr>(result->IgnoreParenImpCasts()) && is_value(*result);
  }

  // An lvalue whose value nothing changes that runs in between.
  bool is_unchanging(const clang::Expr& expression) const {
    const clang::Expr* inner = expression.IgnoreParens();
    if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(inner))
      return cast->isGLValue() && is_unchanging(*cast->getSubExpr());
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(inner)) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(reference->getDecl());
      return variable && is_unchanging(*variable);
    }
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(inner);
    const auto* field = member ? llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl()) : nullptr;
    return field && !member->isArrow() && !field->isMutable() && !field->getType()->isReferenceType() &&
           is_unchanging(*member->getBase());
  }

  bool is_unchanging(const clang::VarDecl& variable) const {
    const clang::QualType type = variable.getType();
    if (type->isReferenceType() || type->isDependentType() || type.isVolatileQualified()) return false;
    return type.isConstQualified() ||
           (variable.isLocalVarDeclOrParm() && !variable.isStaticLocal() && is_out_of_reach(variable));
  }

  // Whether nobody gets at the variable but the function's own statements, by its name.
  bool is_out_of_reach(const clang::VarDecl& variable) const {
    const auto uses = unit_.uses.of_variables.find(&variable);
    return uses == unit_.uses.of_variables.end() ||
           std::ranges::all_of(uses->second,
                               [&](const clang::DeclRefExpr* use) { return is_own(*use, variable); });
  }

  bool is_own(const clang::Expr& use, const clang::VarDecl& variable) const {
    const Node parent = unit_.parents.of(&use);
    if (parent.as<clang::ParenExpr>()) return is_own(*parent.as<clang::Expr>(), variable);
    if (const auto* cast = parent.as<clang::ImplicitCastExpr>())
      return cast->getCastKind() == clang::CK_LValueToRValue || cast->getType().isConstQualified();
    const auto* binary = parent.as<clang::BinaryOperator>();
    const auto* unary = parent.as<clang::UnaryOperator>();
    const bool is_changed = (binary && binary->isAssignmentOp() && binary->getLHS() == &use) ||
                            (unary && unary->isIncrementDecrementOp());
    return is_changed && unit_.parents.function(Node{.stmt = &use}) ==
                             llvm::dyn_cast<clang::FunctionDecl>(variable.getParentFunctionOrMethod());
  }

  const Unit& unit_;
};

}  // namespace

bool has_stable_value(const Unit& unit, const clang::Expr& expression) {
  return Stability(unit).is_value(expression);
}

bool names_stable_object(const Unit& unit, const clang::Expr& expression) {
  return Stability(unit).is_object(expression);
}

}  // namespace ferry::rewriter
