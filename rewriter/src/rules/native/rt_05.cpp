// RT-05, HDL-06: entering a runtime gives a guard. A closure that is written there becomes the guarded block,
// or holds the guard itself; any other is called beside one.
#include <algorithm>

#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>
#include <clang/Lex/Lexer.h>

#include "rules/called.hpp"
#include "rules/native/native.hpp"
#include "rules/replace.hpp"

namespace ferry::rewriter::native {
namespace {

bool is_rule(llvm::StringRef id) { return id == "RT-05" || id == "HDL-06"; }

class Entering {
 public:
  Entering(Unit& unit, const Use& use) : unit_(unit), use_(use) {}

  // Whether the closure could be written anew.
  bool run() {
    call_ = call_of(unit_, use_.expression);
    if (!call_ || !use_.object || !use_.trouble.empty() || call_->getNumArgs() != 1) return false;
    lambda_ = llvm::dyn_cast<clang::LambdaExpr>(call_->getArg(0)->IgnoreImplicit());
    if (!lambda_ || !can_hold_guard()) return false;
    object_ = unit_.text(use_.object->getSourceRange());
    const std::string body = unit_.text(lambda_->getCompoundStmtBody()->getSourceRange());
    if (object_.empty() || body.empty() || !call_->getBeginLoc().isFileID()) return false;
    while (llvm::StringRef(body).contains(name_)) name_ += "_";
    const auto next = clang::Lexer::findNextToken(call_->getEndLoc(), unit_.sources, unit_.language);
    const bool is_statement = unit_.parents.meaning(call_).as<clang::CompoundStmt>() != nullptr;
    if (is_statement && next && next->is(clang::tok::semi) && !returns())
      make_block(next->getLocation());
    else
      hold_guard();
    add_guard();
    unit_.report({.rule = use_.annotation->id,
                  .applicability = Applicability::Unsafe,
                  .where = clang::SourceRange(use_.name, use_.name),
                  .message = "`enter` gives a guard, which holds to the end of its block",
                  .change = std::move(change_)});
    return true;
  }

 private:
  // What the object names must be known inside, and a coroutine would go on with the guard.
  bool can_hold_guard() const {
    const auto* body = lambda_->getCallOperator()->getBody();
    return lambda_->getCaptureDefault() != clang::LCD_ByCopy && lambda_->getCallOperator()->param_empty() &&
           !lambda_->isGenericLambda() && body && !llvm::isa<clang::CoroutineBodyStmt>(body) &&
           std::ranges::none_of(lambda_->explicit_captures(), [](const clang::LambdaCapture& capture) {
             return capture.getCaptureKind() == clang::LCK_ByCopy ||
                    capture.getCaptureKind() == clang::LCK_StarThis ||
                    (capture.capturesVariable() && capture.getCapturedVar()->isInitCapture());
           });
  }

  bool returns() const {
    return std::ranges::any_of(unit_.parents.statements(), [&](const clang::Stmt* statement) {
      return llvm::isa<clang::ReturnStmt>(statement) &&
             unit_.parents.function({.stmt = statement}) == lambda_->getCallOperator();
    });
  }

  // `runtime.enter([&] { body });` is `{ guard; body }`
  void make_block(clang::SourceLocation semicolon) {
    const clang::CompoundStmt* body = lambda_->getCompoundStmtBody();
    change_.add({.begin = call_->getBeginLoc(), .end = body->getLBracLoc(), .text = "", .keeps_last = true});
    change_.add({.begin = body->getRBracLoc(), .end = semicolon, .text = "", .keeps_first = true});
  }

  // `runtime.enter([&] { return x; })` is `[&] { guard; return x; }()`
  void hold_guard() {
    change_.add(
        {.begin = call_->getBeginLoc(), .end = lambda_->getBeginLoc(), .text = "", .keeps_last = true});
    // The guard names the object.
    if (lambda_->getCaptureDefault() != clang::LCD_ByRef)
      change_.replace(lambda_->getIntroducerRange(), "[&]");
    change_.replace(clang::SourceRange(call_->getRParenLoc(), call_->getRParenLoc()), "()");
  }

  void add_guard() {
    const clang::CompoundStmt* body = lambda_->getCompoundStmtBody();
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(use_.expression);
    const std::string guard =
        "const auto " + name_ + " = " + object_ + (member && member->isArrow() ? "->" : ".") + "enter();";
    const bool is_one_line = unit_.sources.getExpansionLineNumber(body->getLBracLoc()) ==
                             unit_.sources.getExpansionLineNumber(body->getRBracLoc());
    const std::string indent =
        body->body_empty() || is_one_line
            ? ""
            : unit_.indent(unit_.sources.getFileLoc((*body->body_begin())->getBeginLoc()));
    change_.insert_after(body->getLBracLoc(), is_one_line ? " " + guard : "\n" + indent + guard);
  }

  Unit& unit_;
  const Use& use_;
  const clang::CallExpr* call_ = nullptr;
  const clang::LambdaExpr* lambda_ = nullptr;
  std::string object_;
  std::string name_ = "entered";
  Change change_;
};

}  // namespace

void rt_05(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({"RT-05", "HDL-06"});
  for (const Use& use : unit.uses.of_declarations)
    if (is_rule(use.annotation->id) && !Entering(unit, use).run()) replace_use(unit, use);
}

}  // namespace ferry::rewriter::native
