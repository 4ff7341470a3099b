#include "rules/body_uses.hpp"

#include <algorithm>
#include <vector>

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/RecursiveASTVisitor.h>

#include "analyse/effects.hpp"
#include "analyse/sequence.hpp"
#include "analyse/stable.hpp"
#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

using Path = std::vector<const clang::Stmt*>;  // the innermost last

bool is_std_move(const clang::CallExpr& call) {
  const clang::FunctionDecl* callee = call.getDirectCallee();
  const auto* lookup = llvm::dyn_cast<clang::UnresolvedLookupExpr>(call.getCallee()->IgnoreParenImpCasts());
  const clang::NamedDecl* named = callee;
  if (lookup && lookup->decls().begin() != lookup->decls().end()) named = *lookup->decls().begin();
  return call.getNumArgs() == 1 && is_std_cast(named);
}

// The functions of this name that are declared beside it.
std::vector<const clang::FunctionDecl*> rivals(const clang::FunctionDecl& function) {
  std::vector<const clang::FunctionDecl*> result;
  for (const clang::NamedDecl* found :
       function.getDeclContext()->getRedeclContext()->lookup(function.getDeclName()))
    if (const clang::FunctionDecl* other = found->getUnderlyingDecl()->getAsFunction();
        other && other->getCanonicalDecl() != function.getCanonicalDecl())
      result.push_back(other);
  return result;
}

// Whether another overload would be taken for another kind of object.
bool is_chosen_by_object(const clang::CXXMethodDecl& method) {
  if (method.isStatic()) return false;
  if (method.getRefQualifier() != clang::RQ_None || method.isExplicitObjectMemberFunction()) return true;
  return std::ranges::any_of(rivals(method), [&](const clang::FunctionDecl* other) {
    const auto* rival = llvm::dyn_cast<clang::CXXMethodDecl>(other);
    return !rival || (rival->isInstance() &&
                      (rival->isConst() != method.isConst() || rival->getRefQualifier() != clang::RQ_None));
  });
}

// The declaration whose parameters are written as the call's arguments meet them.
const clang::FunctionDecl& declared(const clang::FunctionDecl& function) {
  const clang::FunctionTemplateDecl* primary = function.getPrimaryTemplate();
  return primary ? *primary->getTemplatedDecl() : function;
}

bool is_chosen_by_argument(const clang::ASTContext& context, const clang::FunctionDecl& function,
                           unsigned index) {
  const clang::FunctionDecl& pattern = declared(function);
  if (index >= pattern.getNumParams()) return true;
  const clang::QualType wanted = pattern.getParamDecl(index)->getType();
  const clang::QualType value = wanted.getNonReferenceType();
  if (pattern.getParamDecl(index)->isParameterPack() || wanted->isRValueReferenceType()) return true;
  if (wanted->isReferenceType() && !value.isConstQualified() && wanted->isDependentType()) return true;
  return std::ranges::any_of(rivals(pattern), [&](const clang::FunctionDecl* rival) {
    if (index >= rival->getNumParams()) return rival->isVariadic();
    const clang::QualType other = rival->getParamDecl(index)->getType();
    if (other->isDependentType()) return true;
    return other->isReferenceType() && !other.getNonReferenceType().isConstQualified() &&
           context.hasSameUnqualifiedType(other.getNonReferenceType(), value);
  });
}

class Collector : public clang::RecursiveASTVisitor<Collector> {
  using Base = clang::RecursiveASTVisitor<Collector>;

 public:
  Collector(const Unit& unit, const clang::FunctionDecl& function) : unit_(unit), function_(function) {}

  bool TraverseStmt(clang::Stmt* node) {
    if (!node) return true;
    classify(*node);
    path_.push_back(node);
    const bool result = Base::TraverseStmt(node);
    path_.pop_back();
    return result;
  }
  // As it is written, a list says nothing of conversions.
  bool TraverseInitListExpr(clang::InitListExpr* list) {
    return TraverseSynOrSemInitListExpr(list->isSemanticForm() ? list : list->getSemanticForm());
  }
  BodyUses run(const clang::Expr& expression) {
    TraverseStmt(const_cast<clang::Expr*>(&expression));
    BodyUses uses{.leaves_temporaries = leaves_temporaries_};
    for (const clang::Stmt* effect : effects_)
      uses.steps.push_back(
          {.is_call = llvm::isa<clang::CallExpr, clang::CXXConstructExpr>(effect), .has_effect = true});
    for (const Read& read : reads_)
      uses.steps.push_back({.is_call = llvm::isa<clang::CallExpr>(read.node), .parameter = read.parameter});
    for (const Occurrence& each : occurrences_) {
      BodyUse& use = uses.of[each.parameter];
      use.shows_kind = use.shows_kind || each.shows_kind;
      use.is_copied = use.is_copied || each.is_copied;
      for (const Occurrence& other : occurrences_) {
        if (other.parameter == each.parameter) continue;
        const Order order = order_of(each, other);
        if (order == Order::Mixed) use.mixed_with.insert(other.parameter);
        if (order == Order::Fixed) use.ordered_with.insert(other.parameter);
      }
      const auto is_around = [&](const clang::Stmt* node) {
        return std::ranges::find(each.path, node) != each.path.end();
      };
      use.is_bound = use.is_bound || each.is_bound;
      use.is_disturbed = use.is_disturbed || !std::ranges::all_of(effects_, is_around);
      for (const Read& read : reads_) {
        if (read.parameter == each.parameter || is_around(read.node)) continue;
        if (read.parameter)
          use.read_beside.insert(*read.parameter);
        else
          use.is_watched = true;
      }
    }
    return uses;
  }

 private:
  struct Occurrence {
    int parameter = kObjectOfBody;
    Path path;  // itself included
    bool shows_kind = false;
    bool is_bound = false;
    bool is_copied = false;
  };
  struct Read {
    const clang::Stmt* node = nullptr;
    std::optional<int> parameter;  // by reference, through which it is read
  };

  void classify(clang::Stmt& node) {
    const auto* expression = llvm::dyn_cast<clang::Expr>(&node);
    if (!expression) return;
    note_occurrence(*expression);
    if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expression))
      leaves_temporaries_ = leaves_temporaries_ || is_destroyed_with_effects(temporary->getType());
    if (const clang::Expr* fallback = default_in(*expression)) {
      if (!only_reads(unit_, *fallback))
        effects_.push_back(expression);
      else if (!has_stable_value(unit_, *fallback))
        reads_.push_back({.node = expression});
    } else if (has_effect(*expression))
      effects_.push_back(expression);
    else if (const auto* call = llvm::dyn_cast<clang::CallExpr>(expression); call && !is_std_move(*call))
      reads_.push_back({.node = call});
    else if (llvm::isa<clang::CXXRewrittenBinaryOperator>(expression))
      reads_.push_back({.node = expression});
    else if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(expression);
             made && made->getConstructor()->isCopyOrMoveConstructor() && made->getNumArgs() > 0)
      note_read(*made, *made->getArg(0));
    if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(expression);
        cast && cast->getCastKind() == clang::CK_LValueToRValue)
      note_read(*cast, *cast->getSubExpr());
    // No conversion shows that the left side is read, which before C++17 may be before the right one.
    if (const auto* operation = llvm::dyn_cast<clang::CompoundAssignOperator>(expression);
        operation && mixes_operands(unit_, *operation))
      note_read(*operation->getLHS(), *operation->getLHS());
    if (!function_.isDependentContext()) return;
    // No conversion shows what is read.
    const bool is_handed_on = !path_.empty() && llvm::isa<clang::CallExpr>(path_.back());
    if (llvm::isa<clang::DeclRefExpr>(expression) && !is_handed_on) note_read(*expression, *expression);
    if (llvm::isa<clang::MemberExpr, clang::CXXDependentScopeMemberExpr>(expression) && !is_handed_on)
      reads_.push_back({.node = expression});
  }

  void note_read(const clang::Expr& node, const clang::Expr& place) {
    const clang::Expr* inner = place.IgnoreParenImpCasts();
    if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(inner)) {
      note_read(node, *choice->getTrueExpr());
      return note_read(node, *choice->getFalseExpr());
    }
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(inner);
        member && !member->isArrow() && llvm::isa<clang::FieldDecl>(member->getMemberDecl()) &&
        !member->getMemberDecl()->getType()->isReferenceType())
      return note_read(node, *member->getBase());
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(inner); call && is_std_move(*call))
      return note_read(node, *call->getArg(0));
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(inner);
    if (!reference) {
      reads_.push_back({.node = &node});
    } else if (const auto* parameter = llvm::dyn_cast<clang::ParmVarDecl>(reference->getDecl())) {
      if (parameter->getType()->isReferenceType())
        reads_.push_back({.node = &node, .parameter = static_cast<int>(parameter->getFunctionScopeIndex())});
    } else if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(reference->getDecl());
               variable && !variable->getType().isConstQualified()) {
      reads_.push_back({.node = &node});
    }
  }

  void note_occurrence(const clang::Expr& expression) {
    int number = kObjectOfBody;
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(&expression)) {
      const auto* parameter = llvm::dyn_cast<clang::ParmVarDecl>(reference->getDecl());
      if (!parameter) return;
      number = static_cast<int>(parameter->getFunctionScopeIndex());
    } else if (!llvm::isa<clang::CXXThisExpr>(expression)) {
      return;
    }
    Path path = path_;
    path.push_back(&expression);
    occurrences_.push_back({.parameter = number,
                            .path = std::move(path),
                            .shows_kind = shows_kind(expression),
                            .is_bound = is_bound(expression),
                            .is_copied = is_copied()});
  }

  // What nobody wrote, and is evaluated with the call, or with the list, all the same.
  static const clang::Expr* default_in(const clang::Expr& expression) {
    if (const auto* argument = llvm::dyn_cast<clang::CXXDefaultArgExpr>(&expression))
      return argument->getExpr();
    const auto* member = llvm::dyn_cast<clang::CXXDefaultInitExpr>(&expression);
    return member ? member->getExpr() : nullptr;
  }

  // How two are evaluated: parts of one between parts of the other, one before the other, or as arguments of
  // one call, as they always were.
  enum class Order { Mixed, Fixed, AsArguments };

  Order order_of(const Occurrence& one, const Occurrence& other) const {
    const auto [apart, other_apart] = std::ranges::mismatch(one.path, other.path);
    if (apart == one.path.begin() || apart == one.path.end()) return Order::Fixed;
    const auto* around = llvm::dyn_cast<clang::Expr>(*std::prev(apart));
    if (!around) return Order::Fixed;
    const auto* call = llvm::dyn_cast<clang::CallExpr>(around);
    const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(around);
    const bool is_argument = call && *apart != call->getCallee() &&
                             (other_apart == other.path.end() || *other_apart != call->getCallee());
    if ((is_argument && !llvm::isa<clang::CXXOperatorCallExpr>(call)) ||
        (made && !made->isListInitialization()))
      return Order::AsArguments;
    return mixes_operands(unit_, *around) ? Order::Mixed : Order::Fixed;
  }

  // Whether an object is copied from the innermost part, which is still what has a name.
  bool is_copied() const {
    for (std::size_t i = path_.size(); i > 0; --i) {
      const clang::Stmt* parent = path_[i - 1];
      if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(parent))
        return made->getConstructor()->isCopyConstructor();
      if (!llvm::isa<clang::ImplicitCastExpr, clang::ParenExpr, clang::ConditionalOperator>(parent))
        return false;
    }
    return false;
  }

  bool has_effect(const clang::Expr& expression) const {
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(&expression))
      return !is_std_move(*call) && (call->isTypeDependent() || !only_reads(unit_, *call));
    if (const auto* operation = llvm::dyn_cast<clang::CXXRewrittenBinaryOperator>(&expression))
      return !only_reads(unit_, *operation);
    if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(&expression))
      return !made->getConstructor()->isCopyOrMoveConstructor() && !only_reads(unit_, *made);
    if (const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(&expression))
      return operation->isIncrementDecrementOp() || operation->isTypeDependent();
    if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(&expression))
      return operation->isAssignmentOp() || operation->isTypeDependent();
    return llvm::isa<clang::CXXNewExpr, clang::CXXDeleteExpr, clang::CXXThrowExpr,
                     clang::CoroutineSuspendExpr, clang::CXXUnresolvedConstructExpr>(expression);
  }

  // Whether it is more than read, or copied.
  bool is_bound(const clang::Expr& expression) const {
    for (std::size_t i = path_.size(); i > 0; --i) {
      const clang::Stmt* parent = path_[i - 1];
      const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(parent);
      const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(parent);
      const auto* call = llvm::dyn_cast<clang::CallExpr>(parent);
      if ((cast && cast->getCastKind() == clang::CK_LValueToRValue) ||
          (made && made->getConstructor()->isCopyOrMoveConstructor()))
        return false;
      if (!cast && !llvm::isa<clang::ParenExpr>(parent) && !(call && is_std_move(*call))) return true;
    }
    return !llvm::isa<clang::CXXThisExpr>(expression);
  }

  // Follows what it becomes part of, up to what takes it.
  bool shows_kind(const clang::Expr& expression) const {
    const clang::Expr* part = &expression;
    bool is_object = llvm::isa<clang::CXXThisExpr>(expression);
    for (std::size_t i = path_.size(); i > 0; --i) {
      const clang::Stmt* parent = path_[i - 1];
      const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(parent);
      if (cast && cast->getCastKind() == clang::CK_LValueToRValue) return false;
      if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(parent)) {
        if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(member->getMemberDecl()))
          return is_chosen_by_object(*method);
        if (member->isArrow() && !is_object) return true;
        is_object = false;
      } else if (const auto* call = llvm::dyn_cast<clang::CallExpr>(parent)) {
        if (!is_std_move(*call)) return is_chosen_by(*call, *part);
      } else if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(parent)) {
        if (!made->getConstructor()->isCopyOrMoveConstructor()) return is_chosen_by(*made, *part);
      } else if (const auto* access = llvm::dyn_cast<clang::UnaryOperator>(parent);
                 access && access->getOpcode() == clang::UO_Deref && is_object) {
        // `*this`
      } else if (const auto* compared = llvm::dyn_cast<clang::CXXRewrittenBinaryOperator>(parent)) {
        const auto* call =
            llvm::dyn_cast<clang::CallExpr>(compared->getDecomposedForm().InnerBinOp->IgnoreImplicit());
        return !call || is_chosen_by(*call, *part);
      } else if (llvm::isa<clang::InitListExpr>(parent) && llvm::isa<clang::CXXConstructExpr>(part)) {
        return false;  // an object of its own, whatever it was made of
      } else if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(parent);
                 operation && !operation->isTypeDependent() && operation->isAssignmentOp()) {
        // To a part of a temporary nothing can be assigned.
        return operation->getLHS() == part && llvm::isa<clang::CXXThisExpr>(expression);
      } else if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(parent);
                 choice && choice->getType()->isScalarType() && choice->getCond() != part) {
        // Whatever takes the choice takes what is chosen.
      } else if (!cast && !llvm::isa<clang::ParenExpr, clang::FullExpr, clang::MaterializeTemporaryExpr,
                                     clang::CXXBindTemporaryExpr>(parent)) {
        return true;
      }
      part = llvm::cast<clang::Expr>(parent);
    }
    // The result itself.
    return function_.getReturnType()->isReferenceType() || function_.getReturnType()->isDependentType() ||
           llvm::isa<clang::ConstructorUsingShadowDecl>(function_);
  }

  bool is_chosen_by(const clang::CallExpr& call, const clang::Expr& part) const {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    if (!callee || call.isTypeDependent()) return true;
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(callee);
    const bool has_object_first =
        llvm::isa<clang::CXXOperatorCallExpr>(call) && method && method->isInstance();
    for (unsigned i = 0; i < call.getNumArgs(); ++i) {
      if (call.getArg(i) != &part) continue;
      if (has_object_first && i == 0) return is_chosen_by_object(*method);
      return is_chosen_by_argument(unit_.context, *callee, has_object_first ? i - 1 : i);
    }
    return true;
  }

  bool is_chosen_by(const clang::CXXConstructExpr& made, const clang::Expr& part) const {
    for (unsigned i = 0; i < made.getNumArgs(); ++i)
      if (made.getArg(i) == &part) return is_chosen_by_argument(unit_.context, *made.getConstructor(), i);
    return true;
  }

  const Unit& unit_;
  const clang::FunctionDecl& function_;
  Path path_;
  std::vector<Occurrence> occurrences_;
  std::vector<const clang::Stmt*> effects_;
  bool leaves_temporaries_ = false;
  std::vector<Read> reads_;
};

}  // namespace

bool is_destroyed_with_effects(clang::QualType type) {
  const clang::CXXRecordDecl* record = type->getBaseElementTypeUnsafe()->getAsCXXRecordDecl();
  return record && record->hasDefinition() && !record->hasTrivialDestructor() &&
         !(record->isInStdNamespace() && record->getName() == "basic_string");
}

BodyUses uses_in_body(const Unit& unit, const clang::FunctionDecl& function, const clang::Expr& expression) {
  return Collector(unit, function).run(expression);
}

}  // namespace ferry::rewriter
