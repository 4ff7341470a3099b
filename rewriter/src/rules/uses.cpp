#include "rules/uses.hpp"

#include <map>

#include <clang/AST/ASTLambda.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/RecursiveASTVisitor.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

bool is_instantiation(const clang::Decl* declaration) {
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration))
    return function->isTemplateInstantiation();
  if (const auto* record = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(declaration))
    return record->getSpecializationKind() == clang::TSK_ImplicitInstantiation;
  if (const auto* variable = llvm::dyn_cast<clang::VarTemplateSpecializationDecl>(declaration))
    return variable->getSpecializationKind() == clang::TSK_ImplicitInstantiation;
  return false;
}

class Collector : public clang::RecursiveASTVisitor<Collector> {
  using Base = clang::RecursiveASTVisitor<Collector>;

 public:
  explicit Collector(Unit& unit) : unit_(unit) {}

  bool shouldVisitTemplateInstantiations() const { return true; }

  bool TraverseDecl(clang::Decl* declaration) {
    if (!declaration) return true;
    // Namespaces of the library that carries the annotations are its own business.
    if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(declaration); space && is_library(space))
      return true;
    const bool is_instance = is_instantiation(declaration);
    if (!is_instance && instances_ == 0 && !stack_.empty()) unit_.parents.set(declaration, stack_.back());
    instances_ += is_instance;
    stack_.push_back({.decl = declaration});
    const bool result = Base::TraverseDecl(declaration);
    stack_.pop_back();
    instances_ -= is_instance;
    return result;
  }

  bool TraverseStmt(clang::Stmt* statement) {
    if (!statement) return true;
    if (instances_ == 0 && !stack_.empty()) unit_.parents.set(statement, stack_.back());
    stack_.push_back({.stmt = statement});
    const bool result = Base::TraverseStmt(statement);
    stack_.pop_back();
    return result;
  }

  bool TraverseElaboratedTypeLoc(clang::ElaboratedTypeLoc type) {
    const clang::NestedNameSpecifierLoc outer = std::exchange(type_qualifier_, type.getQualifierLoc());
    const bool result = Base::TraverseElaboratedTypeLoc(type);
    type_qualifier_ = outer;
    return result;
  }

  // A qualifier's own types are not qualified by what stands around them.
  bool TraverseNestedNameSpecifierLoc(clang::NestedNameSpecifierLoc qualifier) {
    if (!qualifier) return true;
    const clang::NestedNameSpecifierLoc outer = std::exchange(type_qualifier_, qualifier.getPrefix());
    note_namespace(qualifier.getNestedNameSpecifier()->getAsNamespace(), MovedUse::Kind::Qualifier,
                   qualifier.getPrefix(), qualifier.getLocalBeginLoc(), qualifier.getLocalEndLoc());
    const bool result = Base::TraverseNestedNameSpecifierLoc(qualifier);
    type_qualifier_ = outer;
    return result;
  }

  bool VisitDeclRefExpr(clang::DeclRefExpr* reference) {
    if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(reference->getDecl());
        variable && instances_ == 0 && variable->isLocalVarDeclOrParm())
      unit_.uses.of_variables[variable].push_back(reference);
    note({.target = reference->getDecl(),
          .name = reference->getLocation(),
          .qualifier = reference->getQualifierLoc(),
          .expression = reference});
    return true;
  }

  bool VisitMemberExpr(clang::MemberExpr* member) {
    const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(member->getMemberDecl()->getDeclContext());
    if (record && instances_ == 0 && unit_.annotations.of(record)) unit_.uses.of_members.push_back(member);
    note({.target = member->getMemberDecl(),
          .name = member->getMemberLoc(),
          .qualifier = member->getQualifierLoc(),
          .expression = member,
          .object = member->isImplicitAccess() ? nullptr : member->getBase()});
    return true;
  }

  bool VisitOverloadExpr(clang::OverloadExpr* overloaded) {
    if (instances_ > 0) return true;
    const clang::NamedDecl* target = nullptr;
    const Annotation* annotation = nullptr;
    for (const clang::NamedDecl* candidate : overloaded->decls()) {
      const Annotation* of_this = unit_.annotations.of(candidate);
      if (target && of_this != annotation) return note_dependent(overloaded, nullptr);
      target = candidate->getUnderlyingDecl();
      annotation = of_this;
    }
    if (!annotation) return true;
    const auto* member = llvm::dyn_cast<clang::UnresolvedMemberExpr>(overloaded);
    note({.target = target,
          .name = overloaded->getNameLoc(),
          .qualifier = overloaded->getQualifierLoc(),
          .expression = overloaded,
          .object = member && !member->isImplicitAccess() ? member->getBase() : nullptr});
    return true;
  }

  bool VisitCXXDependentScopeMemberExpr(clang::CXXDependentScopeMemberExpr* member) {
    return instances_ > 0 || note_dependent(member, member->isImplicitAccess() ? nullptr : member->getBase());
  }
  bool VisitDependentScopeDeclRefExpr(clang::DependentScopeDeclRefExpr* reference) {
    return instances_ > 0 || note_dependent(reference, nullptr);
  }

  // The instances of a generic lambda hang on its call operator, which nobody wrote.
  bool VisitLambdaExpr(clang::LambdaExpr* lambda) {
    if (!lambda->isGenericLambda()) return true;
    const clang::FunctionTemplateDecl* pattern = lambda->getCallOperator()->getDescribedFunctionTemplate();
    if (!pattern) return true;
    ++instances_;
    for (const clang::FunctionDecl* instance : pattern->specializations()) TraverseStmt(instance->getBody());
    --instances_;
    return true;
  }

  bool VisitCXXMethodDecl(clang::CXXMethodDecl* method) {
    if (instances_ == 0 && !method->isImplicit()) unit_.uses.methods.push_back(method);
    return true;
  }

  bool VisitUsingDecl(clang::UsingDecl* declaration) {
    for (const clang::UsingShadowDecl* shadow : declaration->shadows()) {
      if (!unit_.annotations.of(shadow->getTargetDecl())) continue;
      note({.target = shadow->getTargetDecl(),
            .name = declaration->getNameInfo().getLoc(),
            .qualifier = declaration->getQualifierLoc(),
            .is_using = true});
      break;
    }
    return true;
  }

  bool VisitTypedefTypeLoc(clang::TypedefTypeLoc type) { return note_type(type.getTypedefNameDecl(), type); }
  bool VisitTagTypeLoc(clang::TagTypeLoc type) {
    return type.isDefinition() || note_type(type.getDecl(), type);
  }
  bool VisitUsingTypeLoc(clang::UsingTypeLoc type) {
    return note_type(type.getFoundDecl()->getTargetDecl(), type);
  }
  bool VisitTemplateSpecializationTypeLoc(clang::TemplateSpecializationTypeLoc type) {
    return note_type(type.getTypePtr()->getTemplateName().getAsTemplateDecl(), type);
  }
  bool VisitDeducedTemplateSpecializationTypeLoc(clang::DeducedTemplateSpecializationTypeLoc type) {
    return note_type(type.getTypePtr()->getTemplateName().getAsTemplateDecl(), type);
  }

  bool VisitUsingDirectiveDecl(clang::UsingDirectiveDecl* directive) {
    if (instances_ == 0) unit_.uses.directives.push_back(directive);
    note_namespace(directive->getNominatedNamespaceAsWritten(), MovedUse::Kind::Directive,
                   directive->getQualifierLoc(), directive->getIdentLocation(), {});
    return true;
  }
  bool VisitNamespaceAliasDecl(clang::NamespaceAliasDecl* alias) {
    if (instances_ == 0) unit_.uses.aliases.push_back(alias);
    note_namespace(alias->getAliasedNamespace(), MovedUse::Kind::Alias, alias->getQualifierLoc(),
                   alias->getTargetNameLoc(), {});
    return true;
  }

  /// Decides on what templates leave open: only where every instantiation seen means the same declaration.
  void settle() {
    for (auto& [location, dependent] : dependent_) {
      if (!dependent.annotation) continue;
      Use use = dependent.use;
      use.target = dependent.target;
      use.annotation = dependent.annotation;
      if (dependent.is_mixed) use.trouble = "instantiations of the template mean different declarations";
      unit_.uses.of_declarations.push_back(use);
    }
  }

 private:
  struct Dependent {
    Use use;
    const clang::NamedDecl* target = nullptr;
    const Annotation* annotation = nullptr;
    bool is_seen = false;
    bool is_mixed = false;
  };

  bool is_library(const clang::NamespaceDecl* space) const {
    for (const clang::NamespaceDecl* moved : unit_.moved)
      for (const clang::DeclContext* outer = moved; !outer->isTranslationUnit(); outer = outer->getParent())
        if (outer->getPrimaryContext() == space->getPrimaryContext()) return true;
    return false;
  }

  void note(Use use) {
    const Annotation* annotation = unit_.annotations.of(use.target);
    if (instances_ > 0) return resolve_dependent(use, annotation);
    if (!annotation) return;
    use.annotation = annotation;
    if (!use.parent) use.parent = use.expression ? unit_.parents.of(use.expression) : stack_.back();
    unit_.uses.of_declarations.push_back(use);
  }

  bool note_type(const clang::NamedDecl* target, clang::TypeLoc type) {
    if (instances_ > 0 || !target) return true;
    note({.target = target,
          .name = name_of(type),
          .qualifier = type_qualifier_,
          .type = type,
          .parent = stack_.back()});
    return true;
  }

  static clang::SourceLocation name_of(clang::TypeLoc type) {
    if (const auto specialization = type.getAs<clang::TemplateSpecializationTypeLoc>())
      return specialization.getTemplateNameLoc();
    if (const auto deduced = type.getAs<clang::DeducedTemplateSpecializationTypeLoc>())
      return deduced.getTemplateNameLoc();
    return type.getBeginLoc();
  }

  bool note_dependent(clang::Expr* expression, const clang::Expr* object) {
    Use use{.expression = expression, .object = object, .parent = unit_.parents.of(expression)};
    if (const auto* member = llvm::dyn_cast<clang::CXXDependentScopeMemberExpr>(expression)) {
      use.name = member->getMemberLoc();
      use.qualifier = member->getQualifierLoc();
    } else if (const auto* reference = llvm::dyn_cast<clang::DependentScopeDeclRefExpr>(expression)) {
      use.name = reference->getLocation();
      use.qualifier = reference->getQualifierLoc();
    } else if (const auto* overloaded = llvm::dyn_cast<clang::OverloadExpr>(expression)) {
      use.name = overloaded->getNameLoc();
      use.qualifier = overloaded->getQualifierLoc();
    }
    dependent_.try_emplace(use.name, Dependent{.use = use});
    return true;
  }

  void resolve_dependent(const Use& use, const Annotation* annotation) {
    const auto found = dependent_.find(use.name);
    if (found == dependent_.end()) return;
    Dependent& dependent = found->second;
    dependent.is_mixed = dependent.is_mixed || (dependent.is_seen && dependent.annotation != annotation);
    dependent.is_seen = true;
    if (!annotation) return;
    dependent.target = use.target;
    dependent.annotation = annotation;
  }

  void note_namespace(const clang::NamedDecl* written, MovedUse::Kind kind,
                      clang::NestedNameSpecifierLoc prefix, clang::SourceLocation name,
                      clang::SourceLocation end) {
    // A name that goes through an alias does not change: the alias does.
    const auto* target = llvm::dyn_cast_if_present<clang::NamespaceDecl>(written);
    if (!target || instances_ > 0) return;
    const Annotation* annotation = unit_.annotations.of(target);
    if (!annotation || annotation->kind != Annotation::Kind::Moved) return;
    unit_.uses.of_namespaces.push_back({kind, target, annotation, prefix, name, end});
  }

  Unit& unit_;
  std::vector<Node> stack_;
  clang::NestedNameSpecifierLoc type_qualifier_;
  int instances_ = 0;
  std::map<clang::SourceLocation, Dependent> dependent_;
};

// Namespaces that carry FERRY_MOVED: looked for two levels deep, where libraries have them.
void find_moved(Unit& unit, const clang::DeclContext& within, int depth,
                std::set<const clang::NamespaceDecl*>& moved) {
  for (const clang::Decl* declaration : within.decls()) {
    const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(declaration);
    if (!space) {
      if (const auto* linkage = llvm::dyn_cast<clang::LinkageSpecDecl>(declaration))
        find_moved(unit, *linkage, depth, moved);
      continue;
    }
    const Annotation* annotation = unit.annotations.of(space);
    if (annotation && annotation->kind == Annotation::Kind::Moved)
      moved.insert(space->getCanonicalDecl());
    else if (depth > 0)
      find_moved(unit, *space, depth - 1, moved);
  }
}

}  // namespace

void collect_uses(Unit& unit) {
  const clang::TranslationUnitDecl& whole = *unit.context.getTranslationUnitDecl();
  std::set<const clang::NamespaceDecl*> moved;
  find_moved(unit, whole, 1, moved);
  unit.moved.assign(moved.begin(), moved.end());
  for (clang::Decl* declaration : whole.decls())
    if (unit.is_project(declaration->getLocation())) unit.declarations.push_back(declaration);
  Collector collector(unit);
  for (clang::Decl* declaration : unit.declarations) collector.TraverseDecl(declaration);
  collector.settle();
}

}  // namespace ferry::rewriter
