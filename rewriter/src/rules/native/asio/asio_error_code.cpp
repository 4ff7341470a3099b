// CTX-03, CTX-04, TIMER-02, TIMER-05, TIMER-06, ADDR-06: overloads that stored an error and now throw it. The
// variable that was given is clear afterwards, as it was, where anybody looks.
#include <algorithm>
#include <set>

#include <clang/AST/ExprCXX.h>
#include <clang/Lex/Lexer.h>

#include "analyse/gaps.hpp"
#include "analyse/spelling.hpp"
#include "analyse/statements.hpp"
#include "rules/asio.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

const std::set<std::string>& ids() {
  static const std::set<std::string> kIds = {"CTX-03",   "CTX-04",   "TIMER-02",
                                             "TIMER-05", "TIMER-06", "ADDR-06"};
  return kIds;
}

class Codes {
 public:
  explicit Codes(Unit& unit) : unit_(unit) {}

  void run() {
    std::vector<const Use*> uses;
    for (const Use& use : unit_.uses.of_declarations)
      if (ids().contains(use.annotation->id)) uses.push_back(&use);
    for (const Use* use : uses)
      if (const clang::DeclRefExpr* code = code_of(*use)) dropped_.insert(code);
    for (const Use* use : uses) judge(*use);
  }

 private:
  const clang::DeclRefExpr* code_of(const Use& use) const {
    const clang::CallExpr* call = call_of(unit_, use.expression);
    if (!call || !use.trouble.empty()) return nullptr;
    const std::vector<const clang::Expr*> arguments = written_arguments(*call);
    return arguments.empty() ? nullptr
                             : llvm::dyn_cast<clang::DeclRefExpr>(arguments.back()->IgnoreParenImpCasts());
  }

  const clang::VarDecl* local_of(const clang::DeclRefExpr* code) const {
    const auto* variable = code ? llvm::dyn_cast<clang::VarDecl>(code->getDecl()) : nullptr;
    return variable && variable->isLocalVarDecl() && !variable->isStaticLocal() &&
                   !variable->getType()->isReferenceType()
               ? variable
               : nullptr;
  }

  // A local that was never given a value by anything but calls that lose it.
  bool stays_clear(const clang::VarDecl& variable) const {
    if (const clang::Expr* init = variable.getInit()) {
      const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(init->IgnoreImplicit());
      if (!made || made->getNumArgs() != 0) return false;
    }
    const auto references = unit_.uses.of_variables.find(&variable);
    return references != unit_.uses.of_variables.end() &&
           std::ranges::all_of(references->second, [&](const clang::DeclRefExpr* reference) {
             return dropped_.contains(reference) || is_read(*reference);
           });
  }

  bool is_read(const clang::DeclRefExpr& reference) const {
    const Node parent = unit_.parents.of(&reference);
    if (const auto* cast = parent.as<clang::ImplicitCastExpr>())
      return cast->getType().isConstQualified() || cast->getCastKind() == clang::CK_LValueToRValue;
    const auto* member = parent.as<clang::MemberExpr>();
    const auto* method = member ? llvm::dyn_cast<clang::CXXMethodDecl>(member->getMemberDecl()) : nullptr;
    return method && method->isConst();
  }

  // Of what nobody else mentions, the declaration goes as well.
  bool is_mentioned_elsewhere(const clang::VarDecl& variable) const {
    const auto references = unit_.uses.of_variables.find(&variable);
    return std::ranges::any_of(references->second, [&](const clang::DeclRefExpr* reference) {
      return !dropped_.contains(reference);
    });
  }

  void judge(const Use& use) {
    const clang::CallExpr* call = call_of(unit_, use.expression);
    Draft draft{
        .rule = use.annotation->id,
        .applicability = Applicability::Unsafe,
        .where = clang::SourceRange(use.name_begin(), use.name),
        .message = "`" + use.target->getNameAsString() + "` with an error code is now the one that throws"};
    std::string trouble = use.trouble;
    if (trouble.empty() && !call) trouble = "it is not called here";
    if (trouble.empty()) trouble = drop(use, *call, draft.change);
    // With its last use its declaration goes: all or none.
    if (const clang::VarDecl* variable = local_of(code_of(use));
        variable && !is_mentioned_elsewhere(*variable))
      draft.group = "error code " + unit_.key(*variable);
    if (!trouble.empty()) {
      draft.leave(trouble);
      draft.change = {};
    }
    unit_.report(std::move(draft));
  }

  std::string drop(const Use& use, const clang::CallExpr& call, Change& change) {
    const std::vector<const clang::Expr*> arguments = written_arguments(call);
    const clang::Expr& code = *arguments.back();
    if (code.HasSideEffects(unit_.context)) return "what gives the error code has effects";
    const std::string old_name = use.target->getNameAsString();
    if (old_name == "expires_from_now") change.replace(use.name, "expires_after");
    if (arguments.size() == 1)
      change.replace(code.getSourceRange(), "");
    else
      change.add({.begin = arguments[arguments.size() - 2]->getEndLoc(),
                  .end = code.getEndLoc(),
                  .text = "",
                  .keeps_first = true});

    const clang::VarDecl* variable = local_of(code_of(use));
    if (variable && stays_clear(*variable)) {
      const auto* statement = unit_.parents.of(variable).as<clang::DeclStmt>();
      if (!is_mentioned_elsewhere(*variable) && statement && statement->isSingleDecl() &&
          is_first(*variable, call))
        remove_statement(unit_, *statement, change);
      return {};
    }
    // Whoever looks at it later sees it clear.
    const Place place = place_of(call);
    const std::string name = unit_.text(code.getSourceRange());
    if (!place.statement || name.empty())
      return "the error code is looked at elsewhere, and would have to be cleared";
    clang::SourceLocation last = place.statement->getEndLoc();
    if (!llvm::isa<clang::DeclStmt>(place.statement)) {
      const auto next = clang::Lexer::findNextToken(last, unit_.sources, unit_.language);
      if (!next || !next->is(clang::tok::semi)) return "the error code would have to be cleared";
      last = next->getLocation();
    }
    if (place.is_alone) change.insert_before(place.statement->getBeginLoc(), "{ ");
    change.insert_after(
        last, " " + name + ".clear" + gap_of_calls(unit_, last) + "();" + (place.is_alone ? " }" : ""));
    return {};
  }

  // Of several calls that lose the variable, the first one takes its declaration along.
  bool is_first(const clang::VarDecl& variable, const clang::CallExpr& call) const {
    const auto references = unit_.uses.of_variables.find(&variable);
    return std::ranges::none_of(references->second, [&](const clang::DeclRefExpr* reference) {
      return unit_.sources.isBeforeInTranslationUnit(reference->getLocation(), call.getBeginLoc());
    });
  }

  // The statement that the call is evaluated in, unconditionally and once.
  struct Place {
    const clang::Stmt* statement = nullptr;
    bool is_alone = false;  // in no block, as the branch of an `if` without braces
  };

  Place place_of(const clang::CallExpr& call) const {
    const clang::Stmt* inner = &call;
    for (Node node = unit_.parents.of(&call); node; node = unit_.parents.of(node)) {
      if (node.as<clang::CompoundStmt>()) return {.statement = inner};
      if (node.as<clang::LambdaExpr>() || node.as<clang::ConditionalOperator>()) return {};
      if (const auto* operation = node.as<clang::BinaryOperator>(); operation && operation->isLogicalOp())
        return {};
      if (node.decl && !node.as<clang::VarDecl>()) return {};
      if (node.stmt && !llvm::isa<clang::Expr, clang::DeclStmt>(node.stmt))
        return is_branch(*node.stmt, inner) ? Place{.statement = inner, .is_alone = true} : Place{};
      if (node.stmt) inner = node.stmt;
    }
    return {};
  }

  static bool is_branch(const clang::Stmt& around, const clang::Stmt* inner) {
    if (const auto* branches = llvm::dyn_cast<clang::IfStmt>(&around))
      return branches->getThen() == inner || branches->getElse() == inner;
    if (const auto* loop = llvm::dyn_cast<clang::ForStmt>(&around)) return loop->getBody() == inner;
    if (const auto* loop = llvm::dyn_cast<clang::WhileStmt>(&around)) return loop->getBody() == inner;
    const auto* loop = llvm::dyn_cast<clang::CXXForRangeStmt>(&around);
    return loop && loop->getBody() == inner;
  }

  Unit& unit_;
  std::set<const clang::DeclRefExpr*> dropped_;
};

}  // namespace

void asio_error_code(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(ids().begin(), ids().end());
  Codes(unit).run();
}

}  // namespace ferry::rewriter::native
