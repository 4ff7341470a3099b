// BLD-01: a runtime's builder begins with its scheduler. With it go BLD-02 to BLD-06: the scheduler's own
// call disappears, and the thread limits change names and meaning.
#include <algorithm>

#include <clang/AST/ExprCXX.h>

#include "analyse/spelling.hpp"
#include "analyse/statements.hpp"
#include "rules/called.hpp"
#include "rules/native/leave.hpp"
#include "rules/native/native.hpp"
#include "rules/native/thread_limit.hpp"
#include "rules/replace.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kRule = "BLD-01";

// One call on the builder.
struct Step {
  const clang::MemberExpr* member = nullptr;
  const clang::CallExpr* call = nullptr;
  std::string name;
};

bool is_scheduler(const Step& step) {
  return step.name == "threaded_scheduler" || step.name == "basic_scheduler";
}
bool is_core_count(const Step& step) { return step.name == "core_threads" || step.name == "num_threads"; }

class Builder {
 public:
  // The calls that are part of a chain that was seen go into `seen`.
  Builder(Unit& unit, const Use& use, std::set<const clang::Expr*>& seen)
      : unit_(unit), use_(use), seen_(seen) {}

  void judge() {
    if (const auto* creation = use_.parent.as<clang::Expr>()) return judge_expression(*creation);
    const auto* variable = use_.parent.as<clang::VarDecl>();
    if (!variable || !variable->hasLocalStorage() || llvm::isa<clang::ParmVarDecl>(variable) ||
        variable->getType()->isReferenceType())
      return leave_all("the builder is handed on, so its scheduler cannot be seen from here");
    // With an initialiser of its own, that is where the builder is made.
    const auto* made = llvm::dyn_cast_if_present<clang::CXXConstructExpr>(
        variable->getInit() ? variable->getInit()->IgnoreImplicit() : nullptr);
    if (!made || made->getNumArgs() != 0 || llvm::isa<clang::CXXTemporaryObjectExpr>(made)) return;
    if (!follow_variable(*variable)) return leave_all(trouble_);
    rewrite([&](const std::string& constructor) {
      const std::string type = unit_.text(clang::SourceRange(use_.name_begin(), use_.name));
      const clang::SourceLocation name_end = variable->getEndLoc();
      change_.replace(clang::SourceRange(use_.name_begin(), use_.name), "auto");
      const bool has_braces = name_end != variable->getLocation();
      const std::string value = " = " + type + "::" + constructor + "()";
      if (has_braces)
        change_.replace(clang::SourceRange(variable->getLocation(), name_end),
                        variable->getNameAsString() + value);
      else
        change_.insert_after(name_end, value);
    });
  }

 private:
  // `Builder()` or `Builder{}`
  void judge_expression(const clang::Expr& creation) {
    const clang::Expr* whole = follow_chain(creation);
    const Node parent = unit_.parents.meaning(whole);
    if (const auto* variable = parent.as<clang::VarDecl>(); variable && is_builder(*whole))
      if (!variable->hasLocalStorage() || !follow_variable(*variable))
        return leave_all(trouble_.empty() ? "the builder is handed on" : trouble_);
    if (!parent.as<clang::VarDecl>() && is_builder(*whole) && !parent.as<clang::CompoundStmt>())
      return leave_all("the builder is handed on, so its scheduler cannot be seen from here");
    rewrite([&](const std::string& constructor) {
      const clang::SourceLocation behind_name = use_.name;
      change_.insert_after(behind_name, "::" + constructor);
      if (llvm::StringRef(unit_.text(creation.getSourceRange())).ends_with("}"))
        change_.replace(clang::SourceRange(unit_.end_of(behind_name), creation.getEndLoc()), "()");
    });
  }

  bool is_builder(const clang::Expr& expression) {
    const clang::CXXRecordDecl* record = expression.getType().getNonReferenceType()->getAsCXXRecordDecl();
    return record && pattern_of(record) == pattern_of(use_.target);
  }

  // Notes the calls chained to `first`; answers the last of them that gives the builder, or what follows it.
  const clang::Expr* follow_chain(const clang::Expr& first) {
    const clang::Expr* last = &first;
    for (;;) {
      const auto* member = unit_.parents.meaning(last).as<clang::MemberExpr>();
      const clang::CallExpr* call = member ? call_of(unit_, member) : nullptr;
      if (!call) return last;
      if (!is_builder(*last)) return last;
      steps_.push_back({member, call, member->getMemberDecl()->getNameAsString()});
      seen_.insert(member);
      last = call;
    }
  }

  bool follow_variable(const clang::VarDecl& variable) {
    const auto references = unit_.uses.of_variables.find(&variable);
    if (references == unit_.uses.of_variables.end()) return true;
    const Node block = unit_.parents.of(unit_.parents.of(&variable));
    for (const clang::DeclRefExpr* reference : references->second) {
      const std::size_t first = steps_.size();
      const clang::Expr* whole = follow_chain(*reference);
      if (whole == reference) return trouble_ = "the builder is handed on", false;
      const bool chooses =
          std::ranges::any_of(steps_.begin() + static_cast<long>(first), steps_.end(), [](const Step& step) {
            return is_scheduler(step) || is_core_count(step) || step.name == "max_threads";
          });
      const Node statement = unit_.parents.meaning(whole);
      if (chooses && is_builder(*whole) && statement.stmt != block.stmt)
        return trouble_ = "the scheduler or its threads are chosen under a condition", false;
    }
    return true;
  }

  template <class Construct>
  void rewrite(Construct construct) {
    const Step* scheduler = nullptr;
    for (const Step& step : steps_)
      if (is_scheduler(step)) scheduler = &step;
    if (!scheduler)
      return leave_all(
          "it names no scheduler: such a runtime could not spawn. `new_current_thread()` is the nearest");
    const bool is_threaded = scheduler->name == "threaded_scheduler";
    construct(is_threaded ? "new_multi_thread" : "new_current_thread");
    std::string note;
    for (const Step& step : steps_) {
      if (is_scheduler(step)) remove(step);
      if (is_core_count(step)) change_.replace(step.member->getMemberLoc(), "worker_threads");
      if (step.name == "max_threads") note = limit_threads(step, is_threaded);
    }
    const auto* record = llvm::cast<clang::CXXRecordDecl>(pattern_of(use_.target));
    unit_.report({.rule = kRule.str(),
                  .applicability = Applicability::Unsafe,
                  .where = clang::SourceRange(use_.name_begin(), use_.name),
                  .message = "the scheduler is part of the builder's constructor" + note,
                  .change = std::move(change_),
                  .last = is_legacy(unit_, record) && !has_member(unit_, *record, "new_multi_thread")});
  }

  void remove(const Step& step) {
    const clang::Expr* base = step.member->getBase();
    const Node parent = unit_.parents.meaning(step.call);
    if (llvm::isa<clang::DeclRefExpr>(base->IgnoreParenImpCasts()) && parent.as<clang::CompoundStmt>())
      return remove_statement(unit_, *unit_.parents.whole(step.call), change_);
    const clang::SourceRange tokens(step.member->getOperatorLoc(), step.call->getEndLoc());
    // On a line of its own behind a comment, it goes with the line; otherwise with what separates it from
    // before.
    const clang::SourceLocation begin = unit_.end_of(base->getEndLoc());
    const bool is_plain = begin.isFileID() && tokens.getBegin().isFileID() && tokens.getEnd().isFileID();
    const std::string gap =
        is_plain ? unit_.text(clang::SourceRange(base->getEndLoc(), tokens.getBegin())) : "/";
    if (gap.find('/') != std::string::npos) return remove_code(unit_, tokens, change_);
    change_.replace_characters(begin, unit_.end_of(tokens.getEnd()), "");
  }

  // The old limit counted the workers, the new one does not.
  std::string limit_threads(const Step& step, bool is_threaded) {
    change_.replace(step.member->getMemberLoc(), "max_blocking_threads");
    if (!is_threaded) return {};
    const auto core = std::ranges::find_if(steps_, is_core_count);
    return subtract_workers(unit_, *step.call->getArg(0),
                            core == steps_.end() ? nullptr : core->call->getArg(0), change_);
  }

  void leave_all(const std::string& reason) {
    unit_.report({.rule = kRule.str(),
                  .applicability = Applicability::Manual,
                  .where = clang::SourceRange(use_.name_begin(), use_.name),
                  .message = "a builder now begins with its scheduler, `Builder::new_multi_thread()` or "
                             "`Builder::new_current_thread()`; not changed because " +
                             reason});
  }

  Unit& unit_;
  const Use& use_;
  std::set<const clang::Expr*>& seen_;
  std::vector<Step> steps_;
  Change change_;
  std::string trouble_;
};

}  // namespace

void bld_01(Unit& unit, std::set<std::string>& claimed) {
  const std::set<std::string> steps{"BLD-02", "BLD-03", "BLD-04", "BLD-05", "BLD-06"};
  claimed.insert(kRule.str());
  claimed.insert(steps.begin(), steps.end());
  std::set<const clang::Expr*> seen;
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kRule && use.type) Builder(unit, use, seen).judge();
  leave_unseen_steps(unit, steps, seen, "where the builder begins is not seen here");
}

}  // namespace ferry::rewriter::native
