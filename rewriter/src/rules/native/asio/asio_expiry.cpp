// TIMER-03, SOCK-03: the time that is left is the difference between the expiry and the clock's time.
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>

#include "rules/asio.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"
#include "rules/replace.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kTimer = "TIMER-03";
constexpr llvm::StringLiteral kStream = "SOCK-03";

// The clock of a timer or stream that waits as its clock says; empty for one with traits of its own.
std::string clock_of(const clang::Expr& object) {
  for (const clang::CXXRecordDecl* record = asio::class_of(object.getType()); record;) {
    const auto* timer = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(record);
    const std::string name = asio::name_of(record);
    const bool is_stream = name == "basic_socket_iostream" || name == "basic_socket_streambuf";
    if (timer && (is_stream || name == "basic_waitable_timer")) {
      const unsigned at = is_stream ? 1 : 0;
      const clang::CXXRecordDecl* clock = timer->getTemplateArgs()[at].getAsType()->getAsCXXRecordDecl();
      const clang::QualType traits = timer->getTemplateArgs()[at + 1].getAsType();
      const auto* plain =
          llvm::dyn_cast_if_present<clang::ClassTemplateSpecializationDecl>(traits->getAsCXXRecordDecl());
      if (!clock || !plain || asio::name_of(plain) != "wait_traits" || plain->isExplicitSpecialization())
        return {};
      return clock->getQualifiedNameAsString();
    }
    // A class that is derived from one.
    const clang::CXXRecordDecl* definition = record->getDefinition();
    if (!definition || definition->getNumBases() == 0) return {};
    record = definition->bases_begin()->getType()->getAsCXXRecordDecl();
  }
  return {};
}

void judge(Unit& unit, const Use& use) {
  const clang::CallExpr* call = call_of(unit, use.expression);
  Draft draft{.rule = use.annotation->id,
              .applicability = Applicability::Safe,
              .where = clang::SourceRange(use.name_begin(), use.name),
              .message = "the time that is left is now `expiry() - clock::now()`"};
  Replacement replacement;
  replacement.trouble = use.trouble;
  if (replacement.trouble.empty() && !call) replacement.trouble = "it is not called here";
  if (replacement.trouble.empty()) {
    const std::string clock = use.object ? clock_of(*use.object) : "";
    if (clock.empty())
      replacement.trouble = "the clock of what it is asked of is not known here";
    else
      replacement = replacement_of(unit, use, "$this.expiry() - " + clock + "::now()");
  }
  if (replacement.trouble.empty()) {
    draft.change = std::move(replacement.change);
  } else {
    draft.leave(replacement.trouble);
  }
  unit.report(std::move(draft));
}

}  // namespace

void asio_expiry(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(kTimer.str());
  for (const Use& use : unit.uses.of_declarations)
    if ((use.annotation->id == kTimer || use.annotation->id == kStream) &&
        use.annotation->kind == Annotation::Kind::Native)
      judge(unit, use);
}

}  // namespace ferry::rewriter::native
