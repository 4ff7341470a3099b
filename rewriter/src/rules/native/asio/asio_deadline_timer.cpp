// TIMER-07, TIMER-08, TIMER-09: `deadline_timer` with Boost.Date_Time's durations is `system_timer` with the
// standard library's. All of a project's timers change together: they and their times flow into one another.
#include <algorithm>
#include <optional>
#include <set>

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Lex/Lexer.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Support/Path.h>

#include "analyse/spelling.hpp"
#include "rules/asio.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kTimer = "TIMER-07";
constexpr llvm::StringLiteral kConstruction = "TIMER-08";
constexpr llvm::StringLiteral kManual = "TIMER-09";

bool is_timer(clang::QualType type) { return asio::class_name(type) == "basic_deadline_timer"; }

bool is_in_posix_time(const clang::CXXRecordDecl* record) {
  if (!record) return false;
  const std::string name = record->getQualifiedNameAsString();
  return llvm::StringRef(name).starts_with("boost::posix_time::") ||
         llvm::StringRef(name).starts_with("boost::date_time::");
}
bool is_posix_time(clang::QualType type) { return is_in_posix_time(asio::class_of(type)); }

// The standard library's unit for one of Boost.Date_Time's; empty for any other name.
llvm::StringRef unit_named(llvm::StringRef name) {
  return llvm::StringSwitch<llvm::StringRef>(name)
      .Case("hours", "hours")
      .Case("minutes", "minutes")
      .Case("seconds", "seconds")
      .Cases("milliseconds", "millisec", "milliseconds")
      .Cases("microseconds", "microsec", "microseconds")
      .Cases("nanoseconds", "nanosec", "nanoseconds")
      .Default("");
}

// An infinity, or no time at all, somewhere in an expression for a time; nullptr where there is none.
const clang::EnumConstantDecl* special_value(const clang::Stmt* node) {
  if (node == nullptr) return nullptr;
  if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(node)) {
    const auto* value = llvm::dyn_cast<clang::EnumConstantDecl>(reference->getDecl());
    const auto* type = value ? llvm::dyn_cast<clang::EnumDecl>(value->getDeclContext()) : nullptr;
    return type && type->getName() == "special_values" ? value : nullptr;
  }
  for (const clang::Stmt* child : node->children())
    if (const clang::EnumConstantDecl* value = special_value(child)) return value;
  return nullptr;
}

std::string why_special(const clang::EnumConstantDecl& value) {
  const std::string name = "`" + value.getNameAsString() + "`";
  if (value.getName() == "pos_infin" || value.getName() == "neg_infin")
    return name + " is `time_point::" + (value.getName() == "pos_infin" ? "max" : "min") +
           "()` with std::chrono, to which nothing may be added";
  return name + " has no counterpart in std::chrono";
}

class DeadlineTimers {
 public:
  explicit DeadlineTimers(Unit& unit) : unit_(unit) {}

  void run() {
    for (const Use& use : unit_.uses.of_declarations)
      if (use.annotation->id == kTimer) judge_type(use);
    for (const clang::Stmt* statement : unit_.parents.statements()) {
      if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(statement)) judge_member(*member);
      if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(statement)) judge_construction(*made);
      if (const auto* call = llvm::dyn_cast<clang::CallExpr>(statement)) judge_forwarding(*call);
    }
    for (Draft& finding : findings_) {
      if (is_left_ && finding.applicability != Applicability::Manual) {
        finding.leave("other uses in `" + main_file() + "` are left to a person");
        finding.change = {};
      }
      unit_.report(std::move(finding));
    }
  }

 private:
  std::string main_file() const {
    const auto file = unit_.sources.getFileEntryRefForID(unit_.sources.getMainFileID());
    return file ? llvm::sys::path::filename(file->getName()).str() : "this file";
  }

  static Draft draft(llvm::StringRef rule, clang::SourceRange where) {
    return {.rule = rule.str(),
            .applicability = Applicability::Unsafe,
            .where = where,
            .message = "`deadline_timer` is now `system_timer`, with std::chrono's durations",
            .group = "deadline timers"};
  }

  void leave(clang::SourceRange where, const std::string& what) {
    Draft finding = draft(kManual, where);
    finding.applicability = Applicability::Manual;
    finding.message += "; " + what;
    is_left_ = true;
    findings_.push_back(std::move(finding));
  }

  void judge_type(const Use& use) {
    if (use.mention != Mention::Name) return;
    const clang::SourceRange where(use.name_begin(), use.name);
    const auto next =
        clang::Lexer::findNextToken(unit_.sources.getSpellingLoc(use.name), unit_.sources, unit_.language);
    if (next && next->is(clang::tok::coloncolon))
      return leave(
          where,
          "what is taken from the timer's class is of another kind in `system_timer`: rewrite it by hand");
    if (next && next->is(clang::tok::less))
      return leave(where, "a timer with traits of its own needs `WaitTraits`");
    const std::string root = asio::root_of(use.target);
    Draft finding = draft(kTimer, where);
    Renaming renaming = rename(unit_, use, root + "::system_timer");
    if (!renaming.trouble.empty()) return leave(where, "not changed because " + renaming.trouble);
    finding.change = std::move(renaming.change);
    asio::add_header(unit_, use.name, root, "system_timer.hpp", finding.change);
    findings_.push_back(std::move(finding));
  }

  void judge_member(const clang::MemberExpr& member) {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(member.getMemberDecl());
    if (!method || asio::name_of(method->getParent()) != "basic_deadline_timer" || !method->getIdentifier())
      return;
    const llvm::StringRef name = method->getName();
    const clang::CallExpr* call = call_of(unit_, &member);
    const clang::SourceRange where(member.getMemberLoc());
    if (!name.starts_with("expires_") && !name.starts_with("cancel")) return;
    if (!call) return leave(where, "it is not called here");
    const std::vector<const clang::Expr*> arguments = written_arguments(*call);
    const bool takes_code = name.starts_with("cancel") ? !arguments.empty() : arguments.size() > 1;
    if (takes_code) return leave(where, "the overload with an error code has gone");
    if (name.starts_with("cancel")) return;
    Draft finding = draft(kTimer, where);
    if (arguments.empty()) {
      if (!is_part_of_time(*call) || name != "expires_at")
        return leave(where, "its result is a time of std::chrono's now: `expiry()`");
      finding.change.replace(where, "expiry");
      return findings_.push_back(std::move(finding));
    }
    if (name == "expires_from_now") finding.change.replace(where, "expires_after");
    const std::string trouble = convert(*arguments.front(), finding.change);
    if (!trouble.empty()) return leave(arguments.front()->getSourceRange(), trouble);
    if (finding.change.empty()) return;
    findings_.push_back(std::move(finding));
  }

  void judge_construction(const clang::CXXConstructExpr& made) {
    if (!is_timer(made.getType()) || made.getNumArgs() < 2) return;
    convert_argument(*made.getArg(1));
  }

  // `make_shared<deadline_timer>(io, seconds(1))` and the like.
  void judge_forwarding(const clang::CallExpr& call) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    const clang::TemplateArgumentList* arguments = callee ? callee->getTemplateSpecializationArgs() : nullptr;
    if (!arguments || arguments->size() == 0 || unit_.is_project(callee->getLocation())) return;
    const clang::TemplateArgument& first = arguments->get(0);
    if (first.getKind() != clang::TemplateArgument::Type || !is_timer(first.getAsType()) ||
        first.getAsType()->isPointerType())
      return;
    const std::vector<const clang::Expr*> written = written_arguments(call);
    if (written.size() >= 2) convert_argument(*written[1]);
  }

  void convert_argument(const clang::Expr& argument) {
    if (llvm::isa<clang::CXXDefaultArgExpr>(argument) || !is_posix_time(argument.getType())) return;
    Draft finding = draft(kConstruction, argument.getSourceRange());
    const std::string trouble = convert(argument, finding.change);
    if (!trouble.empty()) return leave(argument.getSourceRange(), trouble);
    if (!finding.change.empty()) findings_.push_back(std::move(finding));
  }

  // Whether a time that a timer gives becomes a time that a timer is given, sums and differences in between.
  bool is_part_of_time(const clang::CallExpr& call) const {
    const clang::Stmt* inner = &call;
    for (Node parent = unit_.parents.of(inner); parent; parent = unit_.parents.of(parent)) {
      if (const auto* operation = parent.as<clang::CXXOperatorCallExpr>()) {
        if (operation->getOperator() != clang::OO_Plus && operation->getOperator() != clang::OO_Minus)
          return false;
      } else if (const auto* around = parent.as<clang::CXXMemberCallExpr>()) {
        const clang::CXXMethodDecl* method = around->getMethodDecl();
        return method && method->getIdentifier() && method->getName() == "expires_at" &&
               asio::name_of(method->getParent()) == "basic_deadline_timer" && around->getCallee() != inner;
      } else if (!parent.as<clang::Expr>() || parent.as<clang::CallExpr>()) {
        return false;
      }
      inner = parent.stmt;
    }
    return false;
  }

  // Writes a duration or a time of Boost.Date_Time's as one of std::chrono's. Answers why that cannot be
  // done, or nothing.
  std::string convert(const clang::Expr& expression, Change& change) {
    const clang::Expr* inner = asio::without_wrappers(&expression);
    if (!is_posix_time(inner->getType())) return {};  // a number
    if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(inner)) {
      std::string trouble = convert(*choice->getTrueExpr(), change);
      return trouble.empty() ? convert(*choice->getFalseExpr(), change) : trouble;
    }
    if (const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(inner)) {
      const clang::OverloadedOperatorKind kind = operation->getOperator();
      if (kind != clang::OO_Plus && kind != clang::OO_Minus && kind != clang::OO_Star &&
          kind != clang::OO_Slash)
        return "`" + unit_.text(inner->getSourceRange()) + "` has no counterpart that is known";
      for (const clang::Expr* argument : operation->arguments())
        if (std::string trouble = convert(*argument, change); !trouble.empty()) return trouble;
      return {};
    }
    if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(inner); call && is_timer_call(*call))
      return {};
    if (const auto made = bracket_of(*inner)) {
      const clang::SourceLocation open = *made;
      const std::string head = unit_.text(clang::SourceRange(inner->getBeginLoc(), open));
      if (head.empty()) return "part of it comes from a macro";
      const llvm::StringRef type = llvm::StringRef(head).drop_back().rtrim();
      const llvm::StringRef name = type.substr(type.rfind(':') + 1);
      const llvm::StringRef wanted = unit_named(name);
      if (wanted.empty() || type.contains('/'))
        return "`" + type.str() + "` has no counterpart that is known";
      const Spelled spelled =
          spell(unit_, ("std::chrono::" + wanted).str(), inner->getBeginLoc(), Node{.stmt = inner});
      if (!spelled.trouble.empty()) return spelled.trouble;
      change.replace_characters(inner->getBeginLoc(),
                                inner->getBeginLoc().getLocWithOffset(static_cast<int>(type.size())),
                                spelled.text);
      return {};
    }
    if (const clang::EnumConstantDecl* value = special_value(inner)) return why_special(*value);
    return "`" + unit_.text(inner->getSourceRange()) +
           "` is kept as Boost.Date_Time's; write it with std::chrono";
  }

  bool is_timer_call(const clang::CXXMemberCallExpr& call) const {
    const clang::CXXMethodDecl* method = call.getMethodDecl();
    return method && asio::name_of(method->getParent()) == "basic_deadline_timer" &&
           method->getIdentifier() && method->getName() == "expires_at" && call.getNumArgs() == 0;
  }

  // The `(` behind the type's name in `seconds(1)`.
  static std::optional<clang::SourceLocation> bracket_of(const clang::Expr& expression) {
    clang::SourceLocation open;
    if (const auto* cast = llvm::dyn_cast<clang::CXXFunctionalCastExpr>(&expression))
      open = cast->getLParenLoc();
    if (const auto* made = llvm::dyn_cast<clang::CXXTemporaryObjectExpr>(&expression))
      open = made->getParenOrBraceRange().getBegin();
    if (open.isInvalid() || open.isMacroID() || expression.getBeginLoc().isMacroID()) return std::nullopt;
    return open;
  }

  Unit& unit_;
  std::vector<Draft> findings_;
  bool is_left_ = false;
};

}  // namespace

void asio_deadline_timer(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(kTimer.str());
  if (asio::is_loaded(unit)) DeadlineTimers(unit).run();
}

}  // namespace ferry::rewriter::native
