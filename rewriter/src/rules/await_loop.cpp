#include "rules/await_loop.hpp"

#include <clang/AST/ExprCXX.h>
#include <clang/Lex/Lexer.h>

namespace ferry::rewriter {

const clang::Expr* await_of(const Unit& unit, const clang::Expr& call) {
  const Node parent = unit.parents.meaning(&call);
  if (const auto* await = parent.as<clang::CoawaitExpr>()) return await;
  return parent.as<clang::DependentCoawaitExpr>();
}

namespace {

// What `tested` is converted to, when that is only to see whether it holds a value.
Node beyond_conversion(const Unit& unit, const clang::Expr& tested) {
  Node parent = unit.parents.meaning(&tested);
  if (const auto* member = parent.as<clang::MemberExpr>();
      member && llvm::isa<clang::CXXConversionDecl>(member->getMemberDecl()))
    if (const auto* call = unit.parents.meaning(member).as<clang::CXXMemberCallExpr>())
      parent = unit.parents.meaning(call);
  return parent;
}

}  // namespace

std::optional<AwaitLoop> await_loop(const Unit& unit, const clang::Expr& call) {
  const clang::Expr* awaited = await_of(unit, call);
  if (!awaited) return std::nullopt;
  if (const auto* loop = beyond_conversion(unit, *awaited).as<clang::WhileStmt>();
      loop && !loop->getConditionVariable() &&
      unit.sources.isBeforeInTranslationUnit(awaited->getBeginLoc(), loop->getRParenLoc()))
    return AwaitLoop{loop, nullptr, awaited};
  const auto* variable = unit.parents.meaning(awaited).as<clang::VarDecl>();
  if (!variable) return std::nullopt;
  const auto* loop = unit.parents.of(unit.parents.of(variable)).as<clang::WhileStmt>();
  if (!loop || loop->getConditionVariable() != variable) return std::nullopt;
  return AwaitLoop{loop, variable, awaited};
}

std::string rewrite_head(const Unit& unit, const clang::WhileStmt& loop, const std::string& head,
                         const std::string& first, Change& change) {
  const std::string before = unit.text(clang::SourceRange(loop.getLParenLoc(), loop.getRParenLoc()));
  const llvm::StringRef awaited = before;
  if (before.empty()) return "part of it comes from a macro";
  const clang::VarDecl* variable = loop.getConditionVariable();
  const clang::Expr* condition = variable ? variable->getInit() : loop.getCond();
  const std::string kept = unit.text(condition->getSourceRange());
  if (awaited.count("//") + awaited.count("/*") >
      llvm::StringRef(kept).count("//") + llvm::StringRef(kept).count("/*"))
    return "a comment in the loop's head would be lost";
  change.replace(clang::SourceRange(loop.getWhileLoc(), loop.getRParenLoc()), head);
  if (first.empty()) return {};

  if (const auto* body = llvm::dyn_cast<clang::CompoundStmt>(loop.getBody())) {
    const bool is_one_line = unit.sources.getExpansionLineNumber(body->getLBracLoc()) ==
                             unit.sources.getExpansionLineNumber(body->getRBracLoc());
    const clang::SourceLocation inside = body->body_empty()
                                             ? clang::SourceLocation()
                                             : unit.sources.getFileLoc((*body->body_begin())->getBeginLoc());
    const std::string indent =
        inside.isValid() && !is_one_line ? unit.indent(inside) : unit.indent(loop.getWhileLoc()) + "  ";
    change.insert_after(body->getLBracLoc(), is_one_line ? " " + first : "\n" + indent + first);
    return {};
  }
  const std::optional<clang::Token> next =
      clang::Lexer::findNextToken(loop.getBody()->getEndLoc(), unit.sources, unit.language);
  if (loop.getBody()->getEndLoc().isMacroID() || !next) return "part of its body comes from a macro";
  if (llvm::isa<clang::NullStmt>(loop.getBody()) && !llvm::StringRef(first).contains('\n')) {
    change.replace(loop.getBody()->getSourceRange(), first);
    return {};
  }
  const bool has_semicolon = next->is(clang::tok::semi);
  const std::string indent = unit.indent(loop.getWhileLoc());
  // The body's own line break goes when nothing else stands there.
  const clang::SourceLocation gap = unit.end_of(loop.getRParenLoc());
  const std::string opening = "{\n" + indent + "  " + first + "\n" + indent + "  ";
  const std::string between =
      unit.text(clang::SourceRange(loop.getRParenLoc(), loop.getBody()->getBeginLoc()));
  if (llvm::StringRef(between).contains("//") || llvm::StringRef(between).contains("/*"))
    change.insert_before(loop.getBody()->getBeginLoc(), opening);
  else
    change.replace_characters(gap, loop.getBody()->getBeginLoc(), " " + opening);
  change.insert_after(has_semicolon ? next->getLocation() : loop.getBody()->getEndLoc(), "\n" + indent + "}");
  return {};
}

}  // namespace ferry::rewriter
