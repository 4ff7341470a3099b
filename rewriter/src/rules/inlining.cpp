#include "rules/inlining.hpp"

#include <algorithm>
#include <array>

#include <clang/AST/ExprCXX.h>
#include <clang/AST/QualTypeNames.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <llvm/ADT/STLExtras.h>

#include "analyse/bodies.hpp"
#include "analyse/effects.hpp"
#include "rules/called.hpp"
#include "support/names.hpp"

namespace ferry::rewriter {
namespace {

constexpr llvm::StringLiteral kListRefers = "the body makes an object of a list that refers to a parameter";

// Names that other libraries' functions are found by, through the types of their arguments.
constexpr std::array<llvm::StringLiteral, 10> kFoundByArguments = {
    "swap", "begin", "end", "size", "data", "empty", "get", "hash_value", "to_string", "tag_invoke"};

// Words that the names of such namespaces end with: `time_internal`.
constexpr std::array<llvm::StringLiteral, 4> kInternal = {"detail", "details", "internal", "impl"};

// Namespaces that are nobody's but the library's.
bool is_internal(const clang::Decl& declaration) {
  for (const clang::DeclContext* context = declaration.getDeclContext(); context;
       context = context->getParent())
    if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(context);
        space && std::ranges::any_of(kInternal, [&](llvm::StringRef word) {
          llvm::StringRef name = space->getName();
          return name.consume_back(word) && (name.empty() || name.ends_with("_"));
        }))
      return true;
  return false;
}

// Whether its full name has arguments of a template in it.
bool is_of_class_template(const clang::NamedDecl& declaration) {
  for (const clang::DeclContext* context = declaration.getDeclContext(); context;
       context = context->getParent())
    if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(context);
        record && (record->isDependentContext() || llvm::isa<clang::ClassTemplateSpecializationDecl>(record)))
      return true;
  return false;
}

bool is_public(const clang::NamedDecl& declaration) {
  return declaration.getAccess() != clang::AS_private && declaration.getAccess() != clang::AS_protected;
}

// Whether every file that includes its header may name it: a constant may be, though each has its own.
bool is_for_all_files(const clang::NamedDecl& declaration) {
  if (declaration.getFormalLinkage() == clang::Linkage::External) return true;
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(&declaration);
  return variable && variable->hasGlobalStorage() && variable->getType().isConstQualified() &&
         !variable->getType().isVolatileQualified() && !variable->isInAnonymousNamespace() &&
         variable->getDeclContext()->getRedeclContext()->isFileContext();
}

bool is_nothrow(const clang::FunctionDecl& function) {
  const auto* type = function.getType()->getAs<clang::FunctionProtoType>();
  return type && !clang::isUnresolvedExceptionSpec(type->getExceptionSpecType()) && type->isNothrow();
}

// The variables that an expression names, or of which it names parts.
void add_named(const clang::Expr& expression, std::vector<const clang::DeclRefExpr*>& named) {
  const clang::Expr* inner = expression.IgnoreParens();
  if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(inner)) return named.push_back(reference);
  if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(inner)) {
    add_named(*choice->getTrueExpr(), named);
    return add_named(*choice->getFalseExpr(), named);
  }
  if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(inner);
      operation && operation->isCommaOp())
    return add_named(*operation->getRHS(), named);
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(inner); member && !member->isArrow())
    add_named(*member->getBase(), named);
}

// The parameters whose values it takes, or that cannot be changed behind it.
std::vector<const clang::DeclRefExpr*> read_by(const clang::ImplicitCastExpr& cast) {
  std::vector<const clang::DeclRefExpr*> read;
  if (cast.getCastKind() == clang::CK_LValueToRValue || cast.getType().isConstQualified())
    add_named(*cast.getSubExpr(), read);
  return read;
}

// Whether what is made of the list holds references to what is in it.
bool refers(const clang::InitListExpr& list) {
  return std::ranges::any_of(list.inits(), &clang::Expr::isGLValue);
}

// Where an instance only reads its parameters.
class ReadPlaces : public clang::RecursiveASTVisitor<ReadPlaces> {
 public:
  bool VisitImplicitCastExpr(clang::ImplicitCastExpr* cast) {
    for (const clang::DeclRefExpr* reference : read_by(*cast)) places.insert(reference->getLocation());
    return true;
  }
  bool TraverseInitListExpr(clang::InitListExpr* list) {
    clang::InitListExpr* made = list->isSemanticForm() ? list : list->getSemanticForm();
    has_references = has_references || refers(*made);
    return TraverseSynOrSemInitListExpr(made);
  }
  std::set<clang::SourceLocation> places;
  bool has_references = false;  // in objects that are made of lists
};

// Whether the type is made of a function's that has names: these are printed without their qualifiers.
class FunctionNames : public clang::RecursiveASTVisitor<FunctionNames> {
 public:
  bool VisitFunctionProtoType(clang::FunctionProtoType* function) {
    const auto is_named = [](clang::QualType type) {
      while (!type->getPointeeType().isNull()) type = type->getPointeeType();
      return !type->isBuiltinType();
    };
    found = found || is_named(function->getReturnType()) ||
            std::ranges::any_of(function->param_types(), is_named);
    return true;
  }
  bool found = false;
};

// Everything in the body that reads differently at a place of use, with the text that reads the same.
class Translator : public clang::RecursiveASTVisitor<Translator> {
 public:
  Translator(Unit& unit, const clang::FunctionDecl& function, InlineBody& body)
      : unit_(unit), function_(function), body_(body) {
    body_.parameters.resize(function.getNumParams());
    for (InlineBody::Parameter& parameter : body_.parameters) parameter.is_converted = false;
  }

  struct Patch {
    std::size_t offset;
    std::size_t length;
    std::string text;
  };

  bool VisitDeclRefExpr(clang::DeclRefExpr* reference) {
    const clang::ValueDecl* target = reference->getDecl();
    if (const auto* parameter = llvm::dyn_cast<clang::ParmVarDecl>(target)) {
      if (!plain_arguments_.contains(reference)) note(*parameter).is_converted = true;
      note(*parameter).is_named = true;
      const clang::QualType type = parameter->getType();
      if (!type->isReferenceType() && !type->isDependentType() && !only_read_.contains(reference) &&
          !read_in_instance.contains(reference->getLocation()))
        return refuse("the body may change a parameter");
      return patch(reference->getSourceRange(), "$" + parameter->getNameAsString());
    }
    if (target == &function_) return refuse("it calls itself");
    if (target->getDeclName().getNameKind() != clang::DeclarationName::Identifier) return check(*target);
    return check(*target) && name(clang::SourceRange(reference->getBeginLoc(), reference->getLocation()),
                                  *target, reference->getFoundDecl());
  }

  bool VisitImplicitCastExpr(clang::ImplicitCastExpr* cast) {
    for (const clang::DeclRefExpr* reference : read_by(*cast)) only_read_.insert(reference);
    return true;
  }

  bool VisitMemberExpr(clang::MemberExpr* member) {
    if (!check(*member->getMemberDecl())) return false;
    if (member->getMemberDecl() == &function_) return refuse("it calls itself");
    note_call(*member->getMemberDecl());
    if (member->hasQualifier()) return refuse("the body says of which class a member is");
    if (member->getFoundDecl().getAccess() != clang::AS_public &&
        member->getFoundDecl().getAccess() != clang::AS_none)
      return refuse("the body uses a private member");
    return access(member->isImplicitAccess(), member->getBase(), member->getOperatorLoc(),
                  member->getMemberLoc(), member->getMemberDecl()->getNameAsString());
  }

  bool VisitCXXDependentScopeMemberExpr(clang::CXXDependentScopeMemberExpr* member) {
    if (member->getQualifier()) return refuse("the body says of which class a member is");
    return access(member->isImplicitAccess(), member->isImplicitAccess() ? nullptr : member->getBase(),
                  member->getOperatorLoc(), member->getMemberLoc(), member->getMember().getAsString());
  }

  bool VisitDependentScopeDeclRefExpr(clang::DependentScopeDeclRefExpr*) {
    return refuse("the body names a part of a type that depends on its arguments");
  }

  bool VisitUnresolvedMemberExpr(clang::UnresolvedMemberExpr* member) {
    for (const clang::NamedDecl* candidate : member->decls()) note_call(*candidate->getUnderlyingDecl());
    return access(member->isImplicitAccess(), member->isImplicitAccess() ? nullptr : member->getBase(),
                  member->getOperatorLoc(), member->getMemberLoc(), member->getMemberName().getAsString());
  }

  bool VisitUnresolvedLookupExpr(clang::UnresolvedLookupExpr* lookup) {
    body_.calls_template = true;
    const std::string spelled = lookup->getName().getAsString();
    if (lookup->requiresADL() && llvm::is_contained(kFoundByArguments, spelled))
      return refuse("its arguments' types choose what the body calls");
    if (lookup->decls().begin() == lookup->decls().end())
      return refuse("its arguments' types choose what the body calls");
    if (lookup->requiresADL()) open_lookups.push_back(lookup);
    for (const clang::NamedDecl* candidate : lookup->decls()) {
      if (!check(*candidate->getUnderlyingDecl())) return false;
      add_call(*candidate->getUnderlyingDecl());
    }
    body_.named.push_back((*lookup->decls().begin())->getUnderlyingDecl());
    return patch(clang::SourceRange(lookup->getBeginLoc(), lookup->getNameLoc()),
                 (*lookup->decls().begin())->getUnderlyingDecl()->getQualifiedNameAsString());
  }

  bool VisitCXXConstructExpr(clang::CXXConstructExpr* made) {
    if (made->getNumArgs() == 1 && made->getConstructor()->isCopyOrMoveConstructor())
      taken_.insert(made->getArg(0)->IgnoreParenImpCasts());
    may_throw_ = may_throw_ || !is_nothrow(*made->getConstructor());
    return check(*made->getConstructor());
  }
  bool VisitCallExpr(clang::CallExpr* call) {
    const clang::FunctionDecl* callee = call->getDirectCallee();
    may_throw_ = may_throw_ || (!call->isTypeDependent() && !(callee && is_nothrow(*callee)));
    return true;
  }
  bool VisitCXXNewExpr(clang::CXXNewExpr*) { return may_throw_ = true; }
  bool VisitCXXThrowExpr(clang::CXXThrowExpr*) { return may_throw_ = true; }

  // A qualifier is written anew with the name behind it.
  bool TraverseNestedNameSpecifierLoc(clang::NestedNameSpecifierLoc) { return true; }

  bool VisitTagTypeLoc(clang::TagTypeLoc type) { return name_type(type, *type.getDecl()); }
  bool VisitTypedefTypeLoc(clang::TypedefTypeLoc type) { return name_type(type, *type.getTypedefNameDecl()); }
  bool VisitUsingTypeLoc(clang::UsingTypeLoc type) {
    return name_type(type, *type.getFoundDecl()->getTargetDecl(), type.getFoundDecl());
  }
  bool VisitTemplateSpecializationTypeLoc(clang::TemplateSpecializationTypeLoc type) {
    const clang::TemplateDecl* pattern = type.getTypePtr()->getTemplateName().getAsTemplateDecl();
    if (!pattern) return refuse("the body names a type that depends on its arguments");
    return check(*pattern) && name(clang::SourceRange(begin_of(type), type.getTemplateNameLoc()), *pattern);
  }
  bool VisitInjectedClassNameTypeLoc(clang::InjectedClassNameTypeLoc) {
    return refuse("the body names its own class template");
  }
  bool VisitDependentNameTypeLoc(clang::DependentNameTypeLoc) {
    return refuse("the body names a type that depends on its arguments");
  }
  bool VisitSubstTemplateTypeParmTypeLoc(clang::SubstTemplateTypeParmTypeLoc) {
    return refuse("the body names a type that depends on its arguments");
  }
  bool VisitTemplateTypeParmTypeLoc(clang::TemplateTypeParmTypeLoc type) {
    return patch(type.getSourceRange(), "$" + type.getDecl()->getNameAsString());
  }
  bool TraverseElaboratedTypeLoc(clang::ElaboratedTypeLoc type) {
    const clang::SourceLocation outer = std::exchange(elaborated_, type.getBeginLoc());
    const bool result = RecursiveASTVisitor::TraverseElaboratedTypeLoc(type);
    elaborated_ = outer;
    return result;
  }

  bool VisitCXXThisExpr(clang::CXXThisExpr* self) {
    return self->isImplicit() || objects_.contains(self) || refuse("the body uses `this` as a pointer");
  }
  // The object itself.
  bool VisitUnaryOperator(clang::UnaryOperator* operation) {
    const auto* self = operation->getOpcode() == clang::UO_Deref
                           ? llvm::dyn_cast<clang::CXXThisExpr>(operation->getSubExpr()->IgnoreParens())
                           : nullptr;
    if (!self || !objects_.insert(self).second) return true;
    body_.hands_on_object = true;
    return patch(operation->getSourceRange(), "$this");
  }
  bool VisitUnaryExprOrTypeTraitExpr(clang::UnaryExprOrTypeTraitExpr* size) {
    return size->isArgumentType() || asks();
  }
  bool VisitCXXNoexceptExpr(clang::CXXNoexceptExpr*) { return asks(); }
  bool VisitCXXTypeidExpr(clang::CXXTypeidExpr*) { return asks(); }
  bool VisitDecltypeTypeLoc(clang::DecltypeTypeLoc) { return asks(); }
  bool VisitRequiresExpr(clang::RequiresExpr*) { return asks(); }
  bool VisitBinaryOperator(clang::BinaryOperator* operation) {
    body_.assigns = body_.assigns || operation->isAssignmentOp();
    return true;
  }

  // `!=` that calls `==`, and the like.
  bool VisitCXXRewrittenBinaryOperator(clang::CXXRewrittenBinaryOperator* operation) {
    const clang::FunctionDecl* callee = called_by(*operation);
    may_throw_ = may_throw_ || (callee && !is_nothrow(*callee));
    return !callee || check(*callee);
  }

  // What is made of the list shows what is read of it; the list as it is written says nothing more.
  bool TraverseInitListExpr(clang::InitListExpr* list) {
    clang::InitListExpr* made = list->isSemanticForm() ? list : list->getSemanticForm();
    if (!made->isTypeDependent() && !function_.isDependentContext() && refers(*made))
      return refuse(kListRefers.data());
    return TraverseSynOrSemInitListExpr(made);
  }
  bool VisitPredefinedExpr(clang::PredefinedExpr*) { return refuse("the body names the function itself"); }
  bool VisitSourceLocExpr(clang::SourceLocExpr*) { return refuse("the body asks where it is"); }
  bool VisitLambdaExpr(clang::LambdaExpr*) { return refuse("the body has a lambda"); }

  bool TraverseCallExpr(clang::CallExpr* call) {
    return hands_on(*call) || (see(*call) && RecursiveASTVisitor::TraverseCallExpr(call));
  }
  bool TraverseCXXMemberCallExpr(clang::CXXMemberCallExpr* call) {
    return see(*call) && RecursiveASTVisitor::TraverseCXXMemberCallExpr(call);
  }
  bool TraverseCXXOperatorCallExpr(clang::CXXOperatorCallExpr* call) {
    body_.assigns = body_.assigns || call->isAssignmentOp();
    return RecursiveASTVisitor::TraverseCXXOperatorCallExpr(call);
  }

  // Of what the function makes of a list in braces.
  bool name_result() {
    const clang::QualType type = function_.getReturnType().getUnqualifiedType();
    const clang::TagDecl* tag = type->isDependentType() ? nullptr : type->getAsTagDecl();
    if (!tag) return refuse("the body is a list, and what is made of it only the function says");
    if (!check(*tag)) return false;
    body_.named.push_back(tag);
    clang::PrintingPolicy policy = unit_.context.getPrintingPolicy();
    policy.SuppressInlineNamespace = true;
    result_type = clang::TypeName::getFullyQualifiedName(type, unit_.context, policy);
    return true;
  }

  std::string result_type;                           // which the body does not say itself
  std::set<clang::SourceLocation> read_in_instance;  // what conversions show of a template's parameters
  std::vector<Patch> patches;
  std::string trouble;
  std::vector<const clang::UnresolvedLookupExpr*> open_lookups;  // to which arguments' types may add

  bool may_throw() const { return may_throw_; }

 private:
  std::set<const clang::Expr*> taken_;  // what an object is made from

  InlineBody::Parameter& note(const clang::ParmVarDecl& parameter) {
    return body_.parameters[parameter.getFunctionScopeIndex()];
  }

  // A parameter that the body owns and gives away: the argument takes its place, without the move.
  bool hands_on(const clang::CallExpr& call) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    const auto* lookup = llvm::dyn_cast<clang::UnresolvedLookupExpr>(call.getCallee()->IgnoreParenImpCasts());
    const clang::NamedDecl* named = callee;
    if (lookup && lookup->decls().begin() != lookup->decls().end()) named = *lookup->decls().begin();
    const bool gives_away = named && named->isInStdNamespace() && call.getNumArgs() == 1 &&
                            named->getIdentifier() &&
                            (named->getName() == "move" || named->getName() == "forward");
    const auto* reference =
        gives_away ? llvm::dyn_cast<clang::DeclRefExpr>(call.getArg(0)->IgnoreParenImpCasts()) : nullptr;
    const auto* parameter = reference ? llvm::dyn_cast<clang::ParmVarDecl>(reference->getDecl()) : nullptr;
    if (!parameter || !owns(*parameter, named->getName() == "forward")) return false;
    note(*parameter).is_moved = true;
    if (!taken_.contains(&call)) note(*parameter).is_lent = true;
    patch(call.getSourceRange(), "$" + parameter->getNameAsString());
    return true;
  }

  // Whether what an argument gives is the body's, to give it away: what std::move takes from a name that is
  // the caller's, it takes from the caller.
  static bool owns(const clang::ParmVarDecl& parameter, bool is_forwarded) {
    const clang::QualType type = parameter.getType();
    if (!type->isReferenceType()) return true;
    return type->isRValueReferenceType() &&
           (is_forwarded || !type->getPointeeType()->isTemplateTypeParmType());
  }

  bool asks() { return refuse("the body asks about an expression without evaluating it"); }

  // Notes the call, and which parameters it takes as they are.
  bool see(const clang::CallExpr& call) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    if (!callee || callee->getPrimaryTemplate()) {
      body_.calls_template = true;
      return true;
    }
    for (unsigned i = 0; i < std::min(call.getNumArgs(), callee->getNumParams()); ++i)
      if (const auto* reference =
              llvm::dyn_cast<clang::DeclRefExpr>(call.getArg(i)->IgnoreUnlessSpelledInSource()))
        if (const auto* parameter = llvm::dyn_cast<clang::ParmVarDecl>(reference->getDecl()))
          if (unit_.context.hasSameUnqualifiedType(parameter->getType().getNonReferenceType(),
                                                   callee->getParamDecl(i)->getType().getNonReferenceType()))
            plain_arguments_.insert(reference);
    return true;
  }

  bool check(const clang::NamedDecl& target) {
    const clang::DeclContext* context = target.getDeclContext()->getRedeclContext();
    if (!context->isFileContext() && !llvm::isa<clang::TagDecl>(context))
      return refuse("the body declares names of its own");
    const bool is_of_file = llvm::isa<clang::TypedefNameDecl>(target) ? target.isInAnonymousNamespace()
                                                                      : !is_for_all_files(target);
    if (is_of_file) return refuse("the body uses a name of one file");
    if (!is_public(target)) return refuse("the body uses a private member");
    if (is_internal(target)) return refuse("the body uses what is internal to its library");
    return true;
  }

  void add_call(const clang::NamedDecl& target) {
    const clang::NamedDecl* pattern = pattern_of(&target);
    if (std::ranges::find(body_.calls, pattern) == body_.calls.end()) body_.calls.push_back(pattern);
  }
  void note_call(const clang::NamedDecl& target) { add_call(target); }

  bool name(clang::SourceRange range, const clang::NamedDecl& target,
            const clang::NamedDecl* found = nullptr) {
    if (is_of_class_template(target)) return refuse("the body names a part of its class template");
    if (target.getMostRecentDecl()->getFriendObjectKind() == clang::Decl::FOK_Undeclared)
      return refuse("the body calls a friend that only its arguments' types find");
    add_call(target);
    body_.named.push_back(&target);
    return patch(range, name_of(target, found));
  }

  // The standard library's own name for what C's headers may declare for everybody.
  static std::string name_of(const clang::NamedDecl& target, const clang::NamedDecl* found) {
    return (found && found->isInStdNamespace() ? found : &target)->getQualifiedNameAsString();
  }

  clang::SourceLocation begin_of(clang::TypeLoc type) const {
    return elaborated_.isValid() ? elaborated_ : type.getBeginLoc();
  }

  bool name_type(clang::TypeLoc type, const clang::NamedDecl& target,
                 const clang::NamedDecl* found = nullptr) {
    if (const auto* tag = llvm::dyn_cast<clang::TagDecl>(&target); tag && tag->isDependentContext())
      return refuse("the body names a type that depends on its arguments");
    if (llvm::isa<clang::ClassTemplateSpecializationDecl>(target) || is_of_class_template(target))
      return refuse("the body names a part of its class template");
    body_.named.push_back(&target);
    return check(target) &&
           patch(clang::SourceRange(begin_of(type), type.getEndLoc()), name_of(target, found));
  }

  // A member, of `this` or of what is written before it.
  bool access(bool is_implicit, const clang::Expr* base, clang::SourceLocation access_operator,
              clang::SourceLocation member, const std::string& spelled) {
    if (is_implicit) return patch(clang::SourceRange(member, member), "$this." + spelled);
    const clang::Expr* object = base->IgnoreParenImpCasts();
    if (const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(object);
        operation && operation->getOpcode() == clang::UO_Deref)
      object = operation->getSubExpr()->IgnoreParens();  // `(*this).`
    if (const auto* self = llvm::dyn_cast<clang::CXXThisExpr>(object)) {
      objects_.insert(self);
      return patch(clang::SourceRange(base->getBeginLoc(), access_operator), "$this.");
    }
    return true;
  }

  bool patch(clang::SourceRange range, std::string text) {
    if (range.getBegin().isMacroID() || range.getEnd().isMacroID()) return refuse("the body uses a macro");
    const std::size_t begin = unit_.sources.getFileOffset(range.getBegin());
    patches.push_back(
        {begin, unit_.sources.getFileOffset(unit_.end_of(range.getEnd())) - begin, std::move(text)});
    return true;
  }
  bool refuse(const char* reason) {
    if (trouble.empty()) trouble = reason;
    return false;
  }

  Unit& unit_;
  const clang::FunctionDecl& function_;
  InlineBody& body_;
  clang::SourceLocation elaborated_;
  std::set<const clang::DeclRefExpr*> plain_arguments_;
  std::set<const clang::DeclRefExpr*> only_read_;
  std::set<const clang::CXXThisExpr*> objects_;
  bool may_throw_ = false;
};

// The result of the call as it shows to whoever calls.
std::string result_trouble(const Unit& unit, const clang::FunctionDecl& function,
                           const clang::Expr& expression, InlineBody& body) {
  const clang::QualType result = function.getReturnType();
  if (result->isVoidType()) body.gives_what_was_void = !expression.getType()->isVoidType();
  if (result->isVoidType() || result->isDependentType() || expression.isTypeDependent()) return {};
  const clang::Expr* value = expression.IgnoreUnlessSpelledInSource();
  if (!unit.context.hasSameUnqualifiedType(result.getNonReferenceType(), value->getType()))
    return "its result is converted to another type";
  if (!result->isReferenceType() && value->isGLValue() && !result->isScalarType())
    return "its result is a copy of what its body names";
  body.gives_name = result->isReferenceType() ? result.getNonReferenceType().isConstQualified() !=
                                                    value->getType().isConstQualified()
                                              : value->isGLValue();
  return {};
}

// Whether evaluating `expression` is for its result alone.
bool only_computes(const clang::Expr& expression) {
  const clang::Expr* root = expression.IgnoreUnlessSpelledInSource()->IgnoreParens();
  if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(root))
    return !operation->isAssignmentOp() && !operation->isCommaOp() && !operation->isTypeDependent();
  if (const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(root))
    return !operation->isIncrementDecrementOp() && !operation->isTypeDependent();
  if (const auto* cast = llvm::dyn_cast<clang::ExplicitCastExpr>(root)) return !cast->getType()->isVoidType();
  return llvm::isa<clang::DeclRefExpr, clang::MemberExpr, clang::ArraySubscriptExpr, clang::IntegerLiteral,
                   clang::CXXBoolLiteralExpr, clang::ConditionalOperator, clang::UnaryExprOrTypeTraitExpr>(
      root);
}

// The text of `range`, with what reads differently at a place of use put right.
void translate(Unit& unit, Translator& translator, clang::SourceRange range, InlineBody& body) {
  body.code = unit.text(range);
  const std::size_t start = unit.sources.getFileOffset(range.getBegin());
  std::ranges::sort(translator.patches, std::greater(), &Translator::Patch::offset);
  std::string kept = body.code;
  for (const Translator::Patch& patch : translator.patches) {
    kept.erase(patch.offset - start, patch.length);
    body.code.replace(patch.offset - start, patch.length, patch.text);
  }
  // It would be taken for a parameter's sign.
  if (llvm::StringRef(kept).contains('$')) body.trouble = "the body has a `$` in it";
  body.may_throw = translator.may_throw();
}

const clang::Expr& without_parentheses(const clang::Expr& expression) {
  const clang::Expr* inner = expression.IgnoreImplicit()->IgnoreParens();
  return inner == &expression ? expression : without_parentheses(*inner);
}

bool is_from_macro(clang::SourceRange range) {
  return range.getBegin().isMacroID() || range.getEnd().isMacroID();
}

// Of a constructor that does nothing but call another one: what that is called with.
InlineBody body_of(Unit& unit, const clang::CXXConstructorDecl& constructor) {
  const auto* body = llvm::dyn_cast_if_present<clang::CompoundStmt>(constructor.getBody());
  if (!constructor.isDelegatingConstructor() || !body)
    return {.trouble = "it does not leave all to another constructor"};
  if (!body->body_empty()) return {.trouble = "its body does more than call another constructor"};
  const clang::Expr* init = (*constructor.init_begin())->getInit()->IgnoreImplicit();
  const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(init);
  if (!made) return {.trouble = "which constructor it calls depends on a template's arguments"};
  const clang::SourceRange range = made->getParenOrBraceRange();
  if (range.isInvalid() || is_from_macro(range)) return {.trouble = "its body comes from a macro"};
  if (made->isStdInitListInitialization()) return {.trouble = "it calls a constructor that takes a list"};
  InlineBody result;
  Translator translator(unit, constructor, result);
  translator.TraverseStmt(const_cast<clang::Expr*>(init));
  if (!translator.trouble.empty()) return {.trouble = translator.trouble};
  if (is_nothrow(constructor) && translator.may_throw())
    return {.trouble = "it is noexcept, and what its body calls is not"};
  translate(unit, translator, range, result);
  if (!result.trouble.empty()) return {.trouble = result.trouble};
  result.code = "(" + result.code.substr(1, result.code.size() - 2) + ")";
  result.calls = {pattern_of(made->getConstructor())};
  result.uses = uses_in_body(unit, constructor, *init);
  return result;
}

// Whether what an instance calls is what could be seen in the pattern: the arguments' types may have added to
// that.
class CallsSeen : public clang::RecursiveASTVisitor<CallsSeen> {
 public:
  explicit CallsSeen(const std::vector<const clang::UnresolvedLookupExpr*>& lookups) : lookups_(lookups) {}

  bool VisitDeclRefExpr(clang::DeclRefExpr* reference) {
    for (const clang::UnresolvedLookupExpr* lookup : lookups_) {
      if (lookup->getNameLoc() != reference->getLocation()) continue;
      const clang::NamedDecl* called = pattern_of(reference->getDecl());
      all_ = all_ && std::ranges::any_of(lookup->decls(), [&](const clang::NamedDecl* candidate) {
               return pattern_of(candidate) == called;
             });
    }
    return true;
  }
  bool all() const { return all_; }

 private:
  const std::vector<const clang::UnresolvedLookupExpr*>& lookups_;
  bool all_ = true;
};

// Whether what is called has the arguments that the instance has itself.
bool has_same_template_arguments(const clang::FunctionDecl& instance, const clang::Expr& expression) {
  const auto* call = llvm::dyn_cast<clang::CallExpr>(expression.IgnoreUnlessSpelledInSource());
  const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
  const clang::TemplateArgumentList* own = instance.getTemplateSpecializationArgs();
  const clang::TemplateArgumentList* others = callee ? callee->getTemplateSpecializationArgs() : nullptr;
  return own && others &&
         std::ranges::equal(own->asArray(), others->asArray(),
                            [](const auto& one, const auto& other) { return one.structurallyEquals(other); });
}

InlineBody body_of(Unit& unit, const clang::FunctionDecl& declaration, const clang::FunctionDecl* instance) {
  const clang::FunctionDecl* function = nullptr;
  if (!declaration.hasBody(function) || !function) return {.trouble = "its body is not in sight"};
  if (const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(function)) {
    const auto* made = llvm::dyn_cast_if_present<clang::CXXConstructorDecl>(instance);
    const bool is_instantiated = constructor->isDependentContext() && made && made->hasBody(instance);
    return body_of(unit, is_instantiated ? *llvm::cast<clang::CXXConstructorDecl>(instance) : *constructor);
  }
  const clang::Expr* expression = only_expression(*function);
  if (!expression) return {.trouble = why_no_expression(*function)};
  // Parentheses are written anew where they are needed.
  const clang::SourceRange range = without_parentheses(*expression).getSourceRange();
  if (is_from_macro(range) || unit.text(range).empty()) return {.trouble = "its body comes from a macro"};
  InlineBody body;
  const bool is_list = unit.text(range).starts_with("{");
  if (std::string trouble = is_list ? "" : result_trouble(unit, *function, *expression, body);
      !trouble.empty())
    return {.trouble = std::move(trouble)};
  const clang::Expr* instantiated =
      instance && instance != function && instance->hasBody(instance) ? only_expression(*instance) : nullptr;
  ReadPlaces read;
  if (instantiated) read.TraverseStmt(const_cast<clang::Expr*>(instantiated));
  if (read.has_references) return {.trouble = kListRefers.str()};
  Translator translator(unit, *function, body);
  translator.read_in_instance = std::move(read.places);
  if (is_list) translator.name_result();
  translator.TraverseStmt(const_cast<clang::Expr*>(expression));
  if (!translator.trouble.empty()) return {.trouble = translator.trouble};
  if (is_nothrow(*function) && translator.may_throw())
    return {.trouble = "it is noexcept, and what its body calls is not"};
  translate(unit, translator, range, body);
  if (!body.trouble.empty()) return {.trouble = body.trouble};
  body.code.insert(0, translator.result_type);
  body.expression = expression;
  const clang::Expr* root = expression->IgnoreParenImpCasts();
  const bool is_parameter = llvm::StringRef(body.code).starts_with("$") &&
                            std::all_of(body.code.begin() + 1, body.code.end(), is_name_character);
  body.hands_back = is_parameter || !llvm::isa<clang::CallExpr>(root);
  body.is_name = is_parameter || llvm::isa<clang::DeclRefExpr, clang::MemberExpr>(root);
  body.only_computes = only_computes(*expression);
  body.only_reads = only_reads(unit, *expression);
  body.uses = uses_in_body(unit, *function, *expression);

  // What a pattern leaves open shows in its instance.
  CallsSeen calls(translator.open_lookups);
  if (instantiated) calls.TraverseStmt(const_cast<clang::Expr*>(instantiated));
  if (!translator.open_lookups.empty() && (!instantiated || !calls.all()))
    return {.trouble = "its arguments' types choose what the body calls"};
  if (instantiated) {
    if (std::string trouble = is_list ? "" : result_trouble(unit, *instance, *instantiated, body);
        !trouble.empty())
      return {.trouble = std::move(trouble)};
    body.uses = uses_in_body(unit, *instance, *instantiated);
    body.has_other_template_arguments =
        !has_same_template_arguments(*instance, *instantiated) && !llvm::StringRef(body.code).contains('<');
  }
  return body;
}

// The parameter of that index itself.
bool is_parameter(const clang::TemplateArgument& argument, std::size_t index) {
  const auto* named = argument.getKind() == clang::TemplateArgument::Type
                          ? argument.getAsType()->getAs<clang::TemplateTypeParmType>()
                          : nullptr;
  return named && named->getIndex() == index && !named->isParameterPack();
}

bool is_plain(clang::QualType type) {
  return !type.hasLocalQualifiers() && !type->isDependentType() &&
         (type->isRecordType() || type->isEnumeralType() || type->isBuiltinType());
}

InlineBody body_of(const Unit& unit, const clang::TypedefNameDecl& alias) {
  const clang::QualType type = alias.getUnderlyingType();
  if (const clang::TypeAliasTemplateDecl* pattern =
          llvm::isa<clang::TypeAliasDecl>(alias)
              ? llvm::cast<clang::TypeAliasDecl>(alias).getDescribedAliasTemplate()
              : nullptr) {
    // The same arguments in the same order: another name for the same template.
    const auto* specialization = type->getAs<clang::TemplateSpecializationType>();
    const clang::TemplateDecl* other =
        specialization ? specialization->getTemplateName().getAsTemplateDecl() : nullptr;
    const clang::TemplateParameterList& parameters = *pattern->getTemplateParameters();
    // What is behind has defaults.
    const bool has_more = other && other->getTemplateParameters()->size() > parameters.size();
    bool is_renaming = other && specialization->template_arguments().size() == parameters.size() &&
                       (has_more || other->getTemplateParameters()->size() == parameters.size());
    for (std::size_t i = 0; is_renaming && i < parameters.size(); ++i)
      is_renaming = is_parameter(specialization->template_arguments()[i], i);
    if (!is_renaming) return {.trouble = "it is an alias template that changes its arguments"};
    return {.code = other->getQualifiedNameAsString(),
            .calls = {pattern_of(other)},
            .named = {other},
            .needs_template_arguments = has_more};
  }
  if (!is_plain(type)) return {.trouble = "it stands for more than a name"};
  FunctionNames functions;
  functions.TraverseType(type);
  if (functions.found) return {.trouble = "it names the types of a function's parameters"};
  clang::PrintingPolicy policy = unit.context.getPrintingPolicy();
  policy.SuppressInlineNamespace = true;
  // `void(int)` is printed with a blank, which nobody writes.
  std::string name = clang::TypeName::getFullyQualifiedName(type, unit.context, policy);
  for (std::size_t at; (at = name.find(" (")) != std::string::npos;) name.erase(at, 1);
  InlineBody body{.code = std::move(name)};
  if (const clang::TagDecl* tag = type->getAsTagDecl()) body.named.push_back(tag);
  return body;
}

// A constant or a reference that is another name for what it is initialised with.
InlineBody body_of(const clang::Expr* value, clang::QualType type, clang::ASTContext& context,
                   bool is_variable) {
  const auto* reference =
      llvm::dyn_cast_if_present<clang::DeclRefExpr>(value ? value->IgnoreUnlessSpelledInSource() : nullptr);
  if (!reference) return {.trouble = "it is more than another name"};
  const clang::ValueDecl* target = reference->getDecl();
  const bool has_same_const = type.getNonReferenceType().isConstQualified() ==
                              target->getType().getNonReferenceType().isConstQualified();
  if (!context.hasSameUnqualifiedType(type.getNonReferenceType(), target->getType().getNonReferenceType()))
    return {.trouble = "it has another type than what it names"};
  if (!is_for_all_files(*target) || !is_public(*target) || is_internal(*target))
    return {.trouble = "it names what is internal to its library"};
  return {.code = target->getQualifiedNameAsString(),
          .calls = {pattern_of(target)},
          .named = {target},
          .gives_name = is_variable && (llvm::isa<clang::EnumConstantDecl>(target) || !has_same_const)};
}

bool is_specialised(const clang::VarTemplateDecl& pattern) {
  llvm::SmallVector<clang::VarTemplatePartialSpecializationDecl*, 2> partial;
  pattern.getPartialSpecializations(partial);
  return !partial.empty() || llvm::any_of(pattern.specializations(), [](const auto* each) {
    return each->getSpecializationKind() == clang::TSK_ExplicitSpecialization;
  });
}

// Another name for another template of the same kind of constants.
InlineBody body_of(const clang::VarTemplateDecl& pattern, clang::ASTContext& context) {
  const clang::VarDecl& variable = *pattern.getTemplatedDecl();
  const clang::Expr* value = variable.getInit();
  const auto* lookup =
      llvm::dyn_cast_if_present<clang::UnresolvedLookupExpr>(value ? value->IgnoreParenImpCasts() : nullptr);
  const auto* other =
      lookup && lookup->getNumDecls() == 1
          ? llvm::dyn_cast<clang::VarTemplateDecl>((*lookup->decls_begin())->getUnderlyingDecl())
          : nullptr;
  const std::size_t count = pattern.getTemplateParameters()->size();
  bool is_renaming =
      other && lookup->getNumTemplateArgs() == count && other->getTemplateParameters()->size() == count;
  for (std::size_t i = 0; is_renaming && i < count; ++i)
    is_renaming = is_parameter(lookup->template_arguments()[i].getArgument(), i);
  if (!is_renaming) return {.trouble = "it is a template of a variable that is more than another one's name"};
  if (is_specialised(pattern)) return {.trouble = "it is specialised, and says another thing there"};
  const clang::VarDecl& target = *other->getTemplatedDecl();
  if (!variable.isConstexpr() || !target.isConstexpr() ||
      !context.hasSameType(variable.getType(), target.getType()) ||
      variable.getType()->getContainedDeducedType() != nullptr)
    return {.trouble = "it may have another type than what it names"};
  if (is_internal(*other) || !is_public(*other) || other->isInAnonymousNamespace())
    return {.trouble = "it names what is internal to its library"};
  return {.code = other->getQualifiedNameAsString(), .calls = {pattern_of(other)}, .named = {other}};
}

}  // namespace

InlineBody inline_body(Unit& unit, const clang::NamedDecl& target) {
  const clang::NamedDecl* pattern = pattern_of(&target);
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(pattern)) {
    InlineBody body = body_of(unit, *function, llvm::dyn_cast<clang::FunctionDecl>(&target));
    if (!body.trouble.empty()) body.code.clear();
    return body;
  }
  if (const auto* alias = llvm::dyn_cast<clang::TypedefNameDecl>(pattern)) return body_of(unit, *alias);
  if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(pattern)) {
    if (const clang::VarTemplateDecl* described = variable->getDescribedVarTemplate())
      return body_of(*described, unit.context);
    if (!variable->isUsableInConstantExpressions(unit.context) && !variable->getType()->isReferenceType())
      return {.trouble = "it is a variable of its own"};
    return body_of(variable->getAnyInitializer(), variable->getType(), unit.context, /*is_variable=*/true);
  }
  if (const auto* enumerator = llvm::dyn_cast<clang::EnumConstantDecl>(pattern))
    return body_of(enumerator->getInitExpr(), enumerator->getType(), unit.context, /*is_variable=*/false);
  return {.trouble = "it is neither a function nor another name"};
}

}  // namespace ferry::rewriter
