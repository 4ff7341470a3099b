#include "shims.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

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

class Collector : public clang::RecursiveASTVisitor<Collector> {
 public:
  bool VisitNamedDecl(clang::NamedDecl* declaration) {
    for (const auto* attribute : declaration->specific_attrs<clang::AnnotateAttr>()) {
      const auto annotation = rewriter::parse_annotation(attribute->getAnnotation());
      if (!annotation || declaration->getQualifiedNameAsString().starts_with("ferry::compat")) continue;
      const bool is_inline = annotation->kind == rewriter::Annotation::Kind::Inline;
      shims.insert({.id = annotation->id,
                    .legacy = declaration->getQualifiedNameAsString(),
                    .modern = is_inline ? "its body" : annotation->text,
                    .applicability = annotation->applicability});
    }
    return true;
  }

  std::set<Shim> shims;
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

/// The class that a base is; of a dependent one, its pattern.
clang::CXXRecordDecl* record_of(clang::QualType type) {
  if (clang::CXXRecordDecl* const record = type->getAsCXXRecordDecl()) return record->getDefinition();
  if (const auto* specialization = type->getAs<clang::TemplateSpecializationType>())
    if (auto* const pattern = llvm::dyn_cast_or_null<clang::ClassTemplateDecl>(
            specialization->getTemplateName().getAsTemplateDecl()))
      return pattern->getTemplatedDecl()->getDefinition();
  return nullptr;
}

void find(clang::DeclContext* scope, clang::DeclarationName name, std::vector<clang::NamedDecl*>& found) {
  for (clang::NamedDecl* declaration : scope->lookup(name)) found.push_back(declaration);
  auto* const record = llvm::dyn_cast<clang::CXXRecordDecl>(scope);
  if (!found.empty() || record == nullptr || !record->hasDefinition()) return;
  for (const clang::CXXBaseSpecifier& base : record->bases())
    if (clang::CXXRecordDecl* const definition = record_of(base.getType())) find(definition, name, found);
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

std::vector<Shim> Headers::shims() const {
  Collector collector;
  collector.TraverseDecl(unit_->getASTContext().getTranslationUnitDecl());
  return {collector.shims.begin(), collector.shims.end()};
}

bool Headers::has(const std::string& name) const {
  clang::ASTContext& context = unit_->getASTContext();
  return has_name(context, context.getTranslationUnitDecl(), name);
}

}  // namespace ferry::matrix
