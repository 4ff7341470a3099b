// NET-01, NET-03: a descriptor is made non-blocking where it is handed over, unless it is known to be.
#include <algorithm>
#include <fcntl.h>

#include <clang/AST/ExprCXX.h>

#include "rules/called.hpp"
#include "rules/native/native.hpp"
#include "rules/replace.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kWrapped = "ferry::net::nonblocking($socket)";

class Descriptor {
 public:
  explicit Descriptor(const Unit& unit) : unit_(unit) {}

  bool never_blocks(const clang::Expr& value) const {
    const clang::Expr* plain = value.IgnoreParenImpCasts();
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(plain)) return gives_nonblocking(*call);
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(plain);
    const auto* variable = reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
    if (!variable || !variable->hasLocalStorage() || !variable->getType()->isIntegerType()) return false;
    const auto references = unit_.uses.of_variables.find(variable);
    if (references == unit_.uses.of_variables.end() ||
        !std::ranges::all_of(references->second, [&](const auto* other) { return is_read(*other); }))
      return false;
    if (const clang::Expr* made = variable->getInit())
      if (const auto* call = llvm::dyn_cast<clang::CallExpr>(made->IgnoreParenImpCasts());
          call && gives_nonblocking(*call))
        return true;
    return std::ranges::any_of(references->second,
                               [&](const auto* other) { return is_made_so(*other, *reference); });
  }

 private:
  bool is_read(const clang::DeclRefExpr& reference) const {
    const auto* cast = unit_.parents.of(&reference).as<clang::ImplicitCastExpr>();
    return cast && cast->getCastKind() == clang::CK_LValueToRValue;
  }

  bool has_flag(const clang::Expr& flags) const {
    const clang::Expr* plain = flags.IgnoreParenImpCasts();
    if (plain->isValueDependent()) return false;
    if (const auto value = plain->getIntegerConstantExpr(unit_.context))
      return (value->getSExtValue() & O_NONBLOCK) != 0;
    // What is not known cannot take a bit away.
    const auto* both = llvm::dyn_cast<clang::BinaryOperator>(plain);
    return both && both->getOpcode() == clang::BO_Or &&
           (has_flag(*both->getLHS()) || has_flag(*both->getRHS()));
  }

  // Functions of the system by the argument that holds their flags.
  bool gives_nonblocking(const clang::CallExpr& call) const {
    const llvm::StringRef name = callee_name(call);
    if (name == "nonblocking") return true;
    const unsigned flags = name == "socket" || name == "open" || name == "eventfd" ? 1U
                           : name == "accept4"                                     ? 3U
                           : name == "openat"                                      ? 2U
                                                                                   : call.getNumArgs();
    return flags < call.getNumArgs() && has_flag(*call.getArg(flags));
  }

  // `nonblocking(fd)` or `fcntl(fd, F_SETFL, ... | O_NONBLOCK)` before `place`, where it has run by then.
  bool is_made_so(const clang::DeclRefExpr& reference, const clang::DeclRefExpr& place) const {
    const auto* call = unit_.parents.meaning(&reference).as<clang::CallExpr>();
    if (!call || !unit_.sources.isBeforeInTranslationUnit(reference.getLocation(), place.getLocation()))
      return false;
    const llvm::StringRef name = callee_name(*call);
    const bool sets_flags = name == "fcntl" && call->getNumArgs() == 3 && has_flag(*call->getArg(2));
    if (name != "nonblocking" && !sets_flags) return false;
    Node statement{.stmt = call};
    while (statement && !unit_.parents.of(statement).as<clang::CompoundStmt>()) {
      if (statement.as<clang::IfStmt>() && statement.stmt != call) return false;
      statement = unit_.parents.of(statement);
    }
    const auto* block = unit_.parents.of(statement).as<clang::CompoundStmt>();
    for (Node node = unit_.parents.of(&place); node; node = unit_.parents.of(node)) {
      if (node.stmt == block) return block != nullptr;
      if (node.as<clang::LambdaExpr>()) return false;
    }
    return false;
  }

  const Unit& unit_;
};

void judge(Unit& unit, const Use& use) {
  const clang::CallExpr* call = call_of(unit, use.expression);
  if (!call || call->getNumArgs() != 1 || !Descriptor(unit).never_blocks(*call->getArg(0)))
    return replace_use(unit, use);
  Annotation plain = *use.annotation;
  if (const std::size_t at = plain.text.find(kWrapped.str()); at != std::string::npos)
    plain.text.replace(at, kWrapped.size(), "$socket");
  Use renamed = use;
  renamed.annotation = &plain;
  replace_use(unit, renamed);
}

}  // namespace

void net_01(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({"NET-01", "NET-03"});
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == "NET-01" || use.annotation->id == "NET-03") judge(unit, use);
}

}  // namespace ferry::rewriter::native
