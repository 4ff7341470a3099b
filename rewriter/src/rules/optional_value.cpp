#include "rules/optional_value.hpp"

#include <clang/AST/ExprCXX.h>

namespace ferry::rewriter {
namespace {

constexpr const char* kWhole = "the optional is used as a whole, and there is none any more";
constexpr const char* kResult =
    "the accepted result is handed on as a whole, and it holds the peer's address now";

// A member access, known or dependent.
struct Access {
  const clang::Expr* expression = nullptr;
  bool is_arrow = false;
  std::string name;
  clang::SourceLocation name_at;
  clang::SourceLocation operator_at;
  explicit operator bool() const { return expression != nullptr; }
};

Access access_of(const Node& node) {
  if (const auto* member = node.as<clang::MemberExpr>())
    return {member, member->isArrow(), member->getMemberDecl()->getNameAsString(), member->getMemberLoc(),
            member->getOperatorLoc()};
  if (const auto* member = node.as<clang::CXXDependentScopeMemberExpr>())
    return {member, member->isArrow(), member->getMember().getAsString(), member->getMemberLoc(),
            member->getOperatorLoc()};
  return {};
}

bool is_operator_call(const Node& node, clang::OverloadedOperatorKind kind) {
  const auto* call = node.as<clang::CXXOperatorCallExpr>();
  return call && call->getOperator() == kind && (kind != clang::OO_Star || call->getNumArgs() == 1);
}

// `*x`, of a type known or not.
const clang::Expr* dereference(const Node& node) {
  if (is_operator_call(node, clang::OO_Star)) return llvm::cast<clang::Expr>(node.stmt);
  const auto* unary = node.as<clang::UnaryOperator>();
  return unary && unary->getOpcode() == clang::UO_Deref ? unary : nullptr;
}

// `x->m`: the access behind the overloaded operator.
Access arrow_access(const Unit& unit, const Node& node) {
  if (is_operator_call(node, clang::OO_Arrow)) return access_of(unit.parents.meaning(node.stmt));
  const Access access = access_of(node);
  return access.is_arrow ? access : Access{};
}

bool is_conversion_to_bool(const Node& node) {
  const auto* member = node.as<clang::MemberExpr>();
  if (member && llvm::isa<clang::CXXConversionDecl>(member->getMemberDecl())) return true;
  const auto* negation = node.as<clang::UnaryOperator>();
  return (negation && negation->getOpcode() == clang::UO_LNot) || node.as<clang::IfStmt>() ||
         is_operator_call(node, clang::OO_Exclaim);
}

const clang::CallExpr* called(const Unit& unit, const Access& access) {
  const auto* call = unit.parents.meaning(access.expression).as<clang::CallExpr>();
  return call && call->getCallee()->IgnoreParenImpCasts() == access.expression ? call : nullptr;
}

// std::move(x): x itself, for our purpose.
const clang::CallExpr* move_of(const Node& node) {
  const auto* call = node.as<clang::CallExpr>();
  if (!call || call->getNumArgs() != 1) return nullptr;
  const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(call->getCallee()->IgnoreParenImpCasts());
  if (reference && reference->getDecl()->getIdentifier() && reference->getDecl()->getName() == "move")
    return call;
  const auto* open = llvm::dyn_cast<clang::UnresolvedLookupExpr>(call->getCallee()->IgnoreParenImpCasts());
  return open && open->getName().getAsString() == "move" ? call : nullptr;
}

bool asks_for_outcome(llvm::StringRef name) {
  return name == "has_error" || name == "error" || name == "has_value" || name == "assume_error" ||
         name == "has_failure";
}
bool gives_value(llvm::StringRef name) { return name == "value" || name == "assume_value"; }

class Adapter {
 public:
  Adapter(const Unit& unit, Becomes becomes, Change& change)
      : unit_(unit), becomes_(becomes), change_(change) {}

  // `root` is the optional.
  std::string adapt(const clang::Expr& root) {
    const Node parent = unit_.parents.meaning(&root);
    const std::string text = unit_.text(root.getSourceRange());
    if (text.empty()) return "it is used in a macro";
    if (const clang::Expr* star = dereference(parent)) return adapt_value(*star, text);
    if (const Access arrow = arrow_access(unit_, parent)) {
      change_.replace(arrow.operator_at, ".");
      return becomes_ == Becomes::Accepted ? adapt_outcome(arrow) : "";
    }
    if (const Access dot = access_of(parent); dot && dot.name == "value") {
      if (const clang::CallExpr* call = called(unit_, dot)) return adapt_value(*call, text);
    }
    if (const clang::CallExpr* moved = move_of(parent)) {
      const std::string moved_text = unit_.text(moved->getSourceRange());
      if (const clang::Expr* star = dereference(unit_.parents.meaning(moved)))
        return adapt_value(*star, moved_text);
    }
    return kWhole;
  }

 private:
  // `value` is `*optional` or the like, and `text` is what names it from now on.
  std::string adapt_value(const clang::Expr& value, const std::string& text) {
    // `(*x).m` needs no parentheses any more.
    const clang::Expr* written = unit_.parents.whole(&value);
    const Node parent = unit_.parents.meaning(&value);
    const Access access =
        access_of(is_operator_call(parent, clang::OO_Arrow) ? unit_.parents.meaning(parent.stmt) : parent);
    const bool drops_parentheses = static_cast<bool>(access) && !is_conversion_to_bool(parent);
    if (becomes_ == Becomes::Value) {
      change_.replace((drops_parentheses ? *written : value).getSourceRange(), text);
      return {};
    }
    if (const clang::Expr* stream = dereference(parent)) {
      change_.replace(stream->getSourceRange(), text + "->first");
      return {};
    }
    if (const Access arrow = arrow_access(unit_, parent)) {
      change_.replace(written->getSourceRange(), text);
      change_.insert_before(arrow.name_at, "first.");
      return {};
    }
    if (is_conversion_to_bool(parent)) {
      change_.replace(value.getSourceRange(), text);
      return {};
    }
    if (access) {
      change_.replace(written->getSourceRange(), text);
      return adapt_outcome(access);
    }
    if (const clang::CallExpr* moved = move_of(parent)) return adapt_moved(value, *moved, text);
    return kResult;
  }

  // `std::move(*optional)`
  std::string adapt_moved(const clang::Expr& value, const clang::CallExpr& moved, const std::string& text) {
    const Node parent = unit_.parents.meaning(&moved);
    if (const clang::Expr* stream = dereference(parent)) {
      change_.replace(clang::SourceRange(stream->getBeginLoc(), stream->getBeginLoc()), "");
      change_.replace(value.getSourceRange(), text + "->first");
      return {};
    }
    const Access access = access_of(parent);
    if (!access) return kResult;
    change_.replace(value.getSourceRange(), text);
    return adapt_outcome(access);
  }

  // A member of the result.
  std::string adapt_outcome(const Access& access) {
    if (asks_for_outcome(access.name)) return {};
    const clang::CallExpr* call = called(unit_, access);
    if (!gives_value(access.name) || !call) return kResult;
    change_.insert_after(call->getEndLoc(), ".first");
    return {};
  }

  const Unit& unit_;
  Becomes becomes_;
  Change& change_;
};

}  // namespace

std::string adapt_use(const Unit& unit, const clang::Expr& root, Becomes becomes, Change& change) {
  return Adapter(unit, becomes, change).adapt(root);
}

std::string adapt_uses(const Unit& unit, const clang::VarDecl& variable, Becomes becomes, Change& change,
                       bool& is_used) {
  is_used = false;
  const auto references = unit.uses.of_variables.find(&variable);
  if (references == unit.uses.of_variables.end()) return {};
  for (const clang::DeclRefExpr* reference : references->second) {
    if (reference->getLocation() == variable.getLocation()) continue;
    is_used = true;
    if (std::string trouble = adapt_use(unit, *reference, becomes, change); !trouble.empty()) return trouble;
  }
  return {};
}

}  // namespace ferry::rewriter
