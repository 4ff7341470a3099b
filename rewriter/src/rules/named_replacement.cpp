#include "rules/named_replacement.hpp"

#include <algorithm>
#include <vector>

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <llvm/ADT/APSInt.h>
#include <llvm/ADT/StringExtras.h>

#include "support/names.hpp"

namespace ferry::rewriter {
namespace {

constexpr llvm::StringLiteral kRule = "INLINE-02";

using Found = std::vector<const clang::NamedDecl*>;

bool is_name(llvm::StringRef text) {
  return !text.empty() && !llvm::isDigit(text.front()) && llvm::all_of(text, is_name_character);
}

Found look_up(const clang::DeclContext& context, llvm::StringRef path) {
  const auto [first, rest] = path.split("::");
  if (!is_name(first)) return {};
  Found found;
  for (const clang::NamedDecl* each : context.lookup(&context.getParentASTContext().Idents.get(first)))
    if (rest.empty()) {
      found.push_back(each->getUnderlyingDecl());
    } else if (const auto* inner = llvm::dyn_cast<clang::DeclContext>(each->getUnderlyingDecl())) {
      const Found within = look_up(*inner, rest);
      found.insert(found.end(), within.begin(), within.end());
    }
  return found;
}

const clang::NamedDecl& templated(const clang::NamedDecl& declaration) {
  const auto* pattern = llvm::dyn_cast<clang::TemplateDecl>(&declaration);
  return pattern && pattern->getTemplatedDecl() ? *pattern->getTemplatedDecl() : declaration;
}

// Functions for functions, types for types, values for values.
bool is_same_sort(const clang::NamedDecl& one, const clang::NamedDecl& other) {
  const bool is_function = llvm::isa<clang::FunctionDecl>(one);
  const bool is_type = llvm::isa<clang::TypeDecl>(one);
  return is_function == llvm::isa<clang::FunctionDecl>(other) &&
         is_type == llvm::isa<clang::TypeDecl>(other) &&
         (is_function || is_type || llvm::isa<clang::ValueDecl>(other)) && &one != &other &&
         one.isCXXInstanceMember() == other.isCXXInstanceMember();
}

bool means_the_same(const clang::NamedDecl& one, const clang::NamedDecl& other) {
  const auto* type = llvm::dyn_cast<clang::TypeDecl>(&one);
  const auto* other_type = llvm::dyn_cast<clang::TypeDecl>(&other);
  const clang::ASTContext& context = one.getASTContext();
  if (type && other_type)
    return context.hasSameType(context.getTypeDeclType(type), context.getTypeDeclType(other_type));
  const auto* value = llvm::dyn_cast<clang::EnumConstantDecl>(&one);
  const auto* other_value = llvm::dyn_cast<clang::EnumConstantDecl>(&other);
  return value && other_value && one.getDeclContext() == other.getDeclContext() &&
         llvm::APSInt::isSameValue(value->getInitVal(), other_value->getInitVal());
}

}  // namespace

Annotation named_replacement(const clang::NamedDecl& declaration, llvm::StringRef replacement) {
  Annotation annotation{.id = kRule.str()};
  const clang::DeclContext& scope = *declaration.getDeclContext()->getRedeclContext();
  // Clang itself puts the text where the last name of the use is: it is looked up from there.
  const Found found = look_up(scope, replacement.trim());
  const bool is_right = !found.empty() && std::ranges::all_of(found, [&](const clang::NamedDecl* each) {
    return is_same_sort(declaration, templated(*each));
  });
  if (!is_right) {
    annotation.message = "its header names `" + replacement.str() +
                         "` in its place, which is no declaration of the same sort beside it";
    return annotation;
  }
  annotation.applicability = found.size() == 1 && means_the_same(declaration, templated(*found.front()))
                                 ? Applicability::Safe
                                 : Applicability::Unsafe;
  annotation.text = scope.isRecord() ? replacement.trim().str() : found.front()->getQualifiedNameAsString();
  return annotation;
}

}  // namespace ferry::rewriter
