// CONNECT-01, CONNECT-02, CONNECT-03: a range of endpoints has an end, which is written.
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>

#include "rules/asio.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kId = "CONNECT-01";

// The index of the iterator in an overload that has no end for it; -1 in any other.
int open_range(const clang::FunctionDecl& function) {
  int begin = -1;
  for (unsigned i = 0; i < function.getNumParams(); ++i) {
    const llvm::StringRef name = function.getParamDecl(i)->getName();
    if (name == "begin") begin = static_cast<int>(i);
    if (name == "end") return -1;
  }
  return begin;
}

bool takes_error(const clang::FunctionDecl& function) {
  for (const clang::ParmVarDecl* parameter : function.parameters()) {
    const clang::CXXRecordDecl* record = asio::class_of(parameter->getType());
    if (record && record->getName() == "error_code") return true;
  }
  return false;
}

void judge(Unit& unit, const Use& use) {
  const clang::CallExpr* call = call_of(unit, use.expression);
  const auto* function = llvm::dyn_cast_if_present<clang::FunctionDecl>(pattern_of(use.target));
  // What a template leaves open may yet be a range.
  const auto* chosen = call ? call->getDirectCallee() : nullptr;
  if (!function || ((chosen || !call) && open_range(*function) < 0)) return;
  const bool is_async = function->getName() == "async_connect";
  Draft draft{.rule = is_async                 ? "CONNECT-03"
                      : takes_error(*function) ? "CONNECT-02"
                                               : kId.str(),
              .applicability = Applicability::Safe,
              .where = clang::SourceRange(use.name_begin(), use.name),
              .message = "`" + function->getNameAsString() + "` takes an iterator together with its end"};
  const int begin = open_range(*function);
  if (!call || !use.trouble.empty()) {
    if (use.is_using || (!use.trouble.empty() && !chosen)) return;
    draft.leave((use.trouble.empty() ? "it is not called here" : use.trouble));
    return unit.report(std::move(draft));
  }
  const std::vector<const clang::Expr*> arguments = written_arguments(*call);
  if (begin < 0 || static_cast<std::size_t>(begin) >= arguments.size()) return;
  draft.change.insert_after(arguments[static_cast<std::size_t>(begin)]->getEndLoc(), ", {}");
  unit.report(std::move(draft));
}

}  // namespace

void asio_connect(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(kId.str());
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kId) judge(unit, use);
}

}  // namespace ferry::rewriter::native
