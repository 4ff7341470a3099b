// TCP-09, UNIX-05: a stream's output is ended by a future; other directions by the compat function. With them
// go TCP-10 and TCP-11, options that streams had.
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

#include "rules/add_include.hpp"
#include "rules/called.hpp"
#include "rules/native/leave.hpp"
#include "rules/native/native.hpp"
#include "rules/parentheses.hpp"
#include "rules/replace.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kHeader = "ferry/compat/socket_options.hpp";

bool is_write(const clang::Expr& how) {
  const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(how.IgnoreParenImpCasts());
  return reference && reference->getDecl()->getNameAsString() == "Write";
}

// Whether `co_await` can stand at the place.
bool is_in_coroutine(const Unit& unit, const clang::Expr& place) {
  for (Node node = unit.parents.of(&place); node; node = unit.parents.of(node)) {
    if (node.as<clang::CXXCatchStmt>()) return false;
    if (node.as<clang::LambdaExpr>() || node.as<clang::FunctionDecl>()) break;
  }
  const clang::FunctionDecl* function = unit.parents.function({.stmt = &place});
  return function && function->getBody() && llvm::isa<clang::CoroutineBodyStmt>(function->getBody());
}

// Calls what took the member's place.
void replace(Unit& unit, const Use& use, const std::string& code, Draft draft) {
  Replacement replacement = replacement_of(unit, use, code);
  const std::string& trouble = use.trouble.empty() ? replacement.trouble : use.trouble;
  if (!trouble.empty()) return leave(unit, std::move(draft), trouble);
  draft.change = std::move(replacement.change);
  draft.last = replacement.needs_move;
  add_include(unit, use.name, kHeader, {}, draft.change);
  unit.report(std::move(draft));
}

void judge(Unit& unit, const Use& use) {
  Draft draft{.rule = use.annotation->id,
              .applicability = Applicability::Unsafe,
              .where = clang::SourceRange(use.name, use.name)};
  const clang::CallExpr* call = call_of(unit, use.expression);
  if (call && use.object && use.trouble.empty() && is_write(*call->getArg(0)) &&
      is_in_coroutine(unit, *call)) {
    draft.message = "`shutdown` is a future now, which ends what this side sends";
    const bool is_alone = is_delimited(unit, *call) || test_of(unit, *call);
    draft.change.insert_before(call->getBeginLoc(), is_alone ? "co_await " : "(co_await ");
    draft.change.replace(call->getArg(0)->getSourceRange(), "");
    if (!is_alone) draft.change.insert_after(call->getEndLoc(), ")");
    return unit.report(std::move(draft));
  }
  draft.message =
      "`shutdown` of a stream is a future, which ends what this side sends; `ferry::compat::shutdown` is "
      "what "
      "it was";
  replace(unit, use, "ferry::compat::shutdown($this, $how)", std::move(draft));
}

void judge_option(Unit& unit, const Use& use) {
  const std::string old = use.target->getNameAsString();
  replace(unit, use, use.annotation->text,
          {.rule = use.annotation->id,
           .applicability = Applicability::Unsafe,
           .where = clang::SourceRange(use.name, use.name),
           .message = "`" + old + "` is set on a `TcpSocket` before it connects; `ferry::compat::" + old +
                      "` is what it was"});
}

}  // namespace

void tcp_09(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({"TCP-09", "TCP-10", "TCP-11", "UNIX-05"});
  for (const Use& use : unit.uses.of_declarations) {
    const std::string& id = use.annotation->id;
    if (id == "TCP-09" || id == "UNIX-05") judge(unit, use);
    if (id == "TCP-10" || id == "TCP-11") judge_option(unit, use);
  }
}

}  // namespace ferry::rewriter::native
