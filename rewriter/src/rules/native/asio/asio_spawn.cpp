// SPAWN-01, SPAWN-02, SPAWN-03: a coroutine that is spawned without a completion token gets the one that
// throws what leaves it out of the context's `run`, as the old `spawn` did.
#include <clang/AST/ExprCXX.h>

#include "rules/asio.hpp"
#include "rules/asio_handlers.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kId = "SPAWN-01";

// A coroutine's result was dropped, and still is.
std::string token(bool has_result) {
  return std::string(", [](std::exception_ptr e") + (has_result ? ", auto&&..." : "") +
         ") { if (e) std::rethrow_exception(e); }";
}

bool is_yield_context(clang::QualType type) {
  const std::string name = asio::class_name(type);
  return name == "basic_yield_context" || name == "yield_context";
}

// Whether `type` is what runs coroutines, by the members that executors and contexts have.
bool runs_coroutines(clang::QualType type) {
  const clang::CXXRecordDecl* record = asio::class_of(type);
  if (!record || asio::name_of(record).empty()) return false;
  const std::string name = asio::name_of(record);
  return asio::is_a(type, "execution_context") || name == "strand" || name == "io_context::strand" ||
         name == "io_context::basic_executor_type" || name == "any_io_executor" || name == "executor" ||
         name == "thread_pool::basic_executor_type" || name == "execution::any_executor";
}

void judge(Unit& unit, const Use& use) {
  const clang::CallExpr* call = call_of(unit, use.expression);
  if (!call || use.is_using) return;
  const std::vector<const clang::Expr*> arguments = written_arguments(*call);
  // With a token, or with an allocator, which only the new ones take.
  if (arguments.empty() || arguments.size() > 3) return;
  const bool has_attributes = arguments.size() == 3 &&
                              asio::name_of(asio::class_of(arguments[2]->getType())).empty() &&
                              asio::class_of(arguments[2]->getType()) != nullptr &&
                              asio::class_of(arguments[2]->getType())->getName() == "attributes";
  if (arguments.size() == 3 && !has_attributes) return;
  const clang::QualType where = arguments.front()->getType();
  const bool is_yield = is_yield_context(where);
  Draft draft{.rule = is_yield                                          ? "SPAWN-03"
                      : asio::class_name(where) == "io_context::strand" ? "SPAWN-02"
                                                                        : kId.str(),
              .applicability = Applicability::Unsafe,
              .where = clang::SourceRange(use.name_begin(), use.name),
              .message = "`spawn` without a completion token starts nothing from Boost 1.86 on"};
  std::string trouble = use.trouble;
  if (trouble.empty() && (has_attributes || arguments.size() == 1))
    trouble = has_attributes ? "a stack's attributes are given by an allocator now, `std::allocator_arg, "
                               "fixedsize_stack(size)`"
                             : "what runs the coroutine is to be named";
  if (trouble.empty() && !is_yield && !where->isDependentType() && !runs_coroutines(where))
    trouble =
        "what runs the coroutine is a handler: name its executor, and what is to be done with the result";
  if (trouble.empty() && where->isDependentType()) trouble = "it is not known here what runs the coroutine";
  if (trouble.empty()) {
    if (is_yield) asio::append_member(unit, *arguments.front(), "get_executor", draft.change);
    const clang::FunctionDecl* function = Handlers(unit).of(*arguments[1], 0).function;
    draft.change.insert_after(arguments[1]->getEndLoc(),
                              token(function && !function->getReturnType()->isVoidType()));
  } else {
    draft.leave(trouble);
  }
  unit.report(std::move(draft));
}

}  // namespace

void asio_spawn(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(kId.str());
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kId) judge(unit, use);
}

}  // namespace ferry::rewriter::native
