// MAC-01 to MAC-06: the options of the main function are a runtime's builder, which begins with its
// scheduler.
#include <algorithm>

#include <clang/AST/ExprCXX.h>

#include "analyse/spelling.hpp"
#include "analyse/statements.hpp"
#include "rules/called.hpp"
#include "rules/native/leave.hpp"
#include "rules/native/native.hpp"
#include "rules/native/thread_limit.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kOptions = "MAC-01";
constexpr llvm::StringLiteral kTests = "MAC-06";

struct Step {
  const clang::MemberExpr* member = nullptr;
  const clang::CallExpr* call = nullptr;
  std::string name;
};

class Options {
 public:
  // The calls that were seen go into `seen`.
  Options(Unit& unit, const Use& use, const clang::Expr& creation, std::set<const clang::Expr*>& seen)
      : unit_(unit), use_(use), creation_(creation), seen_(seen) {}

  void judge() {
    const clang::Expr* whole = follow_chain();
    const auto* run = unit_.parents.meaning(whole).as<clang::CallExpr>();
    if (const auto* copy = unit_.parents.meaning(whole).as<clang::CXXConstructExpr>())
      run = unit_.parents.meaning(copy).as<clang::CallExpr>();
    if (!run) return leave(unit_, start(), "the options are kept or handed on");
    bool is_threaded = use_.annotation->id == kOptions;
    for (const Step& step : steps_)
      if (step.name.ends_with("_scheduler")) is_threaded = step.name == "threaded_scheduler";
    // How many workers there are chooses the scheduler, whatever else is said.
    const Step* workers = last("core_threads");
    const auto count = workers ? literal(*workers->call->getArg(0)) : std::nullopt;
    if (workers && !count)
      return leave(unit_, start(),
                   "one worker means a basic scheduler, and how many there are is not written here");
    if (count) is_threaded = *count > 1;

    Draft draft = start();
    for (const Step& step : steps_)
      if (step.name.ends_with("_scheduler") ||
          (step.name == "core_threads" && (&step != workers || !is_threaded)))
        remove(step, draft.change);
    if (workers && is_threaded) draft.change.replace(workers->member->getMemberLoc(), "worker_threads");
    for (const Step& step : steps_)
      if (step.name == "max_threads") {
        draft.change.replace(step.member->getMemberLoc(), "max_blocking_threads");
        if (is_threaded)
          draft.message += subtract_workers(unit_, *step.call->getArg(0),
                                            workers ? workers->call->getArg(0) : nullptr, draft.change);
      }
    const Spelled builder = spell(
        unit_,
        std::string("ferry::runtime::Builder::") + (is_threaded ? "new_multi_thread" : "new_current_thread"),
        use_.name);
    draft.change.replace(creation_.getSourceRange(), builder.text + "()");
    draft.change.insert_after(whole->getEndLoc(), ".enable_all()");
    draft.last = builder.needs_move;
    unit_.report(std::move(draft));
  }

 private:
  const clang::Expr* follow_chain() {
    const clang::Expr* last = &creation_;
    for (;;) {
      const auto* member = unit_.parents.meaning(last).as<clang::MemberExpr>();
      const clang::CallExpr* call = member ? call_of(unit_, member) : nullptr;
      if (!call) return last;
      steps_.push_back({member, call, member->getMemberDecl()->getNameAsString()});
      seen_.insert(member);
      last = call;
    }
  }

  const Step* last(llvm::StringRef name) const {
    const Step* found = nullptr;
    for (const Step& step : steps_)
      if (step.name == name) found = &step;
    return found;
  }

  void remove(const Step& step, Change& change) {
    change.add({.begin = step.member->getBase()->getEndLoc(),
                .end = step.call->getEndLoc(),
                .text = "",
                .keeps_first = true});
  }

  Draft start() const {
    return {.rule = use_.annotation->id,
            .applicability =
                use_.annotation->id == kTests && steps_.empty() ? Applicability::Safe : Applicability::Unsafe,
            .where = clang::SourceRange(use_.name_begin(), use_.name),
            .message = "`run` takes a runtime's builder, which begins with its scheduler"};
  }

  Unit& unit_;
  const Use& use_;
  const clang::Expr& creation_;
  std::set<const clang::Expr*>& seen_;
  std::vector<Step> steps_;
};

void judge(Unit& unit, const Use& use, std::set<const clang::Expr*>& seen) {
  const clang::Expr* creation = use.type ? use.parent.as<clang::Expr>() : call_of(unit, use.expression);
  if (creation && use.trouble.empty()) return Options(unit, use, *creation, seen).judge();
  if (use.is_using) return;
  leave(unit,
        {.rule = use.annotation->id,
         .where = clang::SourceRange(use.name_begin(), use.name),
         .message = "`run` takes a runtime's builder, which begins with its scheduler"},
        "the options are kept or handed on");
}

}  // namespace

void mac_01(Unit& unit, std::set<std::string>& claimed) {
  const std::set<std::string> steps{"MAC-02", "MAC-03", "MAC-04", "MAC-05"};
  claimed.insert({kOptions.str(), kTests.str()});
  claimed.insert(steps.begin(), steps.end());
  std::set<const clang::Expr*> seen;
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kOptions || use.annotation->id == kTests) judge(unit, use, seen);
  leave_unseen_steps(unit, steps, seen, "where the options begin is not seen here");
}

}  // namespace ferry::rewriter::native
