#include "rules/forwarded.hpp"

#include <algorithm>
#include <array>

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>

#include "analyse/unit.hpp"
#include "rules/called.hpp"

namespace ferry::rewriter {
namespace {

// Whose template argument says what is made.
constexpr std::array<llvm::StringLiteral, 3> kMakers = {"make_unique", "make_shared", "make_optional"};
// Whose class's template argument does.
constexpr std::array<llvm::StringLiteral, 3> kEmplacers = {"emplace", "emplace_back", "emplace_front"};

// The first template argument, where that is a class.
const clang::CXXRecordDecl* first_class(const clang::TemplateArgumentList* arguments) {
  if (!arguments || arguments->size() == 0 || arguments->get(0).getKind() != clang::TemplateArgument::Type)
    return nullptr;
  return arguments->get(0).getAsType()->getAsCXXRecordDecl();
}

const clang::CXXRecordDecl* made_by(const clang::FunctionDecl& function) {
  if (std::ranges::find(kMakers, function.getName()) != kMakers.end())
    return first_class(function.getTemplateSpecializationArgs());
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  if (!method || std::ranges::find(kEmplacers, function.getName()) == kEmplacers.end()) return nullptr;
  const auto* record = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(method->getParent());
  return record ? first_class(&record->getTemplateArgs()) : nullptr;
}

clang::QualType decayed(const clang::ASTContext& context, clang::QualType type) {
  type = type.getNonReferenceType();
  return type->isArrayType() || type->isFunctionType() ? context.getDecayedType(type) : type;
}

bool takes(const clang::ASTContext& context, const clang::CXXConstructorDecl& constructor,
           llvm::ArrayRef<const clang::Expr*> arguments) {
  if (arguments.size() < constructor.getMinRequiredArguments() ||
      arguments.size() > constructor.getNumParams())
    return false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const clang::QualType wanted = constructor.getParamDecl(static_cast<unsigned>(i))->getType();
    if (!context.hasSameUnqualifiedType(decayed(context, wanted),
                                        decayed(context, arguments[i]->IgnoreImplicit()->getType())))
      return false;
  }
  return true;
}

}  // namespace

Forwarded forwarded(Unit& unit, const clang::CallExpr& call) {
  const clang::FunctionDecl* callee = call.isTypeDependent() ? nullptr : call.getDirectCallee();
  if (!callee || !callee->getIdentifier()) return {};
  const clang::CXXRecordDecl* record = made_by(*callee);
  if (!record || !record->hasDefinition()) return {};
  const std::vector<const clang::Expr*> all = written_arguments(call);
  const llvm::ArrayRef<const clang::Expr*> arguments(all);
  for (const clang::CXXConstructorDecl* constructor : record->ctors()) {
    if (unit.annotations.of(constructor).empty()) continue;
    // Containers with an order are told where before.
    if (takes(unit.context, *constructor, arguments) ||
        (!arguments.empty() && callee->getName() == "emplace" &&
         takes(unit.context, *constructor, arguments.drop_front())))
      return {.constructor = constructor,
              .name = call.getCallee()->IgnoreParenImpCasts()->getExprLoc(),
              .by = callee->getNameAsString()};
  }
  return {};
}

}  // namespace ferry::rewriter
