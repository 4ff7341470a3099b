// BUF-06, BUF-07, BUF-08: an operation with `null_buffers` is a wait, whose handler gets no size.
#include <algorithm>

#include <clang/AST/ExprCXX.h>

#include "analyse/spelling.hpp"
#include "rules/asio.hpp"
#include "rules/asio_handlers.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kId = "BUF-06";

// What an operation waits for; empty for one that is no plain reading or writing.
llvm::StringRef wait_for(llvm::StringRef operation) {
  if (operation == "async_read_some" || operation == "async_receive" || operation == "receive" ||
      operation == "read_some")
    return "wait_read";
  if (operation == "async_write_some" || operation == "async_send" || operation == "send" ||
      operation == "write_some")
    return "wait_write";
  return "";
}

// Whether what takes the `null_buffers` is not Asio's: what a project's own stream makes of them, or another
// library's, is its own business. A function of the standard library's hands them on.
bool is_own(const Unit& unit, const clang::CallExpr& call) {
  const clang::FunctionDecl* callee = callee_of(call);
  return callee && asio::name_of(callee).empty() &&
         (llvm::isa<clang::CXXMethodDecl>(callee) || unit.is_project(callee->getLocation()));
}

// The class that has the constants, from the object's.
llvm::StringRef constants_of(const std::string& object) {
  if (llvm::StringRef(object).contains("descriptor")) return "$asio::posix::descriptor_base";
  return llvm::StringRef(object).contains("socket") ? "$asio::socket_base" : "";
}

class Waits {
 public:
  explicit Waits(Unit& unit) : unit_(unit), handlers_(unit) {}

  void run(const std::vector<const Use*>& uses) {
    std::vector<std::pair<const Use*, const clang::CXXMemberCallExpr*>> calls;
    for (const Use* use : uses) {
      if (is_handled_here(*use)) continue;
      const clang::CXXMemberCallExpr* call = call_around(*use);
      if (call && call->getNumArgs() > 1) handlers_.of(*written_arguments(*call).back(), 1);
      calls.emplace_back(use, call);
    }
    for (const auto& [use, call] : calls) judge(*use, call);
  }

 private:
  // The call that a `null_buffers()` written there is the first argument of.
  const clang::CXXMemberCallExpr* call_around(const Use& use) const {
    for (Node node = use.parent; node.stmt; node = unit_.parents.of(node.stmt)) {
      const auto* call = node.as<clang::CXXMemberCallExpr>();
      if (!call) {
        if (node.as<clang::Expr>()) continue;
        return nullptr;
      }
      const bool is_first = call->getNumArgs() > 0 && call->getArg(0)->getBeginLoc() == use.begin();
      return is_first ? call : nullptr;
    }
    return nullptr;
  }

  // Whether the project takes it, and does not hand it to Asio: given to a function of its own, declared by
  // one, or a name that is brought here for either.
  bool is_handled_here(const Use& use) const {
    if (use.is_using) return true;
    if (const auto* parameter = use.parent.as<clang::ParmVarDecl>()) return !reaches_asio(*parameter);
    for (Node node = use.parent; node.as<clang::Expr>(); node = unit_.parents.of(node.stmt))
      if (const auto* call = node.as<clang::CallExpr>()) return is_own(unit_, *call);
    return false;
  }

  bool reaches_asio(const clang::ParmVarDecl& parameter) const {
    const auto references = unit_.uses.of_variables.find(&parameter);
    if (references == unit_.uses.of_variables.end()) return false;
    return std::ranges::any_of(references->second, [&](const clang::DeclRefExpr* reference) {
      const auto* call = unit_.parents.meaning(reference).as<clang::CallExpr>();
      return call && !is_own(unit_, *call);
    });
  }

  void judge(const Use& use, const clang::CXXMemberCallExpr* call) {
    const clang::CXXMethodDecl* method = call ? call->getMethodDecl() : nullptr;
    const std::string name = method && method->getIdentifier() ? method->getNameAsString() : "";
    const std::string object = method ? asio::name_of(method->getParent()) : "";
    const llvm::StringRef event = wait_for(name);
    const bool is_plain_socket =
        llvm::StringRef(object).contains("stream_socket") || object == "basic_socket";
    const bool is_async = llvm::StringRef(name).starts_with("async_");
    Draft draft{.rule = !is_async || !is_plain_socket ? "BUF-08"
                        : event == "wait_write"       ? "BUF-07"
                                                      : kId.str(),
                .applicability = Applicability::Unsafe,
                .where = clang::SourceRange(use.name_begin(), use.name),
                .message = "an operation with `null_buffers` is a wait, whose handler gets no size"};
    std::string trouble = use.trouble;
    const llvm::StringRef scope = constants_of(object);
    if (trouble.empty() && (!call || event.empty() || scope.empty()))
      trouble = "what takes its place depends on what it is given to: `async_wait`, or `wait`";
    if (trouble.empty()) trouble = rewrite(use, *call, event, scope, is_async, draft.change);
    if (!trouble.empty()) {
      draft.leave(trouble);
      draft.change = {};
    }
    unit_.report(std::move(draft));
  }

  std::string rewrite(const Use& use, const clang::CXXMemberCallExpr& call, llvm::StringRef event,
                      llvm::StringRef scope, bool is_async, Change& change) {
    const std::vector<const clang::Expr*> arguments = written_arguments(call);
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(call.getCallee()->IgnoreParenImpCasts());
    if (!member) return "it is not called by its name";
    const Spelled constant = asio::spell_code(unit_, scope.str() + "::" + event.str(),
                                              asio::root_of(use.target), use.name, around(use));
    if (!constant.trouble.empty()) return constant.trouble;
    if (!is_async) {
      if (!unit_.parents.meaning(&call).as<clang::CompoundStmt>())
        return "its result, no size any more, is used";
      if (arguments.size() > 2) return "its flags have no place in a wait";
      if (arguments.size() == 2 && arguments[1]->getType()->isIntegerType())
        return "its flags have no place in a wait";
    } else {
      if (arguments.size() != 2) return "its flags have no place in a wait";
      if (std::string trouble = drop_size(*arguments[1], change); !trouble.empty()) return trouble;
    }
    change.replace(clang::SourceRange(member->getMemberLoc()), is_async ? "async_wait" : "wait");
    change.replace(arguments.front()->getSourceRange(), constant.text);
    return {};
  }

  // The size was always 0.
  std::string drop_size(const clang::Expr& token, Change& change) {
    const Handler handler = handlers_.of(token, 1);
    if (handler.placeholder) {
      change.replace(handler.placeholder->getSourceRange(), "0");
      return {};
    }
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(asio::without_wrappers(&token))) {
      const clang::CXXMethodDecl& function = *lambda->getCallOperator();
      if (function.getNumParams() != 2 || function.isVariadic()) return "its handler takes other arguments";
      const clang::ParmVarDecl& size = *function.getParamDecl(1);
      if (size.isParameterPack()) return "its handler takes other arguments";
      change.add({.begin = function.getParamDecl(0)->getEndLoc(),
                  .end = size.getEndLoc(),
                  .text = "",
                  .keeps_first = true});
      const auto references = unit_.uses.of_variables.find(&size);
      if (references == unit_.uses.of_variables.end()) return {};
      const auto* body = llvm::dyn_cast<clang::CompoundStmt>(lambda->getBody());
      if (!body || size.getType()->isDependentType()) return "its handler looks at the size";
      handlers_.begin_body(*body, "const std::size_t " + size.getNameAsString() + " = 0;", change);
      return {};
    }
    return "its handler cannot be told from here";
  }

  Unit& unit_;
  Handlers handlers_;
};

}  // namespace

void asio_null_buffers(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(kId.str());
  std::vector<const Use*> uses;
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kId && use.mention == Mention::Name) uses.push_back(&use);
  if (!uses.empty()) Waits(unit).run(uses);
}

}  // namespace ferry::rewriter::native
