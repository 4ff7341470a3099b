#include "shims.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Frontend/ASTUnit.h>
#include <clang/Frontend/TextDiagnosticBuffer.h>
#include <clang/Tooling/Tooling.h>

#include "rules/annotations.hpp"

namespace ferry::matrix {
namespace {

namespace fs = std::filesystem;

/// What the name of a template's specialization leads to, past aliases.
const clang::TemplateSpecializationType* specialization_of(clang::QualType type) {
  const auto* specialization = type->getAs<clang::TemplateSpecializationType>();
  while (specialization != nullptr && specialization->isTypeAlias())
    specialization = specialization->getAliasedType()->getAs<clang::TemplateSpecializationType>();
  return specialization;
}

/// A pattern that is looked into: what there is for its parameters, which is written in another one.
struct Scope {
  llvm::ArrayRef<clang::TemplateArgument> parameters;
  llvm::ArrayRef<clang::TemplateArgument> arguments;
  const Scope* outer;
};

/// A type and where it is written; null: where nothing depends on anything.
struct Written {
  clang::QualType type;
  const Scope* scope;
};

/// What a type is that is a parameter of the pattern in which it is written.
Written resolved(Written written) {
  while (written.scope != nullptr) {
    const Scope& scope = *written.scope;
    bool is_parameter = false;
    for (const auto& [parameter, argument] : llvm::zip(scope.parameters, scope.arguments)) {
      if (parameter.getKind() != clang::TemplateArgument::Type ||
          argument.getKind() != clang::TemplateArgument::Type ||
          parameter.getAsType().getCanonicalType() != written.type.getCanonicalType())
        continue;
      written = {argument.getAsType(), scope.outer};
      is_parameter = true;
      break;
    }
    if (!is_parameter) break;
  }
  return written;
}

/// The names of members that a concept asks for.
class Asked : public clang::RecursiveASTVisitor<Asked> {
 public:
  explicit Asked(const clang::ConceptDecl& concept_of) { TraverseStmt(concept_of.getConstraintExpr()); }
  bool VisitConceptSpecializationExpr(clang::ConceptSpecializationExpr* expression) {
    return TraverseStmt(expression->getNamedConcept()->getConstraintExpr());
  }
  bool VisitCXXDependentScopeMemberExpr(clang::CXXDependentScopeMemberExpr* expression) {
    names.push_back(expression->getMember());
    return true;
  }

  std::vector<clang::DeclarationName> names;
};

using OnClass = llvm::function_ref<void(clang::CXXRecordDecl&)>;
void visit_classes(Written base, OnClass f);

/// Whether the class has members with the names that the constraints on `partial`'s parameters ask for.
bool may_be(const clang::ClassTemplatePartialSpecializationDecl& partial, const Scope& scope) {
  return llvm::all_of(*partial.getTemplateParameters(), [&](const clang::NamedDecl* parameter) {
    const auto* const type = llvm::dyn_cast<clang::TemplateTypeParmDecl>(parameter);
    if (type == nullptr || type->getTypeConstraint() == nullptr) return true;
    const Asked asked(*type->getTypeConstraint()->getNamedConcept());
    return llvm::all_of(asked.names, [&](clang::DeclarationName name) {
      bool is_there = false;
      visit_classes({clang::QualType(type->getTypeForDecl(), 0), &scope},
                    [&](clang::CXXRecordDecl& from) { is_there = is_there || !from.lookup(name).empty(); });
      return is_there;
    });
  });
}

/// Calls `f` with a class and those that it is derived from, however far. Where that depends on a template's
/// arguments: with the patterns that it is made from.
void visit_classes(Written base, OnClass f) {
  const auto [type, outer] = resolved(base);
  const auto visit = [&](clang::CXXRecordDecl* record, const Scope* scope) {
    clang::CXXRecordDecl* const definition = record->getDefinition();
    if (definition == nullptr) return;
    f(*definition);
    for (const clang::CXXBaseSpecifier& inner : definition->bases())
      visit_classes({inner.getType(), scope}, f);
  };
  if (clang::CXXRecordDecl* const record = type->getAsCXXRecordDecl()) return visit(record, nullptr);
  const auto* const specialization = specialization_of(type);
  if (specialization == nullptr) return;
  auto* const pattern =
      llvm::dyn_cast_or_null<clang::ClassTemplateDecl>(specialization->getTemplateName().getAsTemplateDecl());
  if (pattern == nullptr) return;
  llvm::SmallVector<clang::ClassTemplatePartialSpecializationDecl*> partials;
  pattern->getPartialSpecializations(partials);
  for (auto* const partial : partials) {
    const Scope scope{partial->getTemplateArgs().asArray(), specialization->template_arguments(), outer};
    if (may_be(*partial, scope)) return visit(partial, &scope);
  }
  const Scope scope{pattern->getInjectedTemplateArgs(), specialization->template_arguments(), outer};
  visit(pattern->getTemplatedDecl(), &scope);
}

/// For implementation only: no user writes such a name.
bool is_internal(const std::string& name) { return name.find("::detail::") != name.npos; }

/// Finds what is annotated, and the classes by which users reach the members of bases that are internal.
class Collector : public clang::RecursiveASTVisitor<Collector> {
 public:
  bool VisitNamedDecl(clang::NamedDecl* declaration) {
    for (const auto* attribute : declaration->specific_attrs<clang::AnnotateAttr>()) {
      const auto annotation = rewriter::parse_annotation(attribute->getAnnotation());
      if (!annotation || declaration->getQualifiedNameAsString().starts_with("ferry::compat")) continue;
      const bool is_inline = annotation->kind == rewriter::Annotation::Kind::Inline;
      found_.emplace_back(declaration, Shim{.id = annotation->id,
                                            .legacy = declaration->getQualifiedNameAsString(),
                                            .classes = {},
                                            .modern = is_inline ? "its body" : annotation->text,
                                            .applicability = annotation->applicability});
    }
    return true;
  }

  bool VisitCXXRecordDecl(clang::CXXRecordDecl* record) {
    if (!record->isThisDeclarationADefinition() || record->isLambda() || record->isInjectedClassName() ||
        llvm::isa<clang::ClassTemplateSpecializationDecl>(record))
      return true;
    const std::string name = record->getQualifiedNameAsString();
    if (!name.starts_with("ferry::v0_2::") || is_internal(name)) return true;
    for (const clang::CXXBaseSpecifier& base : record->bases())
      visit_classes({base.getType(), nullptr}, [&](clang::CXXRecordDecl& from) {
        const clang::CXXRecordDecl* const pattern = from.getTemplateInstantiationPattern();
        classes_[pattern != nullptr ? pattern : &from].insert(name);
      });
    return true;
  }

  std::vector<Shim> shims(std::vector<std::string>& problems) {
    std::set<Shim> shims;
    for (auto& [declaration, shim] : found_) {
      if (is_internal(shim.legacy)) {
        const auto* const base = llvm::dyn_cast<clang::CXXRecordDecl>(declaration->getDeclContext());
        const std::set<std::string>& classes = classes_[base];
        if (classes.empty()) problems.push_back(shim.id + ": no class that users know has " + shim.legacy);
        shim.legacy = declaration->getNameAsString();
        shim.classes.assign(classes.begin(), classes.end());
      }
      shims.insert(std::move(shim));
    }
    return {shims.begin(), shims.end()};
  }

 private:
  std::vector<std::pair<clang::NamedDecl*, Shim>> found_;
  std::map<const clang::CXXRecordDecl*, std::set<std::string>> classes_;  // by what they are made from
};

/// What a scope's name leads to, if that has names itself.
clang::DeclContext* scope_of(clang::NamedDecl* declaration) {
  if (auto* shadow = llvm::dyn_cast<clang::UsingShadowDecl>(declaration))
    return scope_of(shadow->getTargetDecl());
  if (auto* alias = llvm::dyn_cast<clang::NamespaceAliasDecl>(declaration)) return alias->getNamespace();
  if (auto* pattern = llvm::dyn_cast<clang::ClassTemplateDecl>(declaration))
    return pattern->getTemplatedDecl()->getDefinition();
  if (auto* name = llvm::dyn_cast<clang::TypedefNameDecl>(declaration)) {
    clang::CXXRecordDecl* const record = name->getUnderlyingType()->getAsCXXRecordDecl();
    return record == nullptr ? nullptr : record->getDefinition();
  }
  if (auto* pattern = llvm::dyn_cast<clang::TypeAliasTemplateDecl>(declaration))
    return scope_of(pattern->getTemplatedDecl());
  if (auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration)) return record->getDefinition();
  return llvm::dyn_cast<clang::DeclContext>(declaration);
}

void find(clang::DeclContext* scope, clang::DeclarationName name, std::vector<clang::NamedDecl*>& found) {
  for (clang::NamedDecl* declaration : scope->lookup(name)) found.push_back(declaration);
  auto* const record = llvm::dyn_cast<clang::CXXRecordDecl>(scope);
  if (!found.empty() || record == nullptr || !record->hasDefinition()) return;
  for (const clang::CXXBaseSpecifier& base : record->bases())
    visit_classes({base.getType(), nullptr}, [&](clang::CXXRecordDecl& from) {
      if (!found.empty()) return;
      for (clang::NamedDecl* declaration : from.lookup(name)) found.push_back(declaration);
    });
}

bool has_name(clang::ASTContext& context, clang::DeclContext* scope, llvm::StringRef name) {
  const auto [first, rest] = name.split("::");
  std::vector<clang::NamedDecl*> found;
  find(scope, &context.Idents.get(first), found);
  if (rest.empty()) return !found.empty();
  return std::ranges::any_of(found, [&](clang::NamedDecl* declaration) {
    clang::DeclContext* const inner = scope_of(declaration);
    return inner != nullptr && has_name(context, inner, rest);
  });
}

std::string all_includes(const std::string& root) {
  std::set<std::string> headers;
  for (const std::string folder : {"compat", "runtime"}) {
    const fs::path include = fs::path(root) / folder / "include";
    for (const auto& entry : fs::recursive_directory_iterator(include / "ferry")) {
      const std::string name = entry.path().lexically_relative(include);
      if (entry.path().extension() == ".hpp" && name.find("/detail/") == name.npos) headers.insert(name);
    }
  }
  std::string text;
  for (const std::string& header : headers) text += "#include <" + header + ">\n";
  return text;
}

}  // namespace

Headers::Headers(const std::string& root, std::vector<std::string>& problems) {
  clang::TextDiagnosticBuffer errors;
  unit_ = clang::tooling::buildASTFromCodeWithArgs(
      all_includes(root),
      {"-std=c++20", "-w", "-DFERRY_NO_DEPRECATED", "-DBOOST_ASIO_NO_DEPRECATED",
       "-I" + root + "/compat/include", "-I" + root + "/runtime/include", "-resource-dir",
       FERRY_CLANG_RESOURCE_DIR},
      "headers.cpp", "ferry-compat-matrix", std::make_shared<clang::PCHContainerOperations>(),
      clang::tooling::getClangStripDependencyFileAdjuster(), {}, &errors);
  for (auto error = errors.err_begin(); error != errors.err_end(); ++error)
    problems.push_back("the headers do not compile: " + error->second);
}

Headers::~Headers() = default;

std::vector<Shim> Headers::shims(std::vector<std::string>& problems) const {
  Collector collector;
  collector.TraverseDecl(unit_->getASTContext().getTranslationUnitDecl());
  return collector.shims(problems);
}

bool Headers::has(const std::string& name) const {
  clang::ASTContext& context = unit_->getASTContext();
  return has_name(context, context.getTranslationUnitDecl(), name);
}

}  // namespace ferry::matrix
