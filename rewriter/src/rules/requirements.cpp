#include "rules/requirements.hpp"

#include <algorithm>
#include <optional>

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/GlobPattern.h>

#include "rules/called.hpp"
#include "rules/result_use.hpp"

namespace ferry::rewriter {
namespace {

// Empty: the code does not tell.
using Answer = std::optional<bool>;

clang::QualType type_of(const clang::Expr& expression) {
  return expression.IgnoreParenImpCasts()->getType().getNonReferenceType();
}

// Whether `is_right` says so of a type, or of a class that it derives from.
bool any_base(clang::QualType type, llvm::function_ref<bool(clang::QualType)> is_right) {
  if (is_right(type)) return true;
  const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
  const clang::CXXRecordDecl* definition = record ? record->getDefinition() : nullptr;
  return definition && std::ranges::any_of(definition->bases(), [&](const clang::CXXBaseSpecifier& base) {
           return any_base(base.getType(), is_right);
         });
}

Answer is_of_type(Unit& unit, clang::QualType type, llvm::StringRef wanted) {
  if (type.isNull() || type->isDependentType()) return std::nullopt;
  clang::PrintingPolicy policy = unit.context.getPrintingPolicy();
  policy.SuppressInlineNamespace = true;
  policy.SuppressTagKeyword = true;
  wanted.consume_front("::");
  auto glob = llvm::GlobPattern::create(wanted);
  if (!glob) llvm::consumeError(glob.takeError());
  const Meaning meant = look_up_globally(unit, wanted);
  return any_base(type.getUnqualifiedType(), [&](clang::QualType each) {
    const clang::CXXRecordDecl* record = each->getAsCXXRecordDecl();
    const auto is_meant = [&](const clang::NamedDecl* declaration) {
      if (record && pattern_of(record) == declaration) return true;
      const auto* named = llvm::dyn_cast<clang::TypedefNameDecl>(declaration);
      return named && unit.context.hasSameUnqualifiedType(each, named->getUnderlyingType());
    };
    const std::string canonical = each.getCanonicalType().getAsString(policy);
    return std::ranges::any_of(meant, is_meant) || (glob && glob->match(canonical)) ||
           is_same_type_text(each.getAsString(policy), wanted) || is_same_type_text(canonical, wanted);
  });
}

class Judge {
 public:
  Judge(Unit& unit, const Use& use) : unit_(unit), use_(use), call_(called(unit, use)) {}

  Answer meets(const Requirement& requirement) const {
    switch (requirement.of) {
      case Requirement::Of::Result:
        if (!call_) return false;
        return is_unused(unit_, *call_->whole) == (requirement.wanted == "unused");
      case Requirement::Of::Arguments:
        return call_ && std::to_string(call_->arguments.size()) == requirement.wanted;
      case Requirement::Of::Value:
        break;
    }
    if (requirement.name == "this") return is_of_type(unit_, type_of_object(), requirement.wanted);
    const clang::Expr* value = argument(requirement.name);
    if (value == nullptr) return false;
    return is_of_type(unit_, type_of(*value), requirement.wanted);
  }

 private:
  clang::QualType type_of_object() const {
    const clang::Expr* object = call_ && call_->object ? call_->object : use_.object;
    if (object != nullptr) {
      const clang::QualType type = type_of(*object);
      const clang::QualType pointee = type->getPointeeType();
      return pointee.isNull() ? type : pointee;
    }
    const clang::NestedNameSpecifier* qualifier = use_.qualifier.getNestedNameSpecifier();
    if (qualifier && qualifier->getAsType()) return {qualifier->getAsType(), 0};
    const Node around = use_.expression ? Node{.stmt = use_.expression} : use_.parent;
    const auto* method = llvm::dyn_cast_if_present<clang::CXXMethodDecl>(unit_.parents.function(around));
    return method ? unit_.context.getRecordType(method->getParent()) : clang::QualType();
  }

  const clang::Expr* argument(llvm::StringRef name) const {
    const auto* pattern = llvm::dyn_cast_if_present<clang::FunctionDecl>(pattern_of(use_.target));
    if (!pattern || !call_) return nullptr;
    const int index = parameter_index(*use_.annotation, &annotated(*pattern), name);
    const auto at = static_cast<std::size_t>(index);
    return index < 0 || at >= call_->arguments.size() ? nullptr : call_->arguments[at];
  }

  Unit& unit_;
  const Use& use_;
  std::optional<Called> call_;
};

}  // namespace

Alternative alternative_for(Unit& unit, const Use& use) {
  if (use.annotation->requirements.empty()) return {.annotation = use.annotation};
  const Judge judge(unit, use);
  for (const Annotation* annotation = use.annotation; annotation != nullptr;
       annotation = annotation->otherwise.get()) {
    bool holds = true;
    for (const Requirement& requirement : annotation->requirements) {
      const Answer answer = judge.meets(requirement);
      if (!answer)
        return {.annotation = annotation,
                .trouble = "the rule asks for a type that is open in this template"};
      holds = holds && *answer;
    }
    if (holds) return {.annotation = annotation};
  }
  return {};
}

int parameter_index(const Annotation& annotation, const clang::FunctionDecl* function, llvm::StringRef name) {
  const std::size_t count = function ? function->getNumParams() : annotation.parameters.size();
  if (std::size_t number = 0; !name.getAsInteger(10, number))
    return number >= 1 && number <= count ? static_cast<int>(number) - 1 : -1;
  for (std::size_t i = 0; i < std::min(count, annotation.parameters.size()); ++i)
    if (annotation.parameters[i] == name) return static_cast<int>(i);
  for (std::size_t i = 0; function && i < count; ++i)
    if (function->getParamDecl(static_cast<unsigned>(i))->getName() == name) return static_cast<int>(i);
  return -1;
}

}  // namespace ferry::rewriter
