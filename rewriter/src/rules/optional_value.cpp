#include "rules/optional_value.hpp"

#include <clang/AST/ExprCXX.h>

#include "rules/parentheses.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter {
namespace {

constexpr const char* kWhole = "the optional is used as a whole, and there is none any more";
constexpr const char* kHandedOn = "the result is handed on as a whole, and it is another one now";
constexpr const char* kNoEnd = "it asks whether there is a value, and there always is one now";
constexpr const char* kNoResult = "it asks for an error, and there is none any more";
constexpr const char* kMacro = "it is used in a macro";

bool asks_for_outcome(llvm::StringRef name) {
  return name == "has_error" || name == "error" || name == "has_value" || name == "assume_error" ||
         name == "has_failure";
}
bool gives_value(llvm::StringRef name) { return name == "value" || name == "assume_value"; }

class Adapter {
 public:
  Adapter(const Unit& unit, const Turn& turn, Change& change) : unit_(unit), turn_(turn), change_(change) {}

  // `root` is the optional.
  std::string adapt(const clang::Expr& root) {
    const Node parent = unit_.parents.meaning(&root);
    const std::string text = unit_.text(root.getSourceRange());
    if (text.empty()) return kMacro;
    if (const auto test = test_of(unit_, root)) return adapt_test(*test, text);
    if (turn_.becomes == Becomes::Tested) return kWhole;
    if (const clang::Expr* star = dereference(parent)) return adapt_value(*star, text);
    if (const Access arrow = arrow_access(unit_, parent)) return adapt_arrow(arrow, text);
    if (const Access dot = access_of(parent)) {
      const clang::CallExpr* call = call_of(unit_, dot);
      if (call && dot.name == "value") return adapt_value(*call, text);
      if (call && dot.name == "has_value") return adapt_test({call, false}, text);
    }
    if (const clang::CallExpr* moved = move_of(parent)) {
      const std::string moved_text = unit_.text(moved->getSourceRange());
      if (const clang::Expr* star = dereference(unit_.parents.meaning(moved)))
        return adapt_value(*star, moved_text);
    }
    if (const clang::VarDecl* reference = reference_to(unit_, root)) {
      bool is_used = false;
      return adapt_uses(unit_, *reference, turn_, change_, is_used);
    }
    return kWhole;
  }

  // `root` is a Result of the optional.
  std::string adapt_in_result(const clang::Expr& root) {
    const Node parent = unit_.parents.meaning(&root);
    if (unit_.text(root.getSourceRange()).empty()) return kMacro;
    if (test_of(unit_, root)) return {};
    if (const clang::Expr* star = dereference(parent)) return adapt(*star);
    if (const Access dot = access_of(parent); dot && !dot.is_arrow) {
      if (asks_for_outcome(dot.name)) return {};
      if (const clang::CallExpr* call = call_of(unit_, dot); call && gives_value(dot.name))
        return adapt(*call);
    }
    if (const clang::CallExpr* moved = move_of(parent))
      if (const clang::Expr* star = dereference(unit_.parents.meaning(moved))) return adapt(*star);
    return kWhole;
  }

 private:
  std::string adapt_test(const Test& test, const std::string& text) {
    if (turn_.keeps_tests) return {};
    if (const clang::Expr* second = second_of_two(test, text)) {
      // Of two questions one is left, where one object takes the place of two.
      const bool is_one = turn_.becomes == Becomes::Accepted || turn_.becomes == Becomes::Value;
      if (is_one) change_.replace_characters(test.whole->getBeginLoc(), second->getBeginLoc(), "");
      if (is_one || turn_.becomes == Becomes::Turned) return {};
    }
    const std::string& condition = test.is_negated ? turn_.ended : turn_.goes_on;
    if (condition.empty()) return kNoEnd;
    if (llvm::StringRef(text).contains("move(") || llvm::StringRef(text).contains("co_await"))
      return "what is tested has effects";
    const std::string made = condition_of(condition, text);
    change_.replace(test.whole->getSourceRange(), is_delimited(unit_, *test.whole) ? made : "(" + made + ")");
    return {};
  }

  // `x && *x` asks for both and `!x || !*x` for either, in whichever order: the one behind `x`.
  const clang::Expr* second_of_two(const Test& test, const std::string& text) const {
    const clang::Expr* next = neighbour(*test.whole, /*is_next=*/true, test.is_negated);
    const bool is_second = next && next->getBeginLoc().isFileID() &&
                           unit_.text(next->getSourceRange()) == (test.is_negated ? "!*" : "*") + text;
    return is_second ? next : nullptr;
  }
  bool is_second_of_two(const clang::Expr& value, const std::string& text) const {
    const auto test = test_of(unit_, value);
    if (!test || unit_.text(value.getSourceRange()) != "*" + text) return false;
    const clang::Expr* before = neighbour(*test->whole, /*is_next=*/false, test->is_negated);
    return before && unit_.text(before->getSourceRange()) == (test->is_negated ? "!" : "") + text;
  }

  // The operand beside `operand` in `a || b || c`, or in `a && b && c`.
  const clang::Expr* neighbour(const clang::Expr& operand, bool is_next, bool is_of_either) const {
    const auto choice_of = [&](const Node& node) {
      const auto* choice = node.as<clang::BinaryOperator>();
      return choice && choice->getOpcode() == (is_of_either ? clang::BO_LOr : clang::BO_LAnd) ? choice
                                                                                              : nullptr;
    };
    const auto same = [](const clang::Expr* a, const clang::Expr& b) {
      return a->getSourceRange() == b.getSourceRange();
    };
    // A conversion to bool is written like what it converts.
    Node around = unit_.parents.meaning(&operand);
    while (around.as<clang::Expr>() && same(around.as<clang::Expr>(), operand))
      around = unit_.parents.meaning(around.as<clang::Expr>());
    const clang::BinaryOperator* choice = choice_of(around);
    if (!choice) return nullptr;
    if (same(choice->getRHS(), operand)) {
      if (is_next) {
        const clang::BinaryOperator* outer = choice_of(unit_.parents.meaning(choice));
        return outer && same(outer->getLHS(), *choice) ? outer->getRHS()->IgnoreParenImpCasts() : nullptr;
      }
      const clang::Expr* left = choice->getLHS()->IgnoreParenImpCasts();
      const auto* inner = choice_of({.stmt = left});
      return inner ? inner->getRHS()->IgnoreParenImpCasts() : left;
    }
    return is_next ? choice->getRHS()->IgnoreParenImpCasts() : nullptr;
  }

  // `optional->m`
  std::string adapt_arrow(const Access& arrow, const std::string& text) {
    switch (turn_.becomes) {
      case Becomes::Value:
        change_.replace(arrow.operator_at, ".");
        return {};
      case Becomes::Accepted:
        change_.replace(arrow.operator_at, ".");
        return adapt_outcome(arrow);
      case Becomes::Turned:
        if (asks_for_outcome(arrow.name)) change_.replace(arrow.operator_at, ".");
        return asks_for_outcome(arrow.name) || gives_value(arrow.name) ? "" : kHandedOn;
      case Becomes::Unwrapped: {
        const clang::CallExpr* call = call_of(unit_, arrow);
        if (!call || !gives_value(arrow.name)) return kNoResult;
        change_.replace(call->getSourceRange(), is_delimited(unit_, *call) ? "*" + text : "(*" + text + ")");
        return {};
      }
      case Becomes::Tested:
        break;
    }
    return kWhole;
  }

  // `value` is `*optional` or the like, and `text` is what names it from now on.
  std::string adapt_value(const clang::Expr& value, const std::string& text) {
    // `(*x).m` needs no parentheses any more.
    const clang::Expr* written = unit_.parents.whole(&value);
    const Node parent = unit_.parents.meaning(&value);
    const Access access =
        access_of(is_operator_call(parent, clang::OO_Arrow) ? unit_.parents.meaning(parent.stmt) : parent);
    const auto test = test_of(unit_, value);
    switch (turn_.becomes) {
      case Becomes::Value:
        change_.replace((access && !test ? *written : value).getSourceRange(), text);
        return {};
      case Becomes::Turned:
        if (test && is_second_of_two(value, text)) return {};
        if (test) return change_.replace(value.getSourceRange(), text), "";
        return adapt_turned(value, parent, access, text);
      case Becomes::Unwrapped:
        return test ? kNoResult : adapt_unwrapped(value, parent, access, text);
      case Becomes::Accepted:
      case Becomes::Tested:
        break;
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
    if (test) {
      change_.replace(value.getSourceRange(), text);
      return {};
    }
    if (access) {
      change_.replace(written->getSourceRange(), text);
      return adapt_outcome(access);
    }
    if (const clang::CallExpr* moved = move_of(parent)) return adapt_moved(value, *moved, text);
    if (const clang::VarDecl* reference = reference_to(unit_, value)) {
      change_.replace(value.getSourceRange(), text);
      return adapt_accepted(*reference);
    }
    return kHandedOn;
  }

  // A name for the accepted result itself: what follows is what would follow `*optional`.
  std::string adapt_accepted(const clang::VarDecl& reference) {
    const auto references = unit_.uses.of_variables.find(&reference);
    if (references == unit_.uses.of_variables.end()) return {};
    for (const clang::DeclRefExpr* use : references->second)
      if (std::string trouble = adapt_value(*use, reference.getNameAsString()); !trouble.empty())
        return trouble;
    return {};
  }

  // Looking into both is written as before: first the one, then the other.
  std::string adapt_turned(const clang::Expr& value, const Node& parent, const Access& access,
                           const std::string& text) {
    if (dereference(parent) || arrow_access(unit_, parent)) return {};
    if (access && gives_value(access.name)) return {};
    if (access && asks_for_outcome(access.name))
      return change_.replace(unit_.parents.whole(&value)->getSourceRange(), text), "";
    if (const clang::CallExpr* moved = move_of(parent)) {
      const Node around = unit_.parents.meaning(moved);
      const Access of_moved = access_of(around);
      if (dereference(around) || (of_moved && gives_value(of_moved.name))) return {};
    }
    return kHandedOn;
  }

  std::string adapt_unwrapped(const clang::Expr& value, const Node& parent, const Access& access,
                              const std::string& text) {
    const std::string inner = unit_.text(value.getSourceRange());
    if (const clang::Expr* star = dereference(parent))
      return change_.replace(star->getSourceRange(), inner), "";
    if (arrow_access(unit_, parent))
      return change_.replace(unit_.parents.whole(&value)->getSourceRange(), text), "";
    if (access && asks_for_outcome(access.name)) return kNoResult;
    if (const clang::CallExpr* call = access ? call_of(unit_, access) : nullptr;
        call && gives_value(access.name))
      return change_.replace(call->getSourceRange(), is_delimited(unit_, *call) ? inner : "(" + inner + ")"),
             "";
    if (const clang::CallExpr* moved = move_of(parent))
      if (const clang::Expr* star = dereference(unit_.parents.meaning(moved)))
        return change_.replace(clang::SourceRange(star->getBeginLoc(), star->getBeginLoc()), ""), "";
    return kHandedOn;
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
    if (!access) return kHandedOn;
    change_.replace(value.getSourceRange(), text);
    return adapt_outcome(access);
  }

  // A member of the result.
  std::string adapt_outcome(const Access& access) {
    if (asks_for_outcome(access.name)) return {};
    const clang::CallExpr* call = call_of(unit_, access);
    if (!gives_value(access.name) || !call) return kHandedOn;
    change_.insert_after(call->getEndLoc(), ".first");
    return {};
  }

  const Unit& unit_;
  const Turn& turn_;
  Change& change_;
};

}  // namespace

std::string condition_of(const std::string& condition, llvm::StringRef name) {
  std::string result;
  llvm::StringRef rest = condition;
  for (std::size_t at; (at = rest.find("{}")) != llvm::StringRef::npos; rest = rest.drop_front(at + 2))
    result += (rest.take_front(at) + name).str();
  return result + rest.str();
}

std::string adapt_use(const Unit& unit, const clang::Expr& root, const Turn& turn, Change& change) {
  return Adapter(unit, turn, change).adapt(root);
}

std::string adapt_use_in_result(const Unit& unit, const clang::Expr& root, const Turn& turn, Change& change) {
  return Adapter(unit, turn, change).adapt_in_result(root);
}

std::string adapt_uses(const Unit& unit, const clang::VarDecl& variable, const Turn& turn, Change& change,
                       bool& is_used, bool is_in_result) {
  is_used = false;
  const auto references = unit.uses.of_variables.find(&variable);
  if (references == unit.uses.of_variables.end()) return {};
  for (const clang::DeclRefExpr* reference : references->second) {
    if (reference->getLocation() == variable.getLocation()) continue;
    is_used = true;
    std::string trouble = is_in_result ? adapt_use_in_result(unit, *reference, turn, change)
                                       : adapt_use(unit, *reference, turn, change);
    if (!trouble.empty()) return trouble;
  }
  return {};
}

}  // namespace ferry::rewriter
