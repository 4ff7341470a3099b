// SSL-03: a stream's `impl()->ssl` is its native handle; what a context's `impl()` gives, the pack says.
#include <clang/AST/ExprCXX.h>

#include "rules/asio.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kId = "SSL-03";

// `object.impl()->ssl`; nullptr for anything else that is done with what `call` gives.
const clang::MemberExpr* handle_of(const Unit& unit, const clang::CallExpr* call) {
  const auto* member = call ? unit.parents.meaning(call).as<clang::MemberExpr>() : nullptr;
  const bool is_handle = member && member->isArrow() && member->getBase()->IgnoreImpCasts() == call &&
                         member->getMemberDecl()->getIdentifier() &&
                         member->getMemberDecl()->getName() == "ssl";
  return is_handle ? member : nullptr;
}

void judge(Unit& unit, const Use& use) {
  const clang::CallExpr* call = call_of(unit, use.expression);
  Draft draft{.rule = kId.str(),
              .applicability = Applicability::Safe,
              .where = clang::SourceRange(use.name_begin(), use.name),
              .message = "`impl()->ssl` of a stream is its `native_handle()`"};
  const clang::MemberExpr* handle = handle_of(unit, call);
  if (!use.trouble.empty()) {
    draft.leave(use.trouble);
  } else if (!call) {
    draft.leave("it is not called here");
  } else if (!handle) {
    draft.leave("its `ssl` does not follow at once");
  } else {
    draft.change.replace(clang::SourceRange(use.name), "native_handle");
    // All between the call's parenthesis and the member: `->` and comments stand there.
    draft.change.add(
        {.begin = call->getEndLoc(), .end = handle->getMemberLoc(), .text = "", .keeps_first = true});
  }
  unit.report(std::move(draft));
}

}  // namespace

void asio_ssl(Unit& unit, std::set<std::string>& claimed) { asio::judge_uses(unit, {kId}, judge, claimed); }

}  // namespace ferry::rewriter::native
