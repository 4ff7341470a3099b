// RT-07: a runtime that is shut down without time for it leaves blocking jobs behind. A limit that is seen to
// be more than nothing is the same in both.
#include <clang/AST/APValue.h>
#include <clang/AST/ExprCXX.h>

#include "rules/called.hpp"
#include "rules/native/native.hpp"
#include "rules/replace.hpp"

namespace ferry::rewriter::native {
namespace {

// The number in a value that is known, or in the duration that holds it.
std::optional<std::int64_t> number_in(const clang::APValue& value) {
  if (value.isInt()) return value.getInt().getExtValue();
  if (value.isStruct() && value.getStructNumFields() == 1) return number_in(value.getStructField(0));
  return std::nullopt;
}

bool is_positive(const clang::Expr& limit, const clang::ASTContext& context) {
  clang::Expr::EvalResult result;
  if (limit.isValueDependent() || !limit.EvaluateAsConstantExpr(result, context)) return false;
  const auto number = number_in(result.Val);
  return number && *number > 0;
}

}  // namespace

void rt_07(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert("RT-07");
  for (const Use& use : unit.uses.of_declarations) {
    if (use.annotation->id != "RT-07") continue;
    const clang::CallExpr* call = call_of(unit, use.expression);
    if (!call || call->getNumArgs() != 1 || !is_positive(*call->getArg(0), unit.context))
      replace_use(unit, use);
  }
}

}  // namespace ferry::rewriter::native
