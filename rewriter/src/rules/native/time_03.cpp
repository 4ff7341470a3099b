// TIME-03: a timer that could be moved becomes one that cannot, where it stays put, or one on the heap.
// Judges TIME-01 and TIME-02, the calls that make timers, along with it: a call is renamed only together with
// where its result is kept.
#include <algorithm>

#include <clang/AST/ExprCXX.h>

#include "analyse/spelling.hpp"
#include "rules/add_include.hpp"
#include "rules/native/native.hpp"
#include "rules/replace.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kStorage = "TIME-03";
constexpr llvm::StringLiteral kElapsed = "TIME-04";
constexpr llvm::StringLiteral kTimer = "ferry::time::Sleep";
constexpr llvm::StringLiteral kPinHeader = "ferry/pin.hpp";

bool is_call_id(llvm::StringRef id) { return id == "TIME-01" || id == "TIME-02"; }

// Functions that only borrow the futures they are given, until the whole expression is done.
bool borrows(const clang::CallExpr& call) {
  const llvm::StringRef name = callee_name(call);
  return name == "select" || name == "select_biased" || name == "join" || name == "try_join" ||
         name == "timeout" || name == "timeout_at";
}

bool is_awaited(const Node& parent) {
  return parent.as<clang::CoawaitExpr>() || parent.as<clang::DependentCoawaitExpr>();
}

bool is_used_on_the_spot(const Unit& unit, const clang::Expr& timer) {
  const Node parent = unit.parents.meaning(&timer);
  const auto* call = parent.as<clang::CallExpr>();
  return is_awaited(parent) || (call && borrows(*call));
}

class Timers {
 public:
  explicit Timers(Unit& unit) : unit_(unit) {}

  void run() {
    choose_locals();
    // What is done with the uses decides on the using-declarations that bring the names.
    for (const bool is_using : {false, true})
      for (const Use& use : unit_.uses.of_declarations) {
        if (use.is_using != is_using) continue;
        if (is_call_id(use.annotation->id)) judge_call(use);
        if (use.annotation->id == kStorage) judge_type(use);
      }
    for (const clang::MemberExpr* member : unit_.uses.of_members) judge_member(*member);
  }

 private:
  const clang::VarDecl* variable_of(const clang::Expr& call) const {
    const Node parent = unit_.parents.meaning(&call);
    if (const auto* variable = parent.as<clang::VarDecl>()) return variable;
    // `Delay d{delay_for(x)}`
    const auto* list = parent.as<clang::InitListExpr>();
    return list ? unit_.parents.meaning(list).as<clang::VarDecl>() : nullptr;
  }

  // Locals that may hold their timer directly: made by a call, and never moved or handed on.
  void choose_locals() {
    for (const Use& use : unit_.uses.of_declarations) {
      const clang::CallExpr* call = is_call_id(use.annotation->id) ? call_of(unit_, use.expression) : nullptr;
      const clang::VarDecl* variable = call ? variable_of(*call) : nullptr;
      if (!variable || !variable->hasLocalStorage() || llvm::isa<clang::ParmVarDecl>(variable)) continue;
      if (variable->getType()->isReferenceType() || variable->isInitCapture() || !is_type_simple(*variable))
        continue;
      const auto references = unit_.uses.of_variables.find(variable);
      if (references == unit_.uses.of_variables.end() ||
          std::ranges::all_of(references->second,
                              [&](const auto* reference) { return leaves_in_place(*reference); }))
        locals_.insert(variable);
    }
  }

  // `auto` or the timer's own name: a type that can be changed here.
  bool is_type_simple(const clang::VarDecl& variable) const {
    if (variable.getType()->getContainedDeducedType()) return true;
    return std::ranges::any_of(unit_.uses.of_declarations, [&](const Use& use) {
      return use.annotation->id == kStorage && use.parent.decl == &variable;
    });
  }

  bool leaves_in_place(const clang::DeclRefExpr& reference) const {
    const Node parent = unit_.parents.meaning(&reference);
    if (const auto* member = parent.as<clang::MemberExpr>()) return !member->isArrow();
    const auto* call = parent.as<clang::CallExpr>();
    return is_awaited(parent) || (call && borrows(*call));
  }

  Draft draft(llvm::StringRef rule, clang::SourceRange where, std::string message) const {
    return {.rule = rule.str(),
            .applicability = Applicability::Unsafe,
            .where = where,
            .message = std::move(message)};
  }

  Draft pinned(clang::SourceRange where, std::string message) const {
    Draft result = draft(kStorage, where, std::move(message));
    result.group = kStorage.str();
    return result;
  }

  static std::string new_name(const Use& use) {
    return llvm::StringRef(use.annotation->text).take_until([](char c) { return c == '('; }).str();
  }

  void judge_call(const Use& use) {
    const clang::CallExpr* call = call_of(unit_, use.expression);
    const clang::SourceRange where(use.name_begin(), use.name);
    const std::string name = new_name(use);
    const std::string old = use.target->getNameAsString();
    if (!use.trouble.empty() || (!call && use.expression)) {
      Draft finding =
          draft(use.annotation->id, where, "`" + old + "` is now `" + name + "`; not changed because ");
      finding.message += use.trouble.empty() ? "it is not called here" : use.trouble;
      finding.applicability = Applicability::Manual;
      return unit_.report(std::move(finding));
    }
    const clang::VarDecl* variable = call ? variable_of(*call) : nullptr;
    const bool is_kept_in_place = variable && locals_.contains(variable);
    if (!call || is_kept_in_place || is_used_on_the_spot(unit_, *call) || is_dropped(*call)) {
      Draft finding = draft(is_kept_in_place ? kStorage.str() : use.annotation->id, where,
                            "`" + old + "` is now `" + name + "`");
      if (is_kept_in_place) {
        finding.group = std::string(kStorage) + " " + unit_.key(*variable);
        finding.message += ": this timer is never moved";
      } else {
        finding.applicability = Applicability::Safe;
      }
      if (use.is_using && brings_pinned_.contains(pattern_of(use.target))) finding.needs = kStorage.str();
      add(finding, rename(unit_, use, name));
      return unit_.report(std::move(finding));
    }
    if (use.through) brings_pinned_.insert(pattern_of(use.target));
    Draft finding =
        pinned(where, "`" + old + "` is now `" + name + "`, on the heap where its result is stored or moved");
    const Spelled pin = spell(unit_, "ferry::pin", use.name);
    const Spelled made = spell_like(use, name);
    if (call->getNumArgs() == 0) return;
    finding.change.replace(where, pin.text);
    finding.change.insert_before(call->getArg(0)->getBeginLoc(), made.text + ", ");
    finding.last = pin.needs_move || made.needs_move;
    add_include(unit_, where.getBegin(), kPinHeader, {}, finding.change);
    unit_.report(std::move(finding));
  }

  // A timer nobody looks at.
  bool is_dropped(const clang::CallExpr& call) const {
    const Node parent = unit_.parents.meaning(&call);
    return parent.as<clang::CompoundStmt>() != nullptr;
  }

  // `name` the way the old one is written here: with its qualifier, where both live in one namespace.
  Spelled spell_like(const Use& use, llvm::StringRef name) {
    const Renaming renaming = rename(unit_, use, name);
    if (renaming.change.empty()) return spell(unit_, name, use.name);
    const Change::Piece& piece = renaming.change.pieces().front();
    const std::string qualifier =
        piece.begin == use.name && use.qualifier ? unit_.text(use.qualifier.getSourceRange()) : "";
    return {qualifier + piece.text, renaming.needs_move};
  }

  static void add(Draft& finding, Renaming renaming) {
    finding.change.append(std::move(renaming.change));
    finding.last = finding.last || renaming.needs_move;
  }

  void judge_type(const Use& use) {
    const std::string name = kTimer.str();
    const clang::SourceRange where(use.name_begin(), use.name);
    const auto* variable = use.parent.as<clang::VarDecl>();
    if (use.is_using || (variable && locals_.contains(variable))) {
      Draft finding = draft(kStorage, where, "`" + use.target->getNameAsString() + "` is now `" + name + "`");
      if (!use.is_using) finding.group = std::string(kStorage) + " " + unit_.key(*variable);
      if (use.is_using && brings_pinned_.contains(pattern_of(use.target))) finding.needs = kStorage.str();
      add(finding, rename(unit_, use, name));
      return unit_.report(std::move(finding));
    }
    if (use.through) brings_pinned_.insert(pattern_of(use.target));
    Draft finding =
        pinned(where, "a timer that is stored, returned or moved is now a `ferry::Pin<" + name + ">`");
    const Spelled pin = spell(unit_, "ferry::Pin", use.name);
    const Spelled timer = spell_like(use, name);
    finding.change.replace(where, pin.text + "<" + timer.text + ">");
    finding.last = pin.needs_move || timer.needs_move;
    add_include(unit_, where.getBegin(), kPinHeader, {}, finding.change);
    unit_.report(std::move(finding));
  }

  void judge_member(const clang::MemberExpr& member) {
    const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(member.getMemberDecl()->getDeclContext());
    const bool is_timer = std::ranges::any_of(unit_.annotations.of(record), [](const Annotation* annotation) {
      return annotation->id == kStorage;
    });
    if (!is_timer || member.isImplicitAccess()) return;
    const clang::Expr* object = member.getBase()->IgnoreParenImpCasts();
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(object);
    const auto* variable = reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
    const bool is_in_place = variable && locals_.contains(variable);
    const std::string name = member.getMemberDecl()->getNameAsString();
    const clang::SourceRange where(member.getMemberLoc(), member.getMemberLoc());
    if (name == "is_elapsed" && !(is_in_place && is_polled_before(*variable, member))) flag_elapsed(where);
    if (is_in_place) return;
    Draft finding = pinned(where, "the timer is on the heap now: `->" + name + "`");
    if (member.isArrow()) {
      finding.change.insert_before(member.getBase()->getBeginLoc(), "(*");
      finding.change.insert_after(base_end(member), ")");
    } else {
      finding.change.replace(clang::SourceRange(member.getOperatorLoc(), member.getOperatorLoc()), "->");
    }
    unit_.report(std::move(finding));
  }

  // The last token before `->`: an overloaded operator's own range ends behind it.
  static clang::SourceLocation base_end(const clang::MemberExpr& member) {
    const auto* arrow = llvm::dyn_cast<clang::CXXOperatorCallExpr>(member.getBase()->IgnoreImplicit());
    return arrow && arrow->getOperator() == clang::OO_Arrow ? arrow->getArg(0)->getEndLoc()
                                                            : member.getBase()->getEndLoc();
  }

  bool is_polled_before(const clang::VarDecl& variable, const clang::MemberExpr& place) const {
    const auto references = unit_.uses.of_variables.find(&variable);
    return references != unit_.uses.of_variables.end() &&
           std::ranges::any_of(references->second, [&](const clang::DeclRefExpr* reference) {
             return is_used_on_the_spot(unit_, *reference) &&
                    unit_.sources.isBeforeInTranslationUnit(reference->getLocation(), place.getMemberLoc());
           });
  }

  void flag_elapsed(clang::SourceRange where) {
    Draft finding =
        draft(kElapsed, where,
              "`is_elapsed` of a `Sleep` stays false until the timer has been polled, and this one is not "
              "known to be: compare `deadline()` with `Instant::now()` if it may not have been");
    finding.applicability = Applicability::Manual;
    finding.remark = true;
    unit_.report(std::move(finding));
  }

  Unit& unit_;
  std::set<const clang::VarDecl*> locals_;
  std::set<const clang::NamedDecl*> brings_pinned_;  // what is used by a using-declaration, in that group
};

}  // namespace

void time_03(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({"TIME-01", "TIME-02", kStorage.str()});
  Timers(unit).run();
}

}  // namespace ferry::rewriter::native
