#include "rules/uses.hpp"

#include <optional>
#include <set>
#include <utility>

#include <clang/AST/ASTLambda.h>
#include <clang/AST/Attr.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <llvm/ADT/DenseSet.h>

#include "analyse/unit.hpp"
#include "rules/called.hpp"
#include "rules/designated.hpp"
#include "rules/forwarded.hpp"

namespace ferry::rewriter {
namespace {

bool is_instantiation(const clang::Decl* declaration) {
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration))
    return function->isTemplateInstantiation();
  if (const auto* record = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(declaration))
    return clang::isTemplateInstantiation(record->getSpecializationKind());
  if (const auto* variable = llvm::dyn_cast<clang::VarTemplateSpecializationDecl>(declaration))
    return clang::isTemplateInstantiation(variable->getSpecializationKind());
  return false;
}

const clang::BaseUsingDecl* introducer_of(const clang::NamedDecl* found) {
  const auto* shadow = llvm::dyn_cast_if_present<clang::UsingShadowDecl>(found);
  return shadow ? shadow->getIntroducer() : nullptr;
}

// The template that is specialised or instantiated here by hand; nullptr for any other declaration.
const clang::NamedDecl* specialized(const clang::NamedDecl* declaration) {
  if (const auto* record = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(declaration))
    return record->isExplicitInstantiationOrSpecialization() ? record->getSpecializedTemplate() : nullptr;
  if (const auto* variable = llvm::dyn_cast<clang::VarTemplateSpecializationDecl>(declaration))
    return variable->isExplicitInstantiationOrSpecialization() ? variable->getSpecializedTemplate() : nullptr;
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration);
      function && function->getTemplateSpecializationKind() == clang::TSK_ExplicitSpecialization)
    return function->getPrimaryTemplate();
  return nullptr;
}

bool is_definition(const clang::NamedDecl& declaration) {
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(&declaration))
    return function->isThisDeclarationADefinition();
  if (const auto* tag = llvm::dyn_cast<clang::TagDecl>(&declaration))
    return tag->isThisDeclarationADefinition();
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(&declaration);
  return variable && variable->isThisDeclarationADefinition() == clang::VarDecl::Definition;
}

clang::FileID file_of(const clang::SourceManager& sources, clang::SourceLocation location) {
  return sources.getFileID(sources.getExpansionLoc(location));
}

// Whether an annotation is written with this declaration: what is inherited or instantiated is written
// elsewhere.
bool carries_annotation(const clang::SourceManager& sources, const clang::Decl& declaration) {
  for (const auto* attribute : declaration.specific_attrs<clang::AnnotateAttr>())
    if (!attribute->isInherited() && parse_annotation(attribute->getAnnotation()) &&
        file_of(sources, attribute->getLocation()) == file_of(sources, declaration.getLocation()))
      return true;
  return false;
}

// What is written, then what instances of templates make of it.
enum class Pass { Written, Instances };

class Collector : public clang::RecursiveASTVisitor<Collector> {
  using Base = clang::RecursiveASTVisitor<Collector>;

 public:
  Collector(Unit& unit, Pass pass) : unit_(unit), pass_(pass) {}

  bool shouldVisitTemplateInstantiations() const { return pass_ == Pass::Instances; }

  bool TraverseDecl(clang::Decl* declaration) {
    if (!declaration) return true;
    // Namespaces of the library that carries the annotations are its own business.
    if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(declaration); space && is_library(space))
      return true;
    const bool is_instance = is_instantiation(declaration);
    if (!is_instance && is_written() && !stack_.empty()) unit_.parents.set(declaration, stack_.back());
    stack_.push_back({.decl = declaration});
    if (is_instance && is_written()) traverse_written_arguments(*declaration);
    instances_ += is_instance;
    const bool result = Base::TraverseDecl(declaration);
    stack_.pop_back();
    instances_ -= is_instance;
    return result;
  }

  bool TraverseStmt(clang::Stmt* statement) {
    if (!statement) return true;
    if (is_written() && !stack_.empty()) unit_.parents.set(statement, stack_.back());
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

  // A template as a template argument, or as the default of one.
  bool TraverseTemplateArgumentLoc(const clang::TemplateArgumentLoc& argument) {
    const clang::TemplateArgument& value = argument.getArgument();
    if (value.getKind() == clang::TemplateArgument::Template ||
        value.getKind() == clang::TemplateArgument::TemplateExpansion) {
      const clang::TemplateName name = value.getAsTemplateOrTemplatePattern();
      note({.target = name.getAsTemplateDecl(),
            .name = argument.getTemplateNameLoc(),
            .qualifier = argument.getTemplateQualifierLoc(),
            .parent = stack_.back(),
            .through = introducer_of(name.getAsUsingShadowDecl())});
    }
    return Base::TraverseTemplateArgumentLoc(argument);
  }

  bool TraverseConstructorInitializer(clang::CXXCtorInitializer* initializer) {
    if (initializer->isMemberInitializer() && initializer->isWritten())
      note({.target = initializer->getMember(),
            .name = initializer->getMemberLocation(),
            .parent = stack_.back()});
    return Base::TraverseConstructorInitializer(initializer);
  }

  bool VisitDeclRefExpr(clang::DeclRefExpr* reference) {
    if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(reference->getDecl());
        variable && is_written() && variable->isLocalVarDeclOrParm())
      unit_.uses.of_variables[variable].push_back(reference);
    const bool is_operator =
        reference->getDecl()->getDeclName().getNameKind() == clang::DeclarationName::CXXOperatorName;
    note({.target = reference->getDecl(),
          .mention = is_operator ? Mention::Operator : Mention::Name,
          .name = reference->getLocation(),
          .qualifier = reference->getQualifierLoc(),
          .expression = reference,
          .through = introducer_of(reference->getFoundDecl())});
    return true;
  }

  bool VisitMemberExpr(clang::MemberExpr* member) {
    const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(member->getMemberDecl()->getDeclContext());
    if (record && is_written() && !unit_.annotations.of(record).empty())
      unit_.uses.of_members.push_back(member);
    const bool is_conversion = llvm::isa<clang::CXXConversionDecl>(member->getMemberDecl());
    note(
        {.target = member->getMemberDecl(),
         .mention = is_conversion ? Mention::Conversion : Mention::Name,
         .name = member->getMemberLoc().isValid() ? member->getMemberLoc() : member->getBase()->getBeginLoc(),
         .qualifier = member->getQualifierLoc(),
         .expression = member,
         .object = member->isImplicitAccess() ? nullptr : member->getBase(),
         .through = introducer_of(member->getFoundDecl().getDecl())});
    return true;
  }

  bool VisitCXXConstructExpr(clang::CXXConstructExpr* construction) {
    note({.target = construction->getConstructor(),
          .mention = Mention::Construction,
          .name = construction->getLocation(),
          .expression = construction});
    if (is_written() && unit_.uses.old_names.has_nameless)
      note_forwarded(forwarded(unit_, *construction), *construction);
    return true;
  }

  bool VisitCallExpr(clang::CallExpr* call) {
    if (is_written() && unit_.uses.old_names.has_nameless) note_forwarded(forwarded(unit_, *call), *call);
    return true;
  }

  // `!=` that calls `==`, and the like.
  bool VisitCXXRewrittenBinaryOperator(clang::CXXRewrittenBinaryOperator* operation) {
    if (const clang::FunctionDecl* called = called_by(*operation))
      note({.target = called,
            .mention = Mention::Operator,
            .name = operation->getOperatorLoc(),
            .expression = operation});
    return true;
  }

  bool VisitCXXMemberCallExpr(clang::CXXMemberCallExpr* call) {
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(call->getCallee()->IgnoreParens());
    const clang::IdentifierInfo* name = member ? member->getMemberDecl()->getIdentifier() : nullptr;
    if (instances_ > 0 && name && unit_.uses.old_names.contains(name))
      calls_[member->getMemberLoc()].push_back(call);
    return true;
  }

  bool VisitDesignatedInitExpr(clang::DesignatedInitExpr* initializer) {
    for (const clang::DesignatedInitExpr::Designator& designator : initializer->designators())
      if (designator.isFieldDesignator() && designator.getFieldDecl())
        note({.target = designator.getFieldDecl(),
              .name = designator.getFieldLoc(),
              .parent = {.stmt = initializer}});
    return true;
  }

  bool VisitOffsetOfExpr(clang::OffsetOfExpr* expression) {
    for (unsigned i = 0; i < expression->getNumComponents(); ++i)
      if (const clang::OffsetOfNode& node = expression->getComponent(i);
          node.getKind() == clang::OffsetOfNode::Field)
        note({.target = node.getField(), .name = node.getEndLoc(), .parent = {.stmt = expression}});
    return true;
  }

  bool VisitConceptReference(clang::ConceptReference* reference) {
    note({.target = reference->getNamedConcept(),
          .name = reference->getConceptNameLoc(),
          .qualifier = reference->getNestedNameSpecifierLoc(),
          .parent = stack_.empty() ? Node{} : stack_.back(),
          .through = introducer_of(reference->getFoundDecl())});
    return true;
  }

  bool VisitOverloadExpr(clang::OverloadExpr* overloaded) {
    if (!is_written() || overloaded->decls().begin() == overloaded->decls().end()) return true;
    const std::vector<const clang::NamedDecl*> overloads = overloads_of(*overloaded);
    const clang::NamedDecl* first = overloads.front();
    const auto* lookup = llvm::dyn_cast<clang::UnresolvedLookupExpr>(overloaded);
    const auto* member = llvm::dyn_cast<clang::UnresolvedMemberExpr>(overloaded);
    DependentUse dependent{
        .use = {.target = first->getUnderlyingDecl(),
                .name = overloaded->getNameLoc(),
                .qualifier = overloaded->getQualifierLoc(),
                .expression = overloaded,
                .object = member && !member->isImplicitAccess() ? member->getBase() : nullptr,
                .parent = unit_.parents.of(overloaded),
                .through = introducer_of(first),
                .is_brought = is_brought(first)},
        .spelled = overloaded->getName(),
        .candidates = &annotations_of(first),
        .asks_arguments = lookup && lookup->requiresADL()};
    for (const clang::NamedDecl* candidate : overloads) {
      const AnnotationList& list = annotations_of(candidate);
      if (&list == dependent.candidates) continue;
      // Some are old and some are not, or not in the same way.
      dependent.is_mixed = true;
      if (dependent.candidates->empty()) {
        dependent.candidates = &list;
        dependent.use.target = candidate->getUnderlyingDecl();
      }
    }
    if (dependent.candidates->empty()) dependent.candidates = nullptr;
    keep(std::move(dependent));
    return true;
  }

  bool VisitCXXDependentScopeMemberExpr(clang::CXXDependentScopeMemberExpr* member) {
    if (is_written())
      keep({.use = {.name = member->getMemberLoc(),
                    .qualifier = member->getQualifierLoc(),
                    .expression = member,
                    .object = member->isImplicitAccess() ? nullptr : member->getBase(),
                    .parent = unit_.parents.of(member)},
            .spelled = member->getMember()});
    return true;
  }
  bool VisitDependentScopeDeclRefExpr(clang::DependentScopeDeclRefExpr* reference) {
    if (is_written())
      keep({.use = {.name = reference->getLocation(),
                    .qualifier = reference->getQualifierLoc(),
                    .expression = reference,
                    .parent = unit_.parents.of(reference)},
            .spelled = reference->getDeclName()});
    return true;
  }
  bool VisitDependentNameTypeLoc(clang::DependentNameTypeLoc type) {
    if (is_written())
      keep({.use = {.name = type.getNameLoc(),
                    .qualifier = type.getQualifierLoc(),
                    .type = type,
                    .parent = stack_.back()},
            .spelled = type.getTypePtr()->getIdentifier()});
    return true;
  }

  // The instances of a generic lambda hang on its call operator, which nobody wrote.
  bool VisitLambdaExpr(clang::LambdaExpr* lambda) {
    if (pass_ == Pass::Written || !lambda->isGenericLambda()) return true;
    const clang::FunctionTemplateDecl* pattern = lambda->getCallOperator()->getDescribedFunctionTemplate();
    if (!pattern) return true;
    ++instances_;
    for (const clang::FunctionDecl* instance : pattern->specializations()) TraverseStmt(instance->getBody());
    --instances_;
    return true;
  }

  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    clang::Expr* condition = clang::ExplicitSpecifier::getFromDecl(function).getExpr();
    return condition == nullptr || TraverseStmt(condition);
  }

  bool VisitCXXMethodDecl(clang::CXXMethodDecl* method) {
    if (!is_written() || method->isImplicit()) return true;
    unit_.uses.methods.push_back(method);
    if (method->isCanonicalDecl()) note_overridden(*method, *method);
    return true;
  }

  bool VisitNamedDecl(clang::NamedDecl* declaration) {
    if (pass_ == Pass::Instances) return true;
    const clang::IdentifierInfo* identifier = declaration->getIdentifier();
    if (!identifier || declaration->isImplicit() || !unit_.uses.old_names.contains(identifier)) return true;
    if (llvm::isa<clang::RedeclarableTemplateDecl>(declaration)) return true;  // what it declares comes next
    const clang::NamedDecl* pattern = specialized(declaration);
    if (instances_ > (pattern ? 1 : 0) || llvm::isa<clang::UsingDecl, clang::UsingShadowDecl>(declaration))
      return true;
    const clang::NamedDecl* target = pattern ? pattern : declaration;
    if (unit_.annotations.of(target).empty()) {
      // Of a namespace that has moved, its parts are the same.
      if (!llvm::isa<clang::NamespaceDecl>(declaration)) unit_.deny(declaration->getLocation(), *declaration);
      return true;
    }
    if (is_the_library(*declaration, *target)) return true;
    note({.target = target,
          .mention = pattern ? Mention::Specialization : Mention::Declaration,
          .name = declaration->getLocation(),
          .parent = stack_.back(),
          .trouble = pattern ? "it is specialised or instantiated here" : "it is declared here again"},
         /*is_declared=*/true);
    return true;
  }

  bool VisitUsingDecl(clang::UsingDecl* declaration) {
    if (declaration->shadow_size() == 0) return true;
    Use use{.target = (*declaration->shadow_begin())->getTargetDecl(),
            .name = declaration->getNameInfo().getLoc(),
            .qualifier = declaration->getQualifierLoc(),
            .parent = stack_.back(),
            .is_using = true,
            .through = declaration};
    // `using Base::Base;` names the class twice.
    if (declaration->getDeclName().getNameKind() == clang::DeclarationName::CXXConstructorName) {
      const clang::Type* type = declaration->getQualifier()->getAsType();
      use.target = type ? type->getAsCXXRecordDecl() : nullptr;
      use.is_using = false;
      use.is_constructor = true;
      use.through = nullptr;
      note(use);
      return true;
    }
    if (const clang::BaseUsingDecl* outer = annotated_using(*declaration)) {
      use.through = outer;
      note(use);
      return true;
    }
    // What it brings besides has to stay; the calls of the old one are qualified.
    if (std::ranges::all_of(declaration->shadows(), [&](const clang::UsingShadowDecl* shadow) {
          return !unit_.annotations.of(shadow->getTargetDecl()).empty();
        }))
      note(use);
    return true;
  }

  bool VisitTypedefTypeLoc(clang::TypedefTypeLoc type) { return note_type(type.getTypedefNameDecl(), type); }
  bool VisitTagTypeLoc(clang::TagTypeLoc type) {
    return type.isDefinition() || note_type(type.getDecl(), type);
  }
  bool VisitUsingTypeLoc(clang::UsingTypeLoc type) {
    return note_type(type.getFoundDecl()->getTargetDecl(), type, type.getFoundDecl());
  }
  bool VisitTemplateSpecializationTypeLoc(clang::TemplateSpecializationTypeLoc type) {
    return note_template(type.getTypePtr()->getTemplateName(), type);
  }
  bool VisitDeducedTemplateSpecializationTypeLoc(clang::DeducedTemplateSpecializationTypeLoc type) {
    return note_template(type.getTypePtr()->getTemplateName(), type);
  }

  bool VisitUsingDirectiveDecl(clang::UsingDirectiveDecl* directive) {
    if (is_written()) unit_.uses.directives.push_back(directive);
    note_namespace(directive->getNominatedNamespaceAsWritten(), MovedUse::Kind::Directive,
                   directive->getQualifierLoc(), directive->getIdentLocation(), {});
    return true;
  }
  bool VisitNamespaceAliasDecl(clang::NamespaceAliasDecl* alias) {
    if (is_written()) unit_.uses.aliases.push_back(alias);
    note_namespace(alias->getAliasedNamespace(), MovedUse::Kind::Alias, alias->getQualifierLoc(),
                   alias->getTargetNameLoc(), {});
    return true;
  }

  /// Decides on what templates leave open: only where every instantiation seen means the same declaration.
  void settle() {
    for (const DependentUse& dependent : unit_.uses.dependents) {
      const auto found = meant_.find({dependent.use.name, dependent.spelled});
      const Meant* meant = found == meant_.end() ? nullptr : &found->second;
      const AnnotationList* list = meant ? meant->list : dependent.candidates;
      if (!list || list->empty()) continue;
      Use use = dependent.use;
      if (meant) {
        use.target = meant->target;
        use.others = meant->others;
        use.is_brought = meant->is_brought;
        use.instances = calls_.lookup(use.name);
      }
      if (meant && meant->is_mixed)
        use.trouble = "instantiations of the template mean different declarations";
      if (!meant && (dependent.is_mixed || dependent.asks_arguments)) {
        const clang::FunctionDecl* function = unit_.parents.function(use.parent);
        use.trouble = !function || function->isDependentContext()
                          ? "nothing here instantiates the template, so it is not known what this means"
                          : "the code around it does not compile, so it is not known what this means";
        use.is_unsure = true;
      }
      add(std::move(use), *list);
    }
    add_calls_that_nobody_wrote();
    keep_functions();
  }

 private:
  // What instantiations make of it.
  struct Meant {
    const AnnotationList* list = nullptr;
    const clang::NamedDecl* target = nullptr;
    Mention mention = Mention::Name;
    bool is_mixed = false;
    bool is_brought = false;
    std::vector<const clang::NamedDecl*> others{};
  };

  void keep_functions() {
    for (const auto& [place, meant] : meant_) {
      if (meant.is_mixed || !llvm::isa<clang::FunctionDecl>(meant.target)) continue;
      std::vector<const clang::FunctionDecl*>& functions = unit_.uses.of_functions[place.first];
      functions.push_back(llvm::cast<clang::FunctionDecl>(meant.target));
      for (const clang::NamedDecl* other : meant.others)
        if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(other)) functions.push_back(function);
    }
  }

  // Operators, conversions and constructors whose arguments depend on the template's: of the template itself,
  // the compiler does not know yet that anything is called.
  void add_calls_that_nobody_wrote() {
    llvm::DenseSet<clang::SourceLocation> known;
    for (const Use& use : unit_.uses.of_declarations) known.insert(use.name);
    for (const auto& [place, meant] : meant_)
      if (!place.second.isIdentifier() && !meant.list->empty() && !known.contains(place.first))
        add({.target = meant.target,
             .mention = meant.mention,
             .name = place.first,
             .trouble = "an instance of the template calls it, and the text does not say so"},
            *meant.list);
  }

  void note_forwarded(const Forwarded& made, const clang::Expr& expression) {
    if (!made.constructor) return;
    note({.target = made.constructor,
          .mention = Mention::Forwarded,
          .name = made.name,
          .expression = &expression,
          .trouble = "`" + made.constructor->getParent()->getNameAsString() +
                     "` is made from the arguments of `" + made.by + "`"});
  }

  // Whether what is visited is written as it stands, and for the first time.
  bool is_written() const { return pass_ == Pass::Written && instances_ == 0; }

  // Of a name that is found: those of the using-declaration that brings it, where it has none itself.
  const AnnotationList& annotations_of(const clang::NamedDecl* found) {
    const AnnotationList& own = unit_.annotations.of(found);
    const clang::BaseUsingDecl* introducer = own.empty() ? introducer_of(found) : nullptr;
    return introducer ? unit_.annotations.of(introducer) : own;
  }
  bool is_brought(const clang::NamedDecl* found) {
    return unit_.annotations.of(found).empty() && !annotations_of(found).empty();
  }

  // The annotated using-declaration of a namespace whose name this one brings on; nullptr for any other.
  const clang::BaseUsingDecl* annotated_using(const clang::UsingDecl& declaration) {
    const clang::NestedNameSpecifier* qualifier = declaration.getQualifier();
    const clang::NamespaceDecl* space = qualifier ? qualifier->getAsNamespace() : nullptr;
    if (const clang::NamespaceAliasDecl* alias = qualifier ? qualifier->getAsNamespaceAlias() : nullptr)
      space = alias->getNamespace();
    if (!space) return nullptr;
    for (const clang::NamedDecl* found : space->lookup(declaration.getDeclName()))
      if (is_brought(found)) return introducer_of(found);
    return nullptr;
  }

  bool is_library(const clang::NamespaceDecl* space) const {
    for (const clang::NamespaceDecl* moved : unit_.moved)
      for (const clang::DeclContext* outer = moved;
           !unit_.annotations.moved(moved)->is_of_pack && !outer->isTranslationUnit();
           outer = outer->getParent())
        if (outer->getPrimaryContext() == space->getPrimaryContext()) return true;
    return false;
  }

  // Whether those who have annotated the declaration wrote this one: it is annotated, or in a file where it
  // is, or defines it.
  bool is_the_library(const clang::NamedDecl& declaration, const clang::NamedDecl& target) const {
    if (carries_annotation(unit_.sources, declaration)) return true;
    if (&declaration == &target && is_definition(declaration)) return true;
    if (unit_.annotations.of(&target).front()->is_of_pack) return is_in_its_library(declaration, target);
    return std::ranges::any_of(pattern_of(&target)->redecls(), [&](const clang::Decl* other) {
      return carries_annotation(unit_.sources, *other) &&
             file_of(unit_.sources, other->getLocation()) ==
                 file_of(unit_.sources, declaration.getLocation());
    });
  }

  // A pack does not say where the library is: it is where a class is defined, or what else is declared first.
  bool is_in_its_library(const clang::NamedDecl& declaration, const clang::NamedDecl& target) const {
    const clang::NamedDecl* own = pattern_of(&target);
    if (const auto* tag = llvm::dyn_cast<clang::TagDecl>(own)) own = tag->getDefinition();
    return own &&
           file_of(unit_.sources, own->getLocation()) == file_of(unit_.sources, declaration.getLocation());
  }

  // An explicit instantiation is an instance, but for the arguments that are written there.
  void traverse_written_arguments(const clang::Decl& declaration) {
    const clang::ASTTemplateArgumentListInfo* arguments = nullptr;
    if (const auto* record = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(&declaration))
      arguments = record->getTemplateArgsAsWritten();
    if (const auto* variable = llvm::dyn_cast<clang::VarTemplateSpecializationDecl>(&declaration))
      arguments = variable->getTemplateArgsAsWritten();
    if (arguments == nullptr) return;
    for (const clang::TemplateArgumentLoc& argument : arguments->arguments())
      TraverseTemplateArgumentLoc(argument);
  }

  // What a call of `overloaded` passes, also one that does not compile; nothing where it is not called.
  std::optional<llvm::SmallVector<const clang::Stmt*, 4>> arguments_of(
      const clang::OverloadExpr& overloaded) const {
    const Node parent = unit_.parents.of(&overloaded);
    const auto* call = parent.as<clang::CallExpr>();
    const auto* broken = parent.as<clang::RecoveryExpr>();
    if (call && call->getCallee() == &overloaded)
      return llvm::SmallVector<const clang::Stmt*, 4>(call->arguments());
    if (!broken || broken->subExpressions().front() != &overloaded) return std::nullopt;
    return llvm::SmallVector<const clang::Stmt*, 4>(broken->subExpressions().drop_front());
  }

  // The overloads that take as many arguments as a call writes; all of them where that does not tell.
  std::vector<const clang::NamedDecl*> overloads_of(const clang::OverloadExpr& overloaded) const {
    const std::vector<const clang::NamedDecl*> all(overloaded.decls().begin(), overloaded.decls().end());
    const auto arguments = arguments_of(overloaded);
    if (!arguments || std::ranges::any_of(*arguments, [](const clang::Stmt* argument) {
          return llvm::isa<clang::PackExpansionExpr>(argument);
        }))
      return all;
    const std::size_t count = arguments->size();
    std::vector<const clang::NamedDecl*> fitting;
    for (const clang::NamedDecl* candidate : all) {
      const clang::FunctionDecl* function = candidate->getUnderlyingDecl()->getAsFunction();
      const bool is_open =
          function &&
          (function->isVariadic() || std::ranges::any_of(function->parameters(), [](const auto* parameter) {
             return parameter->isParameterPack();
           }));
      if (!function ||
          (count >= function->getMinRequiredArguments() && (is_open || count <= function->getNumParams())))
        fitting.push_back(candidate);
    }
    return fitting.empty() ? all : fitting;
  }

  void note_overridden(const clang::CXXMethodDecl& method, const clang::CXXMethodDecl& by) {
    for (const clang::CXXMethodDecl* overridden : method.overridden_methods()) {
      if (unit_.annotations.of(&by).empty())
        note({.target = overridden,
              .mention = Mention::Override,
              .name = by.getLocation(),
              .parent = stack_.back(),
              .trouble = "`" + by.getParent()->getNameAsString() + "` overrides it"},
             /*is_declared=*/true);
      note_overridden(*overridden, by);
    }
  }

  void note(Use use, bool is_declared = false) {
    if (!use.target || use.name.isInvalid() || (pass_ == Pass::Instances && (instances_ == 0 || is_declared)))
      return;
    if (!is_declared) unit_.refer(use.name, *use.target);
    const AnnotationList& own = unit_.annotations.of(use.target);
    use.is_brought = own.empty() && use.through && !is_declared && !unit_.annotations.of(use.through).empty();
    const AnnotationList& list = use.is_brought ? unit_.annotations.of(use.through) : own;
    if (list.empty()) {
      const clang::IdentifierInfo* identifier = use.target->getIdentifier();
      if (identifier && unit_.uses.old_names.contains(identifier)) unit_.deny(use.name, *use.target);
    }
    if (instances_ > 0 && !is_declared) {
      const auto [known, is_new] = meant_.try_emplace(
          {use.name, use.target->getDeclName()},
          Meant{.list = &list, .target = use.target, .mention = use.mention, .is_brought = use.is_brought});
      Meant& meant = known->second;
      if (is_new) return;
      if (meant.list == &list) {
        if (meant.target != use.target && std::ranges::find(meant.others, use.target) == meant.others.end())
          meant.others.push_back(use.target);
        return;
      }
      meant.is_mixed = true;
      if (meant.list->empty())
        meant = {.list = &list, .target = use.target, .mention = use.mention, .is_mixed = true};
      return;
    }
    if (list.empty()) return;
    if (!use.parent) use.parent = use.expression ? unit_.parents.of(use.expression) : stack_.back();
    add(std::move(use), list);
  }

  // Of the dependent names only those that something old may have.
  void keep(DependentUse dependent) {
    const OldNames& old = unit_.uses.old_names;
    const clang::IdentifierInfo* identifier = dependent.spelled.getAsIdentifierInfo();
    if (dependent.candidates || (identifier ? old.contains(identifier) : old.has_nameless))
      unit_.uses.dependents.push_back(std::move(dependent));
  }

  void add(Use use, const AnnotationList& list) {
    for (const Annotation* annotation : list) {
      use.annotation = annotation;
      unit_.uses.of_declarations.push_back(use);
    }
  }

  bool note_template(clang::TemplateName name, clang::TypeLoc type) {
    return note_type(name.getAsTemplateDecl(), type, name.getAsUsingShadowDecl());
  }

  bool note_type(const clang::NamedDecl* target, clang::TypeLoc type,
                 const clang::NamedDecl* found = nullptr) {
    note({.target = target,
          .name = name_of(type),
          .qualifier = type_qualifier_,
          .type = type,
          .parent = stack_.empty() ? Node{} : stack_.back(),
          .through = introducer_of(found)});
    return true;
  }

  static clang::SourceLocation name_of(clang::TypeLoc type) {
    if (const auto specialization = type.getAs<clang::TemplateSpecializationTypeLoc>())
      return specialization.getTemplateNameLoc();
    if (const auto deduced = type.getAs<clang::DeducedTemplateSpecializationTypeLoc>())
      return deduced.getTemplateNameLoc();
    return type.getBeginLoc();
  }

  void note_namespace(const clang::NamedDecl* written, MovedUse::Kind kind,
                      clang::NestedNameSpecifierLoc prefix, clang::SourceLocation name,
                      clang::SourceLocation end) {
    // A name that goes through an alias does not change: the alias does.
    const auto* target = llvm::dyn_cast_if_present<clang::NamespaceDecl>(written);
    if (!target || !is_written()) return;
    const Annotation* annotation = unit_.annotations.moved(target);
    if (!annotation) return;
    unit_.uses.of_namespaces.push_back({kind, target, annotation, prefix, name, end});
  }

  Unit& unit_;
  const Pass pass_;
  std::vector<Node> stack_;
  clang::NestedNameSpecifierLoc type_qualifier_;
  int instances_ = 0;
  llvm::DenseMap<std::pair<clang::SourceLocation, clang::DeclarationName>, Meant> meant_;
  llvm::DenseMap<clang::SourceLocation, std::vector<const clang::CXXMemberCallExpr*>>
      calls_;  // of members with an old name, in instances
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
    if (unit.annotations.moved(space))
      moved.insert(space->getCanonicalDecl());
    else if (depth > 0)
      find_moved(unit, *space, depth - 1, moved);
  }
}

}  // namespace

void collect_written(Unit& unit) {
  const clang::TranslationUnitDecl& whole = *unit.context.getTranslationUnitDecl();
  std::set<const clang::NamespaceDecl*> moved;
  if (unit.annotations.reads_headers()) find_moved(unit, whole, 1, moved);
  for (const PackChange* change : unit.annotations.changes())
    if (change->of == PackChange::Of::Namespace) {
      for (const clang::NamedDecl* declaration : designated(change->designation, unit.context))
        if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(declaration)) moved.insert(space);
    } else if (change->of == PackChange::Of::Declaration) {
      for (const clang::NamedDecl* member : inherited(change->designation, unit))
        unit.annotations.inherit(*member, *change);
    }
  unit.moved.assign(moved.begin(), moved.end());
  unit.uses.old_names = old_names(unit);
  for (clang::Decl* declaration : whole.decls())
    if (unit.is_project(declaration->getLocation())) unit.declarations.push_back(declaration);
  Collector collector(unit, Pass::Written);
  for (clang::Decl* declaration : unit.declarations) collector.TraverseDecl(declaration);
}

bool asks_instances(const Unit& unit) {
  const Uses& uses = unit.uses;
  // What other changes edit is known only later.
  const auto is_found_otherwise = [](const PackChange& change) {
    return change.of == PackChange::Of::Match || change.of == PackChange::Of::Macro;
  };
  if (unit.packs && std::ranges::any_of(unit.packs->packs, [&](const Pack& pack) {
        return std::ranges::any_of(pack.changes, is_found_otherwise);
      }))
    return true;
  return uses.old_names.has_nameless || !uses.of_declarations.empty() || !uses.of_namespaces.empty() ||
         !uses.dependents.empty();
}

void collect_instances(Unit& unit) {
  Collector collector(unit, Pass::Instances);
  for (clang::Decl* declaration : unit.declarations) collector.TraverseDecl(declaration);
  collector.settle();
}

}  // namespace ferry::rewriter
