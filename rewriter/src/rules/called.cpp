#include "rules/called.hpp"

#include <clang/AST/Attr.h>
#include <clang/AST/ExprCXX.h>

namespace ferry::rewriter {
namespace {

template <class Arguments>
std::vector<const clang::Expr*> written(const Arguments& arguments) {
  std::vector<const clang::Expr*> result;
  for (const clang::Expr* argument : arguments)
    if (!llvm::isa<clang::CXXDefaultArgExpr>(argument)) result.push_back(argument);
  return result;
}

// `x != y` that calls `x == y`: the two operands are the same.
std::optional<Called> rewritten_operation(const clang::CXXRewrittenBinaryOperator& operation) {
  if (!is_negated(operation)) return std::nullopt;
  Called result{.whole = &operation,
                .range = operation.getSourceRange(),
                .arguments = {operation.getLHS(), operation.getRHS()}};
  const auto* method = llvm::dyn_cast_if_present<clang::CXXMethodDecl>(called_by(operation));
  if (method && method->isInstance()) {
    result.object = result.arguments.front();
    result.arguments.erase(result.arguments.begin());
  }
  return result;
}

std::optional<Called> operation(const Unit& unit, const Use& use) {
  if (const auto* rewritten = llvm::dyn_cast<clang::CXXRewrittenBinaryOperator>(use.expression))
    return rewritten_operation(*rewritten);
  const auto* call = unit.parents.meaning(use.expression).as<clang::CXXOperatorCallExpr>();
  if (!call || call->getCallee()->IgnoreParenImpCasts() != use.expression) return std::nullopt;
  Called result{.whole = call, .range = call->getSourceRange(), .arguments = written_arguments(*call)};
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(use.target);
  const auto* function = use.target->getAsFunction();
  if (method && method->isInstance() && !result.arguments.empty()) {
    result.object = result.arguments.front();
    result.arguments.erase(result.arguments.begin());
  }
  // The `0` that tells `x++` from `++x` is not written.
  if (const bool is_step =
          call->getOperator() == clang::OO_PlusPlus || call->getOperator() == clang::OO_MinusMinus;
      is_step && !result.arguments.empty() && result.arguments.size() + (result.object ? 1U : 0U) == 2)
    result.arguments.pop_back();
  if (!function || call->getOperator() == clang::OO_Arrow) return std::nullopt;
  return result;
}

std::optional<Called> conversion(const Unit& unit, const Use& use) {
  const auto* member = llvm::dyn_cast<clang::MemberExpr>(use.expression);
  const auto* call = member ? unit.parents.of(member).as<clang::CXXMemberCallExpr>() : nullptr;
  if (!call || member->isImplicitAccess()) return std::nullopt;
  const clang::Expr* object = member->getBase();
  // Written out, `x.operator bool()` ends behind the object.
  if (call->getRParenLoc().isValid() && call->getRParenLoc() != object->getEndLoc()) return std::nullopt;
  return Called{
      .whole = call, .range = object->getSourceRange(), .object = object, .is_arrow = member->isArrow()};
}

std::optional<Called> construction(const Unit& unit, const Use& use) {
  const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(use.expression);
  if (!made) return std::nullopt;
  std::vector<const clang::Expr*> arguments = written(made->arguments());
  if (llvm::isa<clang::CXXTemporaryObjectExpr>(made))
    return Called{.whole = made, .range = made->getSourceRange(), .arguments = std::move(arguments)};
  const auto* cast = unit.parents.meaning(made).as<clang::CXXFunctionalCastExpr>();
  if (!cast || arguments.size() != 1) return std::nullopt;
  return Called{.whole = cast, .range = cast->getSourceRange(), .arguments = std::move(arguments)};
}

}  // namespace

const clang::CallExpr* call_of(const Unit& unit, const clang::Expr* expression) {
  if (!expression) return nullptr;
  const auto* call = unit.parents.meaning(expression).as<clang::CallExpr>();
  if (!call || llvm::isa<clang::CXXOperatorCallExpr>(call)) return nullptr;
  return call->getCallee()->IgnoreParenImpCasts() == expression ? call : nullptr;
}

const clang::FunctionDecl* callee_of(const clang::CallExpr& call) {
  if (const clang::FunctionDecl* callee = call.getDirectCallee()) return callee;
  const auto* overloads = llvm::dyn_cast<clang::OverloadExpr>(call.getCallee()->IgnoreParenImpCasts());
  const auto* lookup = llvm::dyn_cast_if_present<clang::UnresolvedLookupExpr>(overloads);
  if (!overloads || (lookup && lookup->requiresADL())) return nullptr;
  const clang::FunctionDecl* first = nullptr;
  for (const clang::NamedDecl* candidate : overloads->decls()) {
    const clang::FunctionDecl* function = candidate->getUnderlyingDecl()->getAsFunction();
    if (!function) return nullptr;
    if (!first) first = function;
    if (!function->getDeclContext()->getRedeclContext()->Equals(first->getDeclContext()->getRedeclContext()))
      return nullptr;
  }
  return first;
}

const clang::FunctionDecl* called_by(const clang::CXXRewrittenBinaryOperator& operation) {
  const auto* call =
      llvm::dyn_cast<clang::CXXOperatorCallExpr>(operation.getDecomposedForm().InnerBinOp->IgnoreImplicit());
  return call ? call->getDirectCallee() : nullptr;
}

bool is_negated(const clang::CXXRewrittenBinaryOperator& operation) {
  return operation.getOperator() == clang::BO_NE && !operation.isReversed();
}

std::vector<const clang::Expr*> written_arguments(const clang::CallExpr& call) {
  return written(call.arguments());
}

const clang::Expr& before_arrow(const clang::Expr& object) {
  const auto* arrow = llvm::dyn_cast<clang::CXXOperatorCallExpr>(object.IgnoreImpCasts());
  return arrow && arrow->getOperator() == clang::OO_Arrow ? before_arrow(*arrow->getArg(0)) : object;
}

std::optional<Called> called(const Unit& unit, const Use& use) {
  if (!use.expression) return std::nullopt;
  if (use.mention == Mention::Operator) return operation(unit, use);
  if (use.mention == Mention::Conversion) return conversion(unit, use);
  if (use.mention == Mention::Construction) return construction(unit, use);
  const clang::CallExpr* call = call_of(unit, use.expression);
  if (!call || llvm::isa<clang::UserDefinedLiteral>(call)) return std::nullopt;
  const auto* member = llvm::dyn_cast<clang::MemberExpr>(use.expression);
  const auto* open = llvm::dyn_cast<clang::CXXDependentScopeMemberExpr>(use.expression);
  const auto* overloaded = llvm::dyn_cast<clang::UnresolvedMemberExpr>(use.expression);
  return Called{.whole = call,
                .range = call->getSourceRange(),
                .object = use.object,
                .is_arrow = (member && member->isArrow()) || (open && open->isArrow()) ||
                            (overloaded && overloaded->isArrow()),
                .arguments = written_arguments(*call)};
}

std::optional<Called> constructed(const Unit& unit, const Use& use) {
  const auto* made = llvm::dyn_cast_if_present<clang::CXXConstructExpr>(use.expression);
  if (!made || use.mention != Mention::Construction) return std::nullopt;
  const auto* written_as = unit.parents.meaning(made).as<clang::ExplicitCastExpr>();
  if (written_as && !llvm::isa<clang::CXXFunctionalCastExpr>(written_as)) return std::nullopt;
  Called result{
      .whole = made, .range = made->getParenOrBraceRange(), .arguments = written(made->arguments())};
  if (const auto* cast = unit.parents.meaning(made).as<clang::CXXFunctionalCastExpr>();
      cast && result.range.isInvalid())
    result.range = {cast->getLParenLoc(), cast->getRParenLoc()};
  return result.range.isValid() ? std::optional(std::move(result)) : std::nullopt;
}

const clang::FunctionDecl& annotated(const clang::FunctionDecl& function) {
  for (const clang::FunctionDecl* declaration : function.redecls())
    for (const auto* attribute : declaration->specific_attrs<clang::AnnotateAttr>())
      if (!attribute->isInherited() && parse_annotation(attribute->getAnnotation())) return *declaration;
  return function;
}

}  // namespace ferry::rewriter
