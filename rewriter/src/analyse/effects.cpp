#include "analyse/effects.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

#include "analyse/bodies.hpp"
#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

// Functions of std and boost whose only effect is their result.
constexpr std::array<llvm::StringLiteral, 26> kMakers = {"bind",
                                                         "ref",
                                                         "cref",
                                                         "move",
                                                         "forward",
                                                         "make_shared",
                                                         "make_unique",
                                                         "make_pair",
                                                         "make_tuple",
                                                         "tie",
                                                         "mem_fn",
                                                         "addressof",
                                                         "to_string",
                                                         "shared_from_this",
                                                         "weak_from_this",
                                                         "get",
                                                         "min",
                                                         "max",
                                                         "tuple_cat",
                                                         "as_const",
                                                         "string",
                                                         "static_pointer_cast",
                                                         "dynamic_pointer_cast",
                                                         "buffer",
                                                         "v4",
                                                         "v6"};

// How deep into bodies of getters it is looked.
constexpr int kDepth = 4;

bool is_in_std_or_boost(const clang::Decl& declaration) {
  const clang::DeclContext* outermost = nullptr;
  for (const clang::DeclContext* context = declaration.getDeclContext(); !context->isTranslationUnit();
       context = context->getParent())
    outermost = context;
  const auto* space = llvm::dyn_cast_if_present<clang::NamespaceDecl>(outermost);
  return space && (space->getName() == "std" || space->getName() == "boost" || space->getName() == "asio");
}

const clang::Expr* stripped(const clang::Expr& expression) {
  return expression.IgnoreParenImpCasts()->IgnoreImplicit();
}

// The one expression that a function's body evaluates, where the body is there and no other may run.
const clang::Expr* only_result(const clang::FunctionDecl& function) {
  const clang::FunctionDecl* definition = nullptr;
  if (!function.hasBody(definition)) return nullptr;
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  if (method && method->isVirtual()) return nullptr;
  return only_expression(*definition);
}

bool is_smart_pointer_access(const clang::FunctionDecl& function) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  if (!method || !method->isConst() || !is_in_std_or_boost(function)) return false;
  const clang::OverloadedOperatorKind kind = method->getOverloadedOperator();
  return kind == clang::OO_Arrow || kind == clang::OO_Star ||
         (method->getIdentifier() && method->getName() == "get" && method->param_empty());
}

class Reading {
 public:
  bool only_reads(const clang::Stmt* node, int depth = kDepth) {
    if (!node) return true;
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(node))
      return std::ranges::all_of(lambda->capture_inits(),
                                 [&](const clang::Expr* init) { return only_reads(init, depth); });
    if (llvm::isa<clang::UnresolvedLookupExpr, clang::UnresolvedMemberExpr,
                  clang::CXXDependentScopeMemberExpr, clang::CXXUnresolvedConstructExpr, clang::CXXNewExpr,
                  clang::CXXDeleteExpr, clang::CXXThrowExpr, clang::CoroutineSuspendExpr, clang::StmtExpr>(
            node))
      return false;
    if (const auto* fallback = llvm::dyn_cast<clang::CXXDefaultArgExpr>(node))
      return only_reads(fallback->getExpr(), depth);
    if (const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(node);
        operation && operation->isIncrementDecrementOp())
      return false;
    if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(node);
        operation && operation->isAssignmentOp())
      return false;
    if (const auto* value = llvm::dyn_cast<clang::Expr>(node);
        value && !value->getType().isNull() && value->getType().isVolatileQualified())
      return false;
    if (const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(node);
        construction && !is_harmless(*construction->getConstructor()))
      return false;
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(node); call && !is_harmless(*call, depth))
      return false;
    return std::ranges::all_of(node->children(),
                               [&](const clang::Stmt* child) { return only_reads(child, depth); });
  }

  // What std::move and the like take from.
  void collect_moved(const clang::Stmt* node, std::set<const clang::ValueDecl*>& moved) {
    if (!node) return;
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(node))
      if (const clang::FunctionDecl* callee = call->getDirectCallee();
          callee && callee->getIdentifier() &&
          (callee->getName() == "move" || callee->getName() == "forward"))
        collect_named(call, moved);
    for (const clang::Stmt* child : node->children()) collect_moved(child, moved);
  }

  static void collect_named(const clang::Stmt* node, std::set<const clang::ValueDecl*>& named) {
    if (!node) return;
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(node)) named.insert(reference->getDecl());
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(node)) named.insert(member->getMemberDecl());
    for (const clang::Stmt* child : node->children()) collect_named(child, named);
  }

  // Whether all that is named is a function, or a local that nobody else gets at but by its name.
  static bool names_only_locals(const clang::Stmt* node) {
    if (!node) return true;
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(node))
      return std::ranges::all_of(lambda->capture_inits(), names_only_locals);
    if (llvm::isa<clang::MemberExpr>(node)) return false;
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(node)) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(reference->getDecl());
      if (variable && !is_in_std_or_boost(*variable) &&
          (!variable->isLocalVarDeclOrParm() || variable->isStaticLocal() ||
           variable->getType()->isReferenceType()))
        return false;
    }
    return std::ranges::all_of(node->children(), names_only_locals);
  }

  // The same for what a member is called on: an object, or a pointer to it.
  bool is_fixed_object(const clang::Expr& expression, int depth = kDepth) {
    return expression.getType()->isPointerType() ? is_fixed_value(expression, depth)
                                                 : is_fixed(expression, depth);
  }

  // Whether what `expression` denotes cannot change while the function runs: variables, members of what is
  // fixed, `*this`, and what getters say of these.
  bool is_fixed(const clang::Expr& expression, int depth = kDepth) {
    const clang::Expr* inner = stripped(expression);
    if (llvm::isa<clang::CXXThisExpr>(inner)) return true;
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(inner)) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(reference->getDecl());
      return variable != nullptr;
    }
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(inner)) {
      const clang::Expr* base = member->getBase();
      const bool is_this = llvm::isa<clang::CXXThisExpr>(stripped(*base));
      return llvm::isa<clang::FieldDecl, clang::VarDecl>(member->getMemberDecl()) &&
             (is_this || (!member->isArrow() && is_fixed(*base, depth)) ||
              (member->isArrow() && is_fixed_value(*base, depth)));
    }
    if (const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(inner))
      return operation->getOpcode() == clang::UO_Deref && is_fixed_value(*operation->getSubExpr(), depth);
    if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(inner)) {
      const clang::CXXMethodDecl* method = call->getMethodDecl();
      const clang::Expr* result =
          method && depth > 0 && call->getNumArgs() == 0 ? only_result(*method) : nullptr;
      if (!result || !method->getReturnType()->isReferenceType()) return false;
      return is_fixed_object(*call->getImplicitObjectArgument(), depth) && is_fixed(*result, depth - 1);
    }
    return false;
  }

 private:
  // The value of a pointer: `this`, or what is const.
  bool is_fixed_value(const clang::Expr& expression, int depth) {
    const clang::Expr* inner = stripped(expression);
    if (llvm::isa<clang::CXXThisExpr>(inner)) return true;
    const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(inner);
    if (operation && operation->getOpcode() == clang::UO_AddrOf)
      return is_fixed(*operation->getSubExpr(), depth);
    return inner->getType().isConstQualified() && is_fixed(*inner, depth);
  }

  static bool is_harmless(const clang::CXXConstructorDecl& constructor) {
    if (constructor.isTrivial() || constructor.isImplicit() || constructor.isDefaulted()) return true;
    return is_in_std_or_boost(constructor) && constructor.getParent()->getName() != "thread" &&
           !constructor.getParent()->getName().contains("lock");
  }

  bool is_harmless(const clang::CallExpr& call, int depth) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    if (!callee) return false;
    if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(callee);
        method && is_in_std_or_boost(*callee) && (method->isConst() || is_smart_pointer_access(*callee)))
      return true;
    if (is_in_std_or_boost(*callee)) {
      if (callee->isOverloadedOperator())
        return !call.isTypeDependent() && is_pure_operator(callee->getOverloadedOperator());
      return callee->getIdentifier() && std::ranges::find(kMakers, callee->getName()) != kMakers.end();
    }
    const clang::Expr* result = depth > 0 ? only_result(*callee) : nullptr;
    return result && only_reads(result, depth - 1);
  }

  static bool is_pure_operator(clang::OverloadedOperatorKind kind) {
    return kind == clang::OO_Arrow || kind == clang::OO_Star || kind == clang::OO_Plus ||
           kind == clang::OO_Minus || kind == clang::OO_EqualEqual || kind == clang::OO_ExclaimEqual ||
           kind == clang::OO_Less || kind == clang::OO_Greater || kind == clang::OO_Subscript;
  }
};

bool is_std_member(const clang::FunctionDecl* function) {
  const auto* method = llvm::dyn_cast_if_present<clang::CXXMethodDecl>(function);
  return method && method->isConst() && method->getParent()->isInStdNamespace();
}

// `*pointer` and `pointer->`.
bool is_access(const clang::CXXOperatorCallExpr& call) {
  return call.getOperator() == clang::OO_Arrow ||
         (call.getOperator() == clang::OO_Star && call.getNumArgs() == 1);
}

}  // namespace

bool is_std_cast(const clang::NamedDecl* function) {
  return function && function->isInStdNamespace() && function->getIdentifier() &&
         (function->getName() == "move" || function->getName() == "forward" ||
          function->getName() == "as_const");
}

bool has_effects(const clang::Expr& expression, const clang::ASTContext& context) {
  const clang::Expr* inner = expression.IgnoreParenImpCasts();
  // What is made by moving or copying out of a name is made at the call, wherever the name stands.
  if (const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(inner);
      construction && construction->getConstructor()->isCopyOrMoveConstructor() &&
      construction->getNumArgs() == 1)
    return has_effects(*construction->getArg(0), context);
  if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(inner))
    return has_effects(*temporary->getSubExpr(), context);
  if (const auto* temporary = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(inner))
    return has_effects(*temporary->getSubExpr(), context);
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(inner);
      member && llvm::isa<clang::FieldDecl>(member->getMemberDecl()))
    return has_effects(*member->getBase(), context);
  const auto* call = llvm::dyn_cast<clang::CallExpr>(inner);
  const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
  if (const auto* operation = llvm::dyn_cast_if_present<clang::CXXOperatorCallExpr>(call);
      operation && is_std_member(callee) && is_access(*operation))
    return has_effects(*operation->getArg(0), context);
  if (is_std_cast(callee) && call->getNumArgs() == 1) return has_effects(*call->getArg(0), context);
  return inner->HasSideEffects(context);
}

bool only_reads(const Unit& unit, const clang::Expr& expression) {
  return !expression.HasSideEffects(unit.context) || Reading().only_reads(&expression);
}

bool may_be_unsequenced(const Unit& unit, const clang::Expr& object, const clang::Expr& argument) {
  if (!argument.HasSideEffects(unit.context) && !object.HasSideEffects(unit.context)) return true;
  Reading reading;
  if (!object.isInstantiationDependent() && reading.is_fixed_object(object)) return true;
  if (!only_reads(unit, argument)) return false;
  std::set<const clang::ValueDecl*> named;
  std::set<const clang::ValueDecl*> named_there;
  Reading::collect_named(&object, named);
  Reading::collect_named(&argument, named_there);
  const bool is_apart = std::ranges::none_of(named_there, [&](const clang::ValueDecl* value) {
    return llvm::isa<clang::VarDecl>(value) && named.contains(value);
  });
  if (is_apart && Reading::names_only_locals(&argument)) return true;
  if (!only_reads(unit, object)) return false;
  std::set<const clang::ValueDecl*> moved;
  reading.collect_moved(&argument, moved);
  return std::ranges::none_of(moved,
                              [&](const clang::ValueDecl* variable) { return named.contains(variable); });
}

}  // namespace ferry::rewriter
