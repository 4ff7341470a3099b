// TIMER-03, SOCK-03: the time that is left is the difference between the expiry and the clock's time.
#include <algorithm>

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

// The clock of the timer or stream that `getter` is a member of; empty for one with traits of its own, and
// where a template leaves either open.
std::string clock_of(const clang::NamedDecl& getter) {
  const auto* timer = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(getter.getDeclContext());
  const std::string name = asio::name_of(timer);
  const unsigned at = name == "basic_socket_iostream" || name == "basic_socket_streambuf" ? 1 : 0;
  if (!timer || timer->getTemplateArgs().size() < at + 2) return {};
  const clang::CXXRecordDecl* clock = timer->getTemplateArgs()[at].getAsType()->getAsCXXRecordDecl();
  const clang::QualType traits = timer->getTemplateArgs()[at + 1].getAsType();
  const auto* plain =
      llvm::dyn_cast_if_present<clang::ClassTemplateSpecializationDecl>(traits->getAsCXXRecordDecl());
  if (!clock || !plain || asio::name_of(plain) != "wait_traits" || plain->isExplicitSpecialization())
    return {};
  return clock->getQualifiedNameAsString();
}

// The one clock of all instances.
std::string clock_of(const Use& use) {
  std::string clock = clock_of(*use.target);
  const bool is_shared = std::ranges::all_of(
      use.others, [&](const clang::NamedDecl* other) { return clock_of(*other) == clock; });
  return is_shared ? clock : std::string();
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
    const std::string clock = clock_of(use);
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
  asio::judge_uses(unit, {kTimer, kStream}, judge, claimed);
}

}  // namespace ferry::rewriter::native
