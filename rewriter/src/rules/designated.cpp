#include "rules/designated.hpp"

#include <algorithm>
#include <set>

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <llvm/ADT/StringExtras.h>

#include "analyse/lookup.hpp"
#include "analyse/unit.hpp"
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

// Whether it is a function with the parameters that the designation asks for, or need not be one.
bool has_parameters(const clang::NamedDecl& pattern, const Designation& designation) {
  if (!designation.has_parameters) return true;
  if (!llvm::isa<clang::FunctionDecl>(pattern)) return false;
  const auto& function = llvm::cast<clang::FunctionDecl>(pattern);
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
  if (!has_parameters(pattern, designation)) return false;
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

std::vector<const clang::NamedDecl*> inherited(const Designation& designation, Unit& unit) {
  if (designation.path.size() < 2) return {};
  std::vector<const clang::NamedDecl*> members = look_up_globally(unit, llvm::join(designation.path, "::"));
  std::erase_if(members, [&](const clang::NamedDecl* member) {
    return !member->isCXXInstanceMember() || llvm::isa<clang::CXXConstructorDecl>(member) ||
           !has_parameters(*member, designation) || designates(designation, *member);
  });
  return members;
}

}  // namespace ferry::rewriter
