// WATCH-03, WATCH-06: `recv` and `next` of a watch, which saw the first value, become `changed` and a look at
// the value.
#include <algorithm>

#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

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

bool is_consuming(const clang::Stmt& statement) {
  const auto* member = llvm::dyn_cast<clang::MemberExpr>(&statement);
  if (!member || !member->getMemberDecl()->getDeclName().isIdentifier()) return false;
  const llvm::StringRef name = member->getMemberDecl()->getName();
  return name == "recv" || name == "next" || name == "poll_next" || name == "poll_recv_ref";
}

bool has_exit(const clang::Stmt* statement, bool is_in_loop = false) {
  if (!statement || llvm::isa<clang::LambdaExpr>(statement)) return false;
  if (llvm::isa<clang::ReturnStmt, clang::CoreturnStmt, clang::GotoStmt, clang::CXXThrowExpr>(statement))
    return true;
  if (llvm::isa<clang::BreakStmt>(statement)) return !is_in_loop;
  is_in_loop =
      is_in_loop ||
      llvm::isa<clang::ForStmt, clang::WhileStmt, clang::DoStmt, clang::CXXForRangeStmt, clang::SwitchStmt>(
          statement);
  return std::ranges::any_of(statement->children(),
                             [&](const clang::Stmt* child) { return has_exit(child, is_in_loop); });
}

// Why the receiver may have seen the first value before the loop: a second time it is not to be seen.
std::string why_not_fresh(const Unit& unit, const AwaitLoop& loop, const clang::MemberExpr& member) {
  const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(member.getBase()->IgnoreParenImpCasts());
  const auto* variable = reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
  const bool is_own = variable && variable->hasLocalStorage() && !member.isArrow() &&
                      !variable->getType()->isReferenceType() && !variable->isInitCapture();
  if (!is_own && has_exit(loop.loop->getBody()))
    return "the loop can be left, and whoever reads from the receiver then has seen the first value";
  for (Node around = unit.parents.of(loop.loop); around.stmt || around.decl;
       around = unit.parents.of(around)) {
    if (around.decl && llvm::isa<clang::FunctionDecl>(around.decl)) break;
    const bool is_made_inside =
        variable && around.stmt && unit.parents.of(unit.parents.of(variable)).stmt == around.stmt;
    if (is_made_inside) break;
    if (around.as<clang::ForStmt>() || around.as<clang::WhileStmt>() || around.as<clang::DoStmt>() ||
        around.as<clang::CXXForRangeStmt>())
      return "it is in another loop, and the receiver has seen the first value when that goes on";
  }
  const std::string name = unit.text(member.getBase()->getSourceRange());
  const clang::FunctionDecl* function = unit.parents.function({.stmt = loop.loop});
  const bool is_read_before =
      std::ranges::any_of(unit.parents.statements(), [&](const clang::Stmt* statement) {
        const auto* other = llvm::dyn_cast<clang::MemberExpr>(statement);
        return other && is_consuming(*statement) && unit.text(other->getBase()->getSourceRange()) == name &&
               unit.sources.isBeforeInTranslationUnit(other->getMemberLoc(), loop.loop->getBeginLoc()) &&
               unit.parents.function({.stmt = other}) == function;
      });
  return is_read_before ? "the receiver is read before the loop: only if it has not seen the first value by "
                          "then is `mark_changed()` right"
                        : "";
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
  if (llvm::isa_and_nonnull<clang::CXXDependentScopeMemberExpr>(use.expression))
    return leave("a template's arguments say what it is called on");
  if (!call || !member || !use.object) return leave("it is not called on an object here");
  const auto loop = await_loop(unit, *call);
  if (!loop) return leave("it is not the condition of a loop");
  const std::string receiver = receiver_text(unit, *member);
  if (receiver.empty()) return leave("the receiver is no plain name");
  if (const std::string trouble = why_not_fresh(unit, *loop, *member); !trouble.empty())
    return leave(trouble);
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
