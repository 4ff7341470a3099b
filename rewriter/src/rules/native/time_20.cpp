// TIME-20: what a DelayQueue gives is the value that has expired, and no result that was never an error.
#include <clang/AST/ExprCXX.h>

#include "analyse/spelling.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"
#include "rules/shapes.hpp"
#include "rules/stream_next.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kRule = "TIME-20";
constexpr llvm::StringLiteral kHint =
    "An item is the value that has expired: take away one `*`, and what was done about an error";

// `auto polled = queue.poll_expired(cx);`, whose value is the optional.
std::string adapt_polled(const Unit& unit, const clang::VarDecl& variable, const Turn& turn, Change& change) {
  const auto references = unit.uses.of_variables.find(&variable);
  if (references == unit.uses.of_variables.end()) return {};
  for (const clang::DeclRefExpr* reference : references->second) {
    const Node parent = unit.parents.meaning(reference);
    if (const Access access = access_of(parent); access && !access.is_arrow) continue;  // is_ready()
    const clang::Expr* star = dereference(parent);
    if (const clang::CallExpr* moved = move_of(parent)) star = dereference(unit.parents.meaning(moved));
    // Handed on, it is what the queue gives, whatever that is.
    if (!star && parent.as<clang::ReturnStmt>()) continue;
    if (!star) return "what was polled is used as a whole";
    if (std::string trouble = adapt_use(unit, *star, turn, change); !trouble.empty()) return trouble;
  }
  return {};
}

void judge_poll(Unit& unit, const Use& use, const Turn& turn) {
  const clang::CallExpr* call = call_of(unit, use.expression);
  Draft draft{.rule = kRule.str(),
              .applicability = Applicability::Unsafe,
              .where = clang::SourceRange(use.name, use.name),
              .message = "`poll_expired` gives no `Result` any more",
              .last = true};
  const Node parent = call ? unit.parents.meaning(call) : Node{};
  const auto* variable = parent.as<clang::VarDecl>();
  std::string trouble = use.trouble;
  if (trouble.empty() && !call) trouble = "it is not called here";
  if (trouble.empty() && parent.as<clang::ReturnStmt>()) return;
  if (trouble.empty() && !variable) trouble = "what it gives is used on the spot";
  if (trouble.empty()) trouble = adapt_polled(unit, *variable, turn, draft.change);
  if (!trouble.empty()) {
    draft.leave(trouble + ". " + kHint.str());
    draft.change = {};
    draft.last = false;
  } else if (draft.change.empty()) {
    return;
  }
  unit.report(std::move(draft));
}

}  // namespace

void time_20(Unit& unit, std::set<std::string>& claimed) {
  const StreamKind queue{.id = kRule.str(),
                         .free = "ferry::stream::next",
                         .turn = {.becomes = Becomes::Unwrapped, .keeps_tests = true},
                         .hint = kHint.str(),
                         .applicability = Applicability::Unsafe};
  claimed.insert(queue.id);
  rewrite_next(unit, queue);
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kRule && use.target->getNameAsString() == "poll_expired")
      judge_poll(unit, use, queue.turn);
}

}  // namespace ferry::rewriter::native
