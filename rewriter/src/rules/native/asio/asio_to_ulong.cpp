// ADDR-05: an IPv4 address as a number has 32 bits. The old one's type, `unsigned long`, is kept where it
// shows.
#include <clang/AST/ExprCXX.h>

#include "rules/called.hpp"
#include "rules/native/native.hpp"
#include "rules/replace.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kId = "ADDR-05";

// Whether the number is converted to one of 32 bits or less at once.
bool is_narrowed(const Unit& unit, const clang::CallExpr& call) {
  for (Node parent = unit.parents.of(&call); parent; parent = unit.parents.of(parent)) {
    if (parent.as<clang::ParenExpr>()) continue;
    const auto* cast = parent.as<clang::CastExpr>();
    if (!cast) return false;
    if (cast->getCastKind() == clang::CK_IntegralCast) return unit.context.getTypeSize(cast->getType()) <= 32;
    if (cast->getCastKind() != clang::CK_NoOp && cast->getCastKind() != clang::CK_LValueToRValue)
      return false;
  }
  return false;
}

void judge(Unit& unit, const Use& use) {
  const clang::CallExpr* call = call_of(unit, use.expression);
  const bool is_plain = call && is_narrowed(unit, *call);
  Draft draft{.rule = kId.str(),
              .applicability = Applicability::Safe,
              .where = clang::SourceRange(use.name_begin(), use.name),
              .message = "`to_ulong` is now `to_uint`, with 32 bits"};
  Replacement replacement;
  replacement.trouble = use.trouble;
  if (replacement.trouble.empty() && !call) replacement.trouble = "it is not called here";
  if (replacement.trouble.empty())
    replacement = replacement_of(
        unit, use, is_plain ? "$this.to_uint()" : "static_cast<unsigned long>($this.to_uint())");
  if (replacement.trouble.empty()) {
    draft.change = std::move(replacement.change);
    draft.wanted = std::move(replacement.wanted);
  } else {
    draft.leave(replacement.trouble);
  }
  unit.report(std::move(draft));
}

}  // namespace

void asio_to_ulong(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(kId.str());
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kId) judge(unit, use);
}

}  // namespace ferry::rewriter::native
