// IOT-02: a reader no longer says whether it looks at memory that it is given.
#include <algorithm>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Lex/Lexer.h>

#include "analyse/statements.hpp"
#include "rules/called.hpp"
#include "rules/native/leave.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kRule = "IOT-02";
constexpr llvm::StringLiteral kName = "prepare_uninitialized_buffer";

Draft start(clang::SourceLocation name) {
  return {.rule = kRule.str(),
          .applicability = Applicability::Safe,
          .where = clang::SourceRange(name, name),
          .message =
              "nobody asks for `prepare_uninitialized_buffer` any more: a `ReadBuf` knows what of its "
              "memory is initialised"};
}

// A reader's answer to a question that nobody asks any more.
bool is_hook(const clang::CXXMethodDecl& method) {
  return method.getDeclName().isIdentifier() && method.getName() == kName && method.getNumParams() == 1 &&
         method.getReturnType()->isBooleanType();
}

// What stands between the first token and the last, with its comment and its semicolon.
void remove(Unit& unit, const clang::CXXMethodDecl& method, Change& change) {
  clang::SourceLocation first = method.getBeginLoc();
  if (const auto* pattern = method.getDescribedFunctionTemplate()) first = pattern->getBeginLoc();
  if (const clang::RawComment* comment = unit.context.getRawCommentForDeclNoCache(&method))
    if (comment->getBeginLoc().isFileID() && !comment->isTrailingComment()) first = comment->getBeginLoc();
  clang::SourceLocation last = method.getEndLoc();
  if (!method.doesThisDeclarationHaveABody())
    if (const auto next = clang::Lexer::findNextToken(last, unit.sources, unit.language);
        next && next->is(clang::tok::semi))
      last = next->getLocation();
  remove_code(unit, clang::SourceRange(first, last), change);
}

void judge_hook(Unit& unit, const clang::CXXMethodDecl& method) {
  Draft draft = start(method.getLocation());
  if (std::ranges::any_of(method.overridden_methods(), [&](const clang::CXXMethodDecl* overridden) {
        return !unit.is_project(overridden->getLocation());
      }))
    return leave(unit, std::move(draft), "it overrides a function of another library");
  if (method.getBeginLoc().isMacroID() || method.getEndLoc().isMacroID())
    return leave(unit, std::move(draft), "a macro makes it");
  draft.group = kRule.str() + " " + unit.key(*method.getCanonicalDecl());
  remove(unit, method, draft.change);
  unit.report(std::move(draft));
}

}  // namespace

void iot_02(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(kRule.str());
  // Only where the library of the hook is known.
  if (!unit.uses.old_names.contains(&unit.context.Idents.get(kName))) return;
  for (const clang::CXXMethodDecl* method : unit.uses.methods)
    if (is_hook(*method) && unit.annotations.of(method).empty()) judge_hook(unit, *method);
  for (const Use& use : unit.uses.of_declarations)
    if (use.annotation->id == kRule && use.mention == Mention::Name)
      leave(unit, start(use.name), "it is called here; it gave false for every reader of the library");
}

}  // namespace ferry::rewriter::native
