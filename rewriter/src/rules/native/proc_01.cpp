// PROC-01: a child process is no future any more. With it go PROC-03, its number, which it may not have, and
// PROC-04, its pipes, which are members.
#include <clang/AST/ExprCXX.h>

#include "rules/called.hpp"
#include "rules/native/leave.hpp"
#include "rules/native/native.hpp"
#include "rules/parentheses.hpp"
#include "rules/replace.hpp"
#include "rules/result_use.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kRule = "PROC-01";

class Children {
 public:
  explicit Children(Unit& unit) : unit_(unit) {}

  void run() {
    for (const clang::Stmt* statement : unit_.parents.statements()) {
      if (const auto* await = llvm::dyn_cast<clang::CoawaitExpr>(statement)) judge(*await->getOperand());
      if (const auto* await = llvm::dyn_cast<clang::DependentCoawaitExpr>(statement))
        judge(*await->getOperand());
      if (const auto* call = llvm::dyn_cast<clang::CallExpr>(statement)) judge_call(*call);
    }
    for (const Use& use : unit_.uses.of_declarations) {
      if (use.annotation->id == "PROC-03") judge_number(use);
      if (use.annotation->id == "PROC-04") judge_pipe(use);
    }
  }

 private:
  bool is_child(const clang::Expr& expression) {
    const clang::CXXRecordDecl* record = expression.IgnoreParenImpCasts()->getType()->getAsCXXRecordDecl();
    return record && std::ranges::any_of(unit_.annotations.of(record), [](const Annotation* annotation) {
             return annotation->id == kRule;
           });
  }

  Draft start(clang::SourceRange where) const {
    return {.rule = kRule.str(),
            .applicability = Applicability::Unsafe,
            .where = where,
            .message = "a child is no future any more: `wait()` it, which closes its standard input first"};
  }

  // What `std::move(child)` names, all of it written in a file.
  static const clang::Expr* moved_from(const clang::Expr& child) {
    const auto* call = llvm::dyn_cast<clang::CallExpr>(child.IgnoreParenImpCasts());
    const bool is_written = call && call->getNumArgs() == 1 && call->getBeginLoc().isFileID() &&
                            call->getArg(0)->getBeginLoc().isFileID() && call->getEndLoc().isFileID();
    return is_written && call->isCallToStdMove() ? call->getArg(0)->IgnoreImplicit() : nullptr;
  }

  void judge(const clang::Expr& future) {
    const clang::Expr& child = without_conversion(future);
    if (!is_child(child)) return;
    Draft draft = start(child.getSourceRange());
    if (is_written_to(child))
      return leave(unit_, std::move(draft),
                   "its `stdin` is used in this function: take the pipe out of the child first, by "
                   "`std::exchange(child.stdin, std::nullopt)`");
    const clang::Expr* moved = moved_from(child);
    const clang::Expr* moved_star = moved ? dereference({.stmt = moved}) : nullptr;
    if (moved && !binds_loosely(moved_star ? dereferenced(*moved_star) : *moved)) {
      const clang::Expr& inner = moved_star ? dereferenced(*moved_star) : *moved;
      draft.change.replace_characters(child.getBeginLoc(), inner.getBeginLoc(), "");
      draft.change.replace(clang::SourceRange(child.getEndLoc(), child.getEndLoc()),
                           &inner == moved ? ".wait()" : "->wait()");
      return unit_.report(std::move(draft));
    }
    if (const clang::Expr* star = dereference({.stmt = &child})) {
      if (!binds_loosely(dereferenced(*star))) {
        draft.change.replace(clang::SourceRange(star->getBeginLoc(), star->getBeginLoc()), "");
        draft.change.insert_after(star->getEndLoc(), "->wait()");
        return unit_.report(std::move(draft));
      }
    }
    if (binds_loosely(child)) {
      draft.change.insert_before(child.getBeginLoc(), "(");
      draft.change.insert_after(child.getEndLoc(), ").wait()");
    } else {
      draft.change.insert_after(child.getEndLoc(), ".wait()");
    }
    unit_.report(std::move(draft));
  }

  // Whether the function around uses the child's input, of the same name: `child.stdin`, `child->stdin`.
  bool is_written_to(const clang::Expr& child) {
    const clang::Expr* object = child.IgnoreParenImpCasts();
    if (const clang::Expr* star = dereference({.stmt = object})) object = &dereferenced(*star);
    const std::string name = unit_.text(object->getSourceRange());
    const clang::FunctionDecl* function = unit_.parents.function({.stmt = &child});
    return !name.empty() &&
           std::ranges::any_of(unit_.parents.statements(), [&](const clang::Stmt* statement) {
             const auto* member = llvm::dyn_cast<clang::MemberExpr>(statement);
             return member && member->getMemberDecl()->getDeclName().isIdentifier() &&
                    member->getMemberDecl()->getName() == "stdin" && base_text(*member) == name &&
                    unit_.parents.function({.stmt = member}) == function;
           });
  }
  std::string base_text(const clang::MemberExpr& member) const {
    const clang::Expr* base = member.getBase()->IgnoreParenImpCasts();
    if (const auto* arrow = llvm::dyn_cast<clang::CXXOperatorCallExpr>(base);
        arrow && arrow->getOperator() == clang::OO_Arrow)
      base = arrow->getArg(0);
    return unit_.text(base->getSourceRange());
  }

  // Functions that take futures.
  void judge_call(const clang::CallExpr& call) {
    const llvm::StringRef name = callee_name(call);
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(call.getCallee()->IgnoreParenImpCasts());
    const bool blocks = member && member->getMemberDecl()->getDeclName().isIdentifier() &&
                        member->getMemberDecl()->getName() == "block_on";
    const bool borrows = blocks || name == "select" || name == "select_biased" || name == "join" ||
                         name == "try_join" || name == "timeout" || name == "timeout_at";
    const bool keeps = name == "spawn" || name == "spawn_local" || name == "pin";
    if (!borrows && !keeps) return;
    for (const clang::Expr* argument : call.arguments()) {
      const clang::Expr& child = without_conversion(*argument);
      if (!is_child(child)) continue;
      if (borrows && child.isLValue()) {
        judge(child);
        continue;
      }
      leave(unit_, start(child.getSourceRange()),
            "the child is moved into the future: make one of a coroutine that owns it and awaits `wait()`");
    }
  }

  // Under its old type the child would give the number itself.
  void judge_number(const Use& use) {
    Draft draft{.rule = "PROC-03",
                .applicability = Applicability::Unsafe,
                .where = clang::SourceRange(use.name, use.name),
                .message = "`id` is an optional now: a child whose end was seen has no number any more",
                .last = true};
    const clang::CallExpr* call = call_of(unit_, use.expression);
    if (!call || !use.trouble.empty())
      return leave(unit_, std::move(draft), call ? use.trouble : "it is not called here");
    if (const Access access = access_of(unit_.parents.meaning(call)); access && access.name == "value")
      return;
    if (is_kept_by_reference(unit_, *call))
      return leave(unit_, std::move(draft),
                   "a reference keeps what it gives, and would not keep its `value()`");
    draft.change.insert_after(call->getEndLoc(), ".value()");
    unit_.report(std::move(draft));
  }

  // `child.stdin()` is `child.stdin`; `take()` is what its annotation says.
  void judge_pipe(const Use& use) {
    if (use.annotation->kind != Annotation::Kind::Native) return replace_use(unit_, use);
    Draft draft{.rule = "PROC-04",
                .applicability = Applicability::Safe,
                .where = clang::SourceRange(use.name, use.name),
                .message = "a pipe is a member of the child, not a function"};
    const auto call = called(unit_, use);
    const auto* operation = call ? llvm::dyn_cast<clang::CXXOperatorCallExpr>(call->whole) : nullptr;
    if (!operation || !use.trouble.empty())
      return leave(unit_, std::move(draft), call ? use.trouble : "it is not called here");
    draft.change.replace(clang::SourceRange(use.name, operation->getRParenLoc()), "");
    unit_.report(std::move(draft));
  }

  Unit& unit_;
};

}  // namespace

void proc_01(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({kRule.str(), "PROC-03", "PROC-04"});
  if (!unit.moved.empty()) Children(unit).run();
}

}  // namespace ferry::rewriter::native
