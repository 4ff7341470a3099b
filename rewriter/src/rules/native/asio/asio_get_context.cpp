// EXEC-01 ... EXEC-06: I/O objects give their executor, and no context. Other objects are made from the
// executor; only where a context itself is wanted it is asked for, on the word of whoever knows that it is an
// io_context.
#include <clang/AST/ExprCXX.h>

#include "rules/asio.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"
#include "rules/replace.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kId = "EXEC-01";
constexpr llvm::StringLiteral kContextOfExecutor = "EXEC-05";

bool is_timer(const std::string& name) {
  const llvm::StringRef text(name);
  return text.contains("timer") || text.contains("resolver") || text.contains("signal_set") ||
         text.contains("ssl::stream");
}

// Whether objects of Asio's class `type` are made from executors as well as from contexts.
bool is_io_object(clang::QualType type) {
  const std::string name = asio::class_name(type);
  const llvm::StringRef text(name);
  return is_timer(name) || text.contains("socket") || text.contains("acceptor") ||
         text.contains("serial_port") || text.contains("descriptor") || text.contains("ssl::stream");
}

class Contexts {
 public:
  explicit Contexts(Unit& unit) : unit_(unit) {}

  void judge(const Use& use) {
    const clang::CallExpr* call = call_of(unit_, use.expression);
    if (!use.trouble.empty() || !call) {
      Draft draft = this->draft(kId, use, Applicability::Manual);
      draft.message +=
          "; not changed because " + (use.trouble.empty() ? "it is not called here" : use.trouble);
      return unit_.report(std::move(draft));
    }
    const clang::QualType made = made_from(*call);
    if (!made.isNull()) {
      Draft draft =
          this->draft(is_timer(asio::class_name(made)) ? "EXEC-03" : "EXEC-02", use, Applicability::Safe);
      draft.change.replace(clang::SourceRange(use.name), "get_executor");
      return unit_.report(std::move(draft));
    }
    if (is_posted_to(*call)) {
      Draft draft = this->draft("EXEC-04", use, Applicability::Safe);
      draft.change.replace(clang::SourceRange(use.name), "get_executor");
      return unit_.report(std::move(draft));
    }
    Draft draft = this->draft(kId, use, Applicability::Unsafe);
    Replacement replacement = replacement_of(
        unit_, use,
        "static_cast<" + asio::root_of(use.target) + "::io_context&>($this.get_executor().context())");
    if (replacement.trouble.empty()) {
      draft.change = std::move(replacement.change);
    } else {
      draft.leave(replacement.trouble);
    }
    unit_.report(std::move(draft));
  }

  // `object.get_executor().context()`, which is no io_context any more.
  void judge_context(const clang::CXXMemberCallExpr& call) {
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(call.getCallee()->IgnoreParenImpCasts());
    const clang::CXXMethodDecl* method = call.getMethodDecl();
    if (!member || !method || !method->getIdentifier() || method->getName() != "context" ||
        call.getNumArgs() != 0 || asio::class_name(method->getReturnType()) != "io_context")
      return;
    const auto* executor =
        llvm::dyn_cast<clang::CXXMemberCallExpr>(asio::without_wrappers(member->getBase()));
    const clang::CXXMethodDecl* getter = executor ? executor->getMethodDecl() : nullptr;
    if (!getter || !getter->getIdentifier() || getter->getName() != "get_executor" ||
        !is_io_object(executor->getImplicitObjectArgument()->getType()))
      return;
    const bool is_made = !made_from(call).isNull();
    Draft draft{
        .rule = is_made ? kContextOfExecutor.str() : "EXEC-06",
        .applicability = is_made ? Applicability::Safe : Applicability::Manual,
        .where = clang::SourceRange(member->getMemberLoc()),
        .message = is_made
                       ? "an I/O object is made from an executor"
                       : "an executor's context is an `execution_context` now: where it is known to be an "
                         "`io_context`, say so with `static_cast<io_context&>(...)`"};
    if (is_made)
      draft.change.add(
          {.begin = executor->getEndLoc(), .end = call.getEndLoc(), .text = "", .keeps_first = true});
    unit_.report(std::move(draft));
  }

 private:
  Draft draft(llvm::StringRef rule, const Use& use, Applicability applicability) const {
    return {.rule = rule.str(),
            .applicability = applicability,
            .where = clang::SourceRange(use.name_begin(), use.name),
            .message = "I/O objects have an executor, and `" + use.target->getNameAsString() + "` has gone"};
  }

  // The I/O object that is made from the call's result; null for any other use of it.
  clang::QualType made_from(const clang::CallExpr& call) const {
    const Node parent = unit_.parents.meaning(&call);
    if (const auto* made = parent.as<clang::CXXConstructExpr>(); made && is_io_object(made->getType()))
      return made->getType();
    if (const auto* cast = parent.as<clang::CXXFunctionalCastExpr>(); cast && is_io_object(cast->getType()))
      return cast->getType();
    const auto* around = parent.as<clang::CallExpr>();
    const clang::FunctionDecl* callee = around ? around->getDirectCallee() : nullptr;
    const bool is_maker = callee && callee->getIdentifier() &&
                          (callee->getName() == "make_shared" || callee->getName() == "make_unique");
    const clang::TemplateArgumentList* arguments =
        is_maker ? callee->getTemplateSpecializationArgs() : nullptr;
    if (arguments && arguments->size() > 0 && arguments->get(0).getKind() == clang::TemplateArgument::Type &&
        is_io_object(arguments->get(0).getAsType()))
      return arguments->get(0).getAsType();
    return {};
  }

  // `object.get_io_service().post(...)`: CTX-05 and CTX-06 make a function of it, which takes executors.
  bool is_posted_to(const clang::CallExpr& call) const {
    const auto* member = unit_.parents.meaning(&call).as<clang::MemberExpr>();
    const auto* method = member ? llvm::dyn_cast<clang::CXXMethodDecl>(member->getMemberDecl()) : nullptr;
    const auto* overloaded = unit_.parents.meaning(&call).as<clang::UnresolvedMemberExpr>();
    const llvm::StringRef name = method && method->getIdentifier() ? method->getName() : llvm::StringRef();
    return name == "post" || name == "dispatch" ||
           (overloaded && (overloaded->getMemberName().getAsString() == "post" ||
                           overloaded->getMemberName().getAsString() == "dispatch"));
  }

  Unit& unit_;
};

}  // namespace

void asio_get_context(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({kId.str(), kContextOfExecutor.str()});
  Contexts contexts(unit);
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kId) contexts.judge(use);
  if (!asio::is_loaded(unit)) return;
  for (const clang::Stmt* statement : unit.parents.statements())
    if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(statement)) contexts.judge_context(*call);
}

}  // namespace ferry::rewriter::native
