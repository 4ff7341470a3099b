// CTX-07, CTX-08, STRAND-03, STRAND-05: `wrap` binds an executor where Asio calls the handler, and dispatches
// where anybody else does.
#include <algorithm>

#include <clang/AST/ExprCXX.h>

#include "analyse/gaps.hpp"
#include "analyse/spelling.hpp"
#include "rules/asio.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"
#include "rules/parentheses.hpp"
#include "rules/replace.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kContext = "CTX-07";
constexpr llvm::StringLiteral kStrand = "STRAND-03";

// Whether a function of Asio takes the handler of an operation.
bool is_initiating(const clang::FunctionDecl& callee) {
  if (!callee.getIdentifier() || asio::name_of(&callee).empty()) return false;
  const llvm::StringRef name = callee.getName();
  return name.starts_with("async_") || name == "post" || name == "dispatch" || name == "defer";
}

// Whether a call hands its last argument to Asio as the handler of an operation.
bool is_initiating(const Unit& unit, const clang::CallExpr& call) {
  if (const clang::FunctionDecl* callee = callee_of(call)) return is_initiating(*callee);
  const clang::Expr* callee = call.getCallee()->IgnoreParenImpCasts();
  const auto* open = llvm::dyn_cast<clang::CXXDependentScopeMemberExpr>(callee);
  const auto* overloaded = llvm::dyn_cast<clang::OverloadExpr>(callee);
  const auto known = unit.uses.of_functions.find(open         ? open->getMemberLoc()
                                                 : overloaded ? overloaded->getNameLoc()
                                                              : clang::SourceLocation());
  return known != unit.uses.of_functions.end() &&
         std::ranges::all_of(known->second,
                             [](const clang::FunctionDecl* each) { return is_initiating(*each); });
}

class Wraps {
 public:
  explicit Wraps(Unit& unit) : unit_(unit) {}

  void judge(const Use& use) {
    const bool is_strand = use.annotation->id == kStrand;
    const clang::CallExpr* call = call_of(unit_, use.expression);
    const bool is_token = call && is_last_argument(*call);
    Draft draft{
        .rule = is_strand ? (is_token ? kStrand.str() : "STRAND-05") : (is_token ? kContext.str() : "CTX-08"),
        .applicability = is_strand && is_token ? Applicability::Safe : Applicability::Unsafe,
        .where = clang::SourceRange(use.name_begin(), use.name),
        .message = is_token ? "a handler that is given to an operation is bound with `bind_executor`"
                            : "a handler that others call is one that dispatches"};
    std::string trouble = use.trouble;
    if (trouble.empty() && !call) trouble = "it is not called here";
    if (trouble.empty()) trouble = is_token ? bind(use, draft) : dispatch(use, *call, is_strand, draft);
    if (!trouble.empty()) {
      draft.leave(trouble);
      draft.change = {};
      // What takes the old strand's place has no `wrap`.
      if (is_strand) draft.group = "all of io_context::strand";
    }
    unit_.report(std::move(draft));
  }

 private:
  bool is_last_argument(const clang::CallExpr& call) const {
    const auto* around = unit_.parents.meaning(&call).as<clang::CallExpr>();
    if (!around || !is_initiating(unit_, *around)) return false;
    const std::vector<const clang::Expr*> arguments = written_arguments(*around);
    return !arguments.empty() && arguments.back()->getBeginLoc() == call.getBeginLoc() &&
           arguments.back()->getEndLoc() == call.getEndLoc();
  }

  std::string bind(const Use& use, Draft& draft) {
    const std::string root = asio::root_of(use.target);
    const auto* function = llvm::dyn_cast<clang::FunctionDecl>(pattern_of(use.target));
    if (!function || function->getNumParams() != 1) return "it is not the `wrap` that is known";
    Replacement replacement = replacement_of(
        unit_, use, root + "::bind_executor($this, $" + function->getParamDecl(0)->getNameAsString() + ")");
    if (!replacement.trouble.empty()) return replacement.trouble;
    draft.change = std::move(replacement.change);
    draft.wanted = std::move(replacement.wanted);
    asio::add_header(unit_, use.name, root, "bind_executor.hpp", draft.change);
    return {};
  }

  std::string dispatch(const Use& use, const clang::CallExpr& call, bool is_strand, Draft& draft) {
    if (!unit_.language.CPlusPlus14) return "the lambda that takes its place needs C++14";
    const std::vector<const clang::Expr*> arguments = written_arguments(call);
    if (arguments.size() != 1) return "it is not the `wrap` that is known";
    const auto wrapping = called(unit_, use);
    const clang::Expr* written = use.object ? &before_arrow(*use.object) : nullptr;
    std::string object = written ? unit_.text(written->getSourceRange()) : "*this";
    if (object.empty()) return "part of it comes from a macro";
    if (written && wrapping && wrapping->is_arrow)
      object = object == "this" || !binds_loosely(*written) ? "*" + object : "*(" + object + ")";
    const std::string root = asio::root_of(use.target);
    const Spelled dispatch = asio::spell_code(unit_, "$asio::dispatch", root, use.name, around(use));
    if (!dispatch.trouble.empty()) return dispatch.trouble;
    const std::string gap = gap_of_calls(unit_, use.name);
    const std::string by = is_strand ? "strand" : "context";
    draft.change.add({.begin = call.getBeginLoc(),
                      .end = arguments.front()->getBeginLoc(),
                      .text = "[" + std::string(is_strand ? "" : "&") + by + " = " + object + ", handler = ",
                      .keeps_last = true});
    draft.change.add({.begin = arguments.front()->getEndLoc(),
                      .end = call.getRParenLoc(),
                      .text = "](auto&&... arguments) { " + dispatch.text + gap + "(" + by +
                              ", [handler = handler, arguments...]() mutable { handler" + gap +
                              "(arguments...); }); }",
                      .keeps_first = true});
    asio::add_header(unit_, use.name, root, "dispatch.hpp", draft.change);
    return {};
  }

  Unit& unit_;
};

}  // namespace

void asio_wrap(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({kContext.str(), kStrand.str()});
  Wraps wraps(unit);
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kContext || use.annotation->id == kStrand) wraps.judge(use);
}

}  // namespace ferry::rewriter::native
