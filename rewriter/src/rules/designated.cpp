#include "rules/designated.hpp"

#include <algorithm>
#include <set>

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>

#include "rules/annotations.hpp"

namespace ferry::rewriter {
namespace {

bool has_name(const clang::NamedDecl& declaration, llvm::StringRef name) {
  if (const clang::IdentifierInfo* identifier = declaration.getIdentifier())
    return identifier->getName() == name;
  if (llvm::isa<clang::CXXConstructorDecl>(declaration))
    return has_name(llvm::cast<clang::NamedDecl>(*declaration.getDeclContext()), name);
  return declaration.getDeclName() && declaration.getDeclName().getAsString() == name;
}

// Whether a name may leave it out.
bool may_be_skipped(const clang::DeclContext& context) {
  const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(&context);
  return context.isTransparentContext() || (space && space->isInline());
}

bool is_in(const clang::DeclContext* context, llvm::ArrayRef<std::string> path) {
  for (; !context->isTranslationUnit(); context = context->getParent()) {
    const auto* named = llvm::dyn_cast<clang::NamedDecl>(context);
    if (!path.empty() && named && has_name(*named, path.back()))
      path = path.drop_back();
    else if (!may_be_skipped(*context))
      return false;
  }
  return path.empty();
}

bool is_type(const clang::ParmVarDecl& parameter, llvm::StringRef wanted) {
  if (wanted == "_") return true;
  clang::PrintingPolicy policy = parameter.getASTContext().getPrintingPolicy();
  policy.SuppressInlineNamespace = true;
  const clang::QualType type = parameter.getOriginalType();
  return is_same_type_text(type.getAsString(policy), wanted) ||
         is_same_type_text(type.getCanonicalType().getAsString(policy), wanted);
}

bool has_parameters(const clang::FunctionDecl& function, const Designation& designation) {
  const std::size_t count = designation.parameters.size();
  if (function.getNumParams() < count || (!designation.is_open && function.getNumParams() != count))
    return false;
  for (std::size_t i = 0; i < count; ++i)
    if (!is_type(*function.getParamDecl(static_cast<unsigned>(i)), designation.parameters[i].type))
      return false;
  return true;
}

void find(const clang::DeclContext& context, llvm::ArrayRef<std::string> path, const clang::ASTContext& unit,
          std::set<const clang::DeclContext*>& seen, std::vector<const clang::NamedDecl*>& found) {
  const auto known = unit.Idents.find(path.front());
  if (known == unit.Idents.end()) return;
  for (const clang::NamedDecl* declaration : context.lookup(known->second)) {
    const clang::NamedDecl* pattern = pattern_of(declaration->getUnderlyingDecl());
    if (declaration->isImplicit()) continue;  // a class's name in itself
    if (path.size() == 1) {
      if (std::ranges::find(found, pattern) == found.end()) found.push_back(pattern);
    } else if (const auto* inner = llvm::dyn_cast<clang::DeclContext>(pattern);
               inner && !llvm::isa<clang::FunctionDecl>(pattern)) {
      const auto* tag = llvm::dyn_cast<clang::TagDecl>(pattern);
      const clang::DeclContext* scope = tag && tag->getDefinition() ? tag->getDefinition() : inner;
      if (seen.insert(scope->getPrimaryContext()).second) find(*scope, path.drop_front(), unit, seen, found);
    }
  }
}

}  // namespace

bool designates(const Designation& designation, const clang::NamedDecl& pattern) {
  if (!has_name(pattern, designation.path.back())) return false;
  if (designation.has_parameters) {
    const auto* function = llvm::dyn_cast<clang::FunctionDecl>(&pattern);
    if (!function || !has_parameters(*function, designation)) return false;
  }
  // `X::X` is X's constructor, and `X` is no constructor.
  return is_in(pattern.getDeclContext(), llvm::ArrayRef(designation.path).drop_back());
}

std::vector<const clang::NamedDecl*> designated(const Designation& designation,
                                                const clang::ASTContext& context) {
  std::vector<const clang::NamedDecl*> found;
  std::set<const clang::DeclContext*> seen;
  find(*context.getTranslationUnitDecl(), designation.path, context, seen, found);
  std::erase_if(found,
                [&](const clang::NamedDecl* declaration) { return !designates(designation, *declaration); });
  return found;
}

}  // namespace ferry::rewriter
