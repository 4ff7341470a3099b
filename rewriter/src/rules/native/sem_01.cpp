// SEM-01, SEM-02: acquiring gives a Result, which is an error once the semaphore is closed.
#include <clang/AST/ExprCXX.h>

#include "rules/await_loop.hpp"
#include "rules/called.hpp"
#include "rules/native/leave.hpp"
#include "rules/native/native.hpp"
#include "rules/select_branch.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr const char* kElsewhere =
    "what it gives goes where it cannot be followed; there it needs a `.value()`";

// Makes the permit of the Result that `awaited` gives.
void take_value(const Unit& unit, const clang::Expr& awaited, Change& change) {
  const clang::Expr* written = &awaited;
  if (const Access access = access_of(unit.parents.meaning(written)); access && access.name == "value")
    return;
  if (const auto* parentheses = unit.parents.of(written).as<clang::ParenExpr>())
    return change.insert_after(parentheses->getRParen(), ".value()");
  change.insert_before(written->getBeginLoc(), "(");
  change.insert_after(written->getEndLoc(), ").value()");
}

// What `auto x = co_await select(...)` is used for.
std::string adapt_branch(const Unit& unit, const SelectBranch& branch, Change& change) {
  const clang::Expr* awaited = await_of(unit, *branch.select);
  if (!awaited) return "the select is not awaited on the spot";
  const Node parent = unit.parents.meaning(awaited);
  if (is_dropped(parent) || result_use(unit, *unit.parents.whole(awaited)).asks_index) return {};
  const auto* variable = parent.as<clang::VarDecl>();
  const auto references = variable ? unit.uses.of_variables.find(variable) : unit.uses.of_variables.end();
  if (!variable) return kElsewhere;
  if (references == unit.uses.of_variables.end()) return {};
  for (const clang::DeclRefExpr* reference : references->second) {
    const ResultUse result = result_use(unit, *reference);
    if (result.asks_index) continue;
    if (!result.get) return "the result of the select is used as a whole";
    const Node around = unit.parents.meaning(result.get);
    if (const Access access = access_of(around); access && access.name == "value") continue;
    if (result.index == branch.index && !is_dropped(around))
      change.insert_after(result.get->getEndLoc(), ".value()");
  }
  return {};
}

void judge(Unit& unit, const Use& use) {
  const clang::CallExpr* call = call_of(unit, use.expression);
  Draft draft{.rule = use.annotation->id,
              .applicability = Applicability::Safe,
              .where = clang::SourceRange(use.name, use.name),
              .message = "`" + use.target->getNameAsString() +
                         "` gives a `Result` now: an error once the semaphore is closed",
              .last = true};
  if (!use.trouble.empty() || !call)
    return leave(unit, std::move(draft), call ? use.trouble : "it is not called here");
  std::string trouble;
  if (const auto branch = select_branch(unit, *call)) {
    trouble = adapt_branch(unit, *branch, draft.change);
  } else if (const clang::Expr* awaited = await_of(unit, *call)) {
    if (!is_dropped(unit.parents.meaning(awaited))) take_value(unit, *awaited, draft.change);
  } else {
    trouble = "it is not awaited on the spot; what it gives needs a `.value()`";
  }
  if (!trouble.empty()) return leave(unit, std::move(draft), trouble);
  if (!draft.change.empty()) unit.report(std::move(draft));
}

}  // namespace

void sem_01(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({"SEM-01", "SEM-02"});
  for (const Use& use : unit.uses.of_declarations)
    if (claimed.contains(use.annotation->id) && use.annotation->id.starts_with("SEM-")) judge(unit, use);
}

}  // namespace ferry::rewriter::native
