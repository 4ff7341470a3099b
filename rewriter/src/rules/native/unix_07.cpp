// UNIX-07: who is at the other end of a socket is asked by functions.
#include <clang/AST/ExprCXX.h>

#include "rules/called.hpp"
#include "rules/native/leave.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kRule = "UNIX-07";

void judge(Unit& unit, const Use& use) {
  const auto call = called(unit, use);
  const auto* part =
      call && call->object ? llvm::dyn_cast<clang::MemberExpr>(call->object->IgnoreParenImpCasts()) : nullptr;
  const bool is_part =
      part && (part->getMemberDecl()->getName() == "uid" || part->getMemberDecl()->getName() == "gid");
  Draft draft{.rule = kRule.str(),
              .applicability = Applicability::Safe,
              .where = is_part ? clang::SourceRange(part->getMemberLoc(), part->getMemberLoc())
                               : clang::SourceRange(use.name, use.name),
              .message = "`uid` and `gid` are functions now"};
  if (!is_part || !use.trouble.empty())
    return leave(unit, std::move(draft),
                 use.trouble.empty() ? "it is not read from the credentials here" : use.trouble);
  draft.change.insert_after(part->getMemberLoc(), "()");
  unit.report(std::move(draft));
}

}  // namespace

void unix_07(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(kRule.str());
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kRule) judge(unit, use);
}

}  // namespace ferry::rewriter::native
