#include "rules/shapes.hpp"

#include <clang/AST/ExprCXX.h>

namespace ferry::rewriter {

Access access_of(const Node& node) {
  if (const auto* member = node.as<clang::MemberExpr>())
    return {member, member->isArrow(), member->getMemberDecl()->getNameAsString(), member->getMemberLoc(),
            member->getOperatorLoc()};
  if (const auto* member = node.as<clang::CXXDependentScopeMemberExpr>())
    return {member, member->isArrow(), member->getMember().getAsString(), member->getMemberLoc(),
            member->getOperatorLoc()};
  return {};
}

bool is_operator_call(const Node& node, clang::OverloadedOperatorKind kind) {
  const auto* call = node.as<clang::CXXOperatorCallExpr>();
  return call && call->getOperator() == kind && (kind != clang::OO_Star || call->getNumArgs() == 1);
}

const clang::Expr* dereference(const Node& node) {
  if (is_operator_call(node, clang::OO_Star)) return llvm::cast<clang::Expr>(node.stmt);
  const auto* unary = node.as<clang::UnaryOperator>();
  return unary && unary->getOpcode() == clang::UO_Deref ? unary : nullptr;
}

const clang::Expr& dereferenced(const clang::Expr& star) {
  const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&star);
  return operation ? *operation->getArg(0) : *llvm::cast<clang::UnaryOperator>(star).getSubExpr();
}

const clang::Expr& without_conversion(const clang::Expr& expression) {
  const clang::Expr* inner = expression.IgnoreImplicit();
  if (const auto* copy = llvm::dyn_cast<clang::CXXConstructExpr>(inner);
      copy && copy->getNumArgs() == 1 && !llvm::isa<clang::CXXTemporaryObjectExpr>(copy))
    inner = copy->getArg(0)->IgnoreImplicit();
  return *inner;
}

Access arrow_access(const Unit& unit, const Node& node) {
  if (is_operator_call(node, clang::OO_Arrow)) return access_of(unit.parents.meaning(node.stmt));
  const Access access = access_of(node);
  return access.is_arrow ? access : Access{};
}

const clang::CallExpr* call_of(const Unit& unit, const Access& access) {
  const auto* call = unit.parents.meaning(access.expression).as<clang::CallExpr>();
  return call && call->getCallee()->IgnoreParenImpCasts() == access.expression ? call : nullptr;
}

const clang::CallExpr* move_of(const Node& node) {
  const auto* call = node.as<clang::CallExpr>();
  return call && call->getNumArgs() == 1 && callee_name(*call) == "move" ? call : nullptr;
}

std::optional<Test> test_of(const Unit& unit, const clang::Expr& value) {
  const clang::Expr* tested = &value;
  Node parent = unit.parents.meaning(tested);
  bool is_converted = false;
  if (const auto* member = parent.as<clang::MemberExpr>();
      member && llvm::isa<clang::CXXConversionDecl>(member->getMemberDecl()))
    if (const auto* call = unit.parents.meaning(member).as<clang::CXXMemberCallExpr>()) {
      is_converted = true;
      tested = call;
      parent = unit.parents.meaning(call);
    }
  if (const auto* negation = parent.as<clang::UnaryOperator>();
      negation && negation->getOpcode() == clang::UO_LNot)
    return Test{negation, true};
  if (is_operator_call(parent, clang::OO_Exclaim)) return Test{llvm::cast<clang::Expr>(parent.stmt), true};
  if (is_converted) return Test{&value, false};
  if (!value.isTypeDependent()) return std::nullopt;
  const auto* operation = parent.as<clang::BinaryOperator>();
  const auto* choice = parent.as<clang::ConditionalOperator>();
  if (parent.as<clang::IfStmt>() || parent.as<clang::WhileStmt>() ||
      (operation && operation->isLogicalOp()) ||
      (choice && choice->getCond()->IgnoreParenImpCasts() == &value))
    return Test{&value, false};
  return std::nullopt;
}

const clang::VarDecl* reference_to(const Unit& unit, const clang::Expr& value) {
  const auto* variable = unit.parents.meaning(&value).as<clang::VarDecl>();
  const bool is_reference = variable && variable->getType()->isReferenceType() &&
                            (variable->getTypeSourceInfo()->getType()->getContainedDeducedType() != nullptr);
  return is_reference && unit.parents.of(variable).as<clang::DeclStmt>() ? variable : nullptr;
}

bool is_dropped(const Node& parent) {
  const auto* cast = parent.as<clang::CStyleCastExpr>();
  return parent.as<clang::CompoundStmt>() || (cast && cast->getType()->isVoidType());
}

llvm::StringRef callee_name(const clang::CallExpr& call) {
  const clang::Expr* callee = call.getCallee()->IgnoreParenImpCasts();
  clang::DeclarationName name;
  if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(callee))
    name = reference->getDecl()->getDeclName();
  if (const auto* overloaded = llvm::dyn_cast<clang::OverloadExpr>(callee)) name = overloaded->getName();
  return name && name.isIdentifier() ? name.getAsIdentifierInfo()->getName() : llvm::StringRef();
}

}  // namespace ferry::rewriter
