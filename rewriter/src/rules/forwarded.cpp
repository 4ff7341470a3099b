#include "rules/forwarded.hpp"

#include <algorithm>
#include <vector>

#include <clang/AST/DeclTemplate.h>

#include "analyse/unit.hpp"
#include "rules/called.hpp"

namespace ferry::rewriter {
namespace {

using Arguments = llvm::ArrayRef<const clang::Expr*>;

clang::QualType decayed(const clang::ASTContext& context, clang::QualType type) {
  type = type.getNonReferenceType();
  return type->isArrayType() || type->isFunctionType() ? context.getDecayedType(type) : type;
}

clang::QualType type_of(const clang::ASTContext& context, const clang::Expr& argument) {
  return decayed(context, argument.IgnoreImplicit()->getType());
}

bool takes_as_many(const clang::CXXConstructorDecl& constructor, Arguments arguments) {
  return arguments.size() >= constructor.getMinRequiredArguments() &&
         arguments.size() <= constructor.getNumParams();
}

bool takes(const clang::ASTContext& context, const clang::CXXConstructorDecl& constructor,
           Arguments arguments) {
  if (!takes_as_many(constructor, arguments)) return false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const clang::QualType wanted = constructor.getParamDecl(static_cast<unsigned>(i))->getType();
    if (!context.hasSameUnqualifiedType(decayed(context, wanted), type_of(context, *arguments[i])))
      return false;
  }
  return true;
}

// Whether no other constructor takes so many.
bool is_only_choice(const clang::CXXConstructorDecl& constructor, Arguments arguments) {
  return takes_as_many(constructor, arguments) &&
         std::ranges::all_of(constructor.getParent()->ctors(), [&](const clang::CXXConstructorDecl* other) {
           return other == &constructor || other->isCopyOrMoveConstructor() ||
                  !takes_as_many(*other, arguments);
         });
}

// `T&&`, or a pack of them, with a parameter `T` of the function's own template.
bool hands_on(const clang::ParmVarDecl& parameter) {
  clang::QualType type = parameter.getType();
  if (const auto* pack = type->getAs<clang::PackExpansionType>()) type = pack->getPattern();
  return type->isRValueReferenceType() && type->getPointeeType()->isTemplateTypeParmType() &&
         !type->getPointeeType().hasQualifiers();
}

// The arguments that go on to another function.
std::vector<const clang::Expr*> handed_on(const clang::FunctionDecl& callee, Arguments arguments) {
  const clang::FunctionTemplateDecl* primary = callee.getPrimaryTemplate();
  std::vector<const clang::Expr*> handed;
  if (!primary) return handed;
  const auto parameters = primary->getTemplatedDecl()->parameters();
  for (std::size_t i = 0; i < arguments.size() && !parameters.empty(); ++i)
    if (hands_on(*parameters[std::min(i, parameters.size() - 1)])) handed.push_back(arguments[i]);
  return handed;
}

bool has_any_to_hand_on(const clang::FunctionDecl& callee) {
  const clang::FunctionTemplateDecl* primary = callee.getPrimaryTemplate();
  return primary && std::ranges::any_of(primary->getTemplatedDecl()->parameters(),
                                        [](const auto* parameter) { return hands_on(*parameter); });
}

// The classes among template arguments: what is made is one of them.
void add_classes(const clang::TemplateArgumentList* arguments,
                 std::vector<const clang::CXXRecordDecl*>& classes) {
  if (!arguments) return;
  const auto add = [&](const clang::TemplateArgument& argument) {
    if (argument.getKind() == clang::TemplateArgument::Type)
      if (const clang::CXXRecordDecl* record = argument.getAsType()->getAsCXXRecordDecl();
          record && record->hasDefinition())
        classes.push_back(record->getDefinition());
  };
  for (const clang::TemplateArgument& argument : arguments->asArray()) {
    add(argument);
    if (argument.getKind() == clang::TemplateArgument::Pack)
      for (const clang::TemplateArgument& each : argument.pack_elements()) add(each);
  }
}

// Which constructor that is, as far as it can be told.
const clang::CXXConstructorDecl* called_with(const Unit& unit, const clang::CXXRecordDecl& record,
                                             Arguments arguments, const clang::FunctionDecl& callee) {
  for (const clang::CXXConstructorDecl* constructor : record.ctors())
    if (takes(unit.context, *constructor, arguments)) return constructor;
  if (callee.isInStdNamespace())
    for (const clang::CXXConstructorDecl* constructor : record.ctors())
      if (is_only_choice(*constructor, arguments)) return constructor;
  return nullptr;
}

const clang::CXXConstructorDecl* made_by(Unit& unit, const clang::FunctionDecl& callee, Arguments arguments) {
  if (!has_any_to_hand_on(callee)) return nullptr;
  std::vector<const clang::CXXRecordDecl*> classes;
  add_classes(callee.getTemplateSpecializationArgs(), classes);
  if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&callee))
    if (const auto* around = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(method->getParent()))
      add_classes(&around->getTemplateArgs(), classes);
  const std::vector<const clang::Expr*> all = handed_on(callee, arguments);
  const Arguments handed(all);
  for (const clang::CXXRecordDecl* record : classes) {
    const clang::QualType type = unit.context.getRecordType(record);
    // One that is handed over is not made.
    if (std::ranges::any_of(handed, [&](const clang::Expr* argument) {
          return unit.context.hasSameUnqualifiedType(type, type_of(unit.context, *argument));
        }))
      continue;
    // A map's key comes before its value's arguments.
    for (const Arguments some : {handed, handed.drop_front(std::min<std::size_t>(1, handed.size()))})
      if (const clang::CXXConstructorDecl* called = called_with(unit, *record, some, callee)) {
        if (!unit.annotations.of(called).empty()) return called;
        break;
      }
  }
  return nullptr;
}

}  // namespace

Forwarded forwarded(Unit& unit, const clang::CallExpr& call) {
  const clang::FunctionDecl* callee = call.isTypeDependent() ? nullptr : call.getDirectCallee();
  if (!callee || !callee->getIdentifier()) return {};
  return {.constructor = made_by(unit, *callee, written_arguments(call)),
          .name = call.getCallee()->IgnoreParenImpCasts()->getExprLoc(),
          .by = callee->getNameAsString()};
}

Forwarded forwarded(Unit& unit, const clang::CXXConstructExpr& made) {
  std::vector<const clang::Expr*> arguments;
  for (const clang::Expr* argument : made.arguments())
    if (!llvm::isa<clang::CXXDefaultArgExpr>(argument)) arguments.push_back(argument);
  return {.constructor = made_by(unit, *made.getConstructor(), arguments),
          .name = made.getLocation(),
          .by = made.getConstructor()->getParent()->getNameAsString()};
}

}  // namespace ferry::rewriter
