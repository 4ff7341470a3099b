// WATCH-03, WATCH-06: `recv` and `next` of a watch, which saw the first value, become `changed` and a look at
// the value.
#include <clang/AST/ExprCXX.h>

#include "analyse/spelling.hpp"
#include "rules/await_loop.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"
#include "rules/optional_value.hpp"
#include "rules/stream_next.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kRule = "WATCH-03";
constexpr llvm::StringLiteral kStream = "WATCH-06";
constexpr llvm::StringLiteral kPoints =
    "`changed()` takes its place, with three differences: (1) a fresh receiver takes the first value for "
    "seen, so call "
    "`mark_changed()` once if it must be handled; (2) it gives no value: look at `borrow_and_update()`; (3) "
    "it ends with an "
    "error, after a last unseen value";

// The receiver's name, without effects: it is written three times.
std::string receiver_text(const Unit& unit, const clang::MemberExpr& member) {
  const clang::Expr* object = member.getBase()->IgnoreParenImpCasts();
  const bool is_plain =
      llvm::isa<clang::DeclRefExpr, clang::MemberExpr>(object) && !object->HasSideEffects(unit.context);
  if (!is_plain) return {};
  const std::string text = unit.text(object->getSourceRange());
  return text.empty() ? text : text + (member.isArrow() ? "->" : ".");
}

std::string rewrite_loop(const Unit& unit, const AwaitLoop& loop, const std::string& receiver,
                         Change& change) {
  bool is_used = false;
  if (loop.variable)
    if (std::string trouble = adapt_uses(unit, *loop.variable, {.becomes = Becomes::Value}, change, is_used);
        !trouble.empty())
      return trouble;
  const Node around = unit.parents.of(loop.loop);
  if (!around.as<clang::CompoundStmt>()) return "the loop stands where no statement can be put before it";
  const std::string name = loop.variable ? loop.variable->getNameAsString() : "";
  const std::string value = "auto " + name + " = *" + receiver + "borrow_and_update();";
  change.insert_before(loop.loop->getBeginLoc(),
                       receiver + "mark_changed();\n" + unit.indent(loop.loop->getBeginLoc()));
  return rewrite_head(unit, *loop.loop, "while (co_await " + receiver + "changed())", is_used ? value : "",
                      change);
}

void judge(Unit& unit, const Use& use) {
  Draft draft{
      .rule = use.annotation->id,
      .applicability = Applicability::Unsafe,
      .where = clang::SourceRange(use.name, use.name),
      .message = "`" + use.target->getNameAsString() +
                 "()` is now `changed()` and `borrow_and_update()`; `mark_changed()` keeps the first value"};
  const auto leave = [&](llvm::StringRef reason) {
    draft.applicability = Applicability::Manual;
    draft.message = (kPoints + ". Not changed because " + reason).str();
    draft.change = {};
    unit.report(draft);
  };
  const clang::CallExpr* call = call_of(unit, use.expression);
  const auto* member = llvm::dyn_cast_if_present<clang::MemberExpr>(use.expression);
  if (!use.trouble.empty()) return leave(use.trouble);
  if (!call || !member || !use.object) return leave("it is not called on an object here");
  const auto loop = await_loop(unit, *call);
  if (!loop) return leave("it is not the condition of a loop");
  const std::string receiver = receiver_text(unit, *member);
  if (receiver.empty()) return leave("the receiver is no plain name");
  if (const std::string trouble = rewrite_loop(unit, *loop, receiver, draft.change); !trouble.empty())
    return leave(trouble);
  const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(use.target->getDeclContext());
  draft.last = record && is_legacy(unit, record) && !has_member(unit, *record, "changed");
  unit.report(std::move(draft));
}

}  // namespace

void watch_03(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({kRule.str(), kStream.str()});
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kRule || use.annotation->id == kStream) judge(unit, use);
  rewrite_next(unit, {.id = kStream.str(),
                      .wrapper = "ferry::stream::wrappers::WatchStream",
                      .hint = kPoints.str() + "; where a stream is wanted, wrap the receiver in "
                                              "`ferry::stream::wrappers::WatchStream`, which begins with the "
                                              "present value",
                      .applicability = Applicability::Unsafe,
                      .is_judged_elsewhere = true});
}

}  // namespace ferry::rewriter::native
