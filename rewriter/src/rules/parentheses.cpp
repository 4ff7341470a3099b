#include "rules/parentheses.hpp"

#include <clang/AST/ExprCXX.h>
#include <clang/Basic/OperatorPrecedence.h>
#include <clang/Lex/Lexer.h>
#include <llvm/ADT/StringExtras.h>

namespace ferry::rewriter {
namespace {

bool is_postfix(clang::OverloadedOperatorKind kind) {
  return kind == clang::OO_Call || kind == clang::OO_Subscript || kind == clang::OO_Arrow;
}

// A conversion that nobody wrote, or the temporary that it makes.
bool is_invisible(const clang::Stmt& node) {
  if (llvm::isa<clang::ImplicitCastExpr, clang::FullExpr, clang::MaterializeTemporaryExpr,
                clang::CXXBindTemporaryExpr>(node))
    return true;
  const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(&node);
  return construction && !llvm::isa<clang::CXXTemporaryObjectExpr>(construction) &&
         construction->getParenOrBraceRange().isInvalid();
}

bool takes_anything(const clang::Expr& parent, const clang::Expr& operand) {
  const auto is_last_of = [&](const clang::CallExpr& call) {
    return call.getNumArgs() > 0 && call.getArg(call.getNumArgs() - 1)->getEndLoc() == operand.getEndLoc();
  };
  if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&parent)) {
    if (call->isAssignmentOp() || call->getOperator() == clang::OO_Subscript) return is_last_of(*call);
    return call->getOperator() == clang::OO_Call && call->getArg(0)->getBeginLoc() != operand.getBeginLoc();
  }
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(&parent))
    return call->getCallee()->getBeginLoc() != operand.getBeginLoc();
  if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(&parent))
    return operation->isAssignmentOp() && operation->getRHS()->getBeginLoc() == operand.getBeginLoc();
  if (const auto* access = llvm::dyn_cast<clang::ArraySubscriptExpr>(&parent))
    return access->getRHS()->getBeginLoc() == operand.getBeginLoc();
  if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(&parent))
    return choice->getTrueExpr()->getBeginLoc() == operand.getBeginLoc();
  return llvm::isa<clang::ParenExpr, clang::ParenListExpr, clang::InitListExpr, clang::CXXConstructExpr,
                   clang::CXXUnresolvedConstructExpr, clang::CXXFunctionalCastExpr, clang::CXXNamedCastExpr,
                   clang::CXXNewExpr, clang::LambdaExpr, clang::CXXThrowExpr, clang::CXXNoexceptExpr,
                   clang::CXXTypeidExpr, clang::CoyieldExpr, clang::DesignatedInitExpr, clang::RequiresExpr>(
      parent);
}

// Behind the `<` at `at`: past the `>` that closes it, where that makes template arguments of what is
// between.
std::size_t past_template_arguments(llvm::StringRef code, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < code.size(); ++i) {
    if (code[i] == '<' || code[i] == '(') ++depth;
    if (code[i] != '>' && code[i] != ')') continue;
    if (--depth > 0) continue;
    const llvm::StringRef rest = code.substr(i + 1);
    const bool goes_on =
        rest.empty() || rest.starts_with("(") || rest.starts_with("::") || rest.starts_with("{");
    return code[i] == '>' && goes_on ? i + 1 : at;
  }
  return at;
}

// The expression around it that is written, if there is one.
const clang::Expr* written_around(const Unit& unit, const clang::Expr& expression,
                                  const clang::Expr*& operand) {
  for (operand = &expression;;) {
    const auto* around = unit.parents.of(operand).as<clang::Expr>();
    if (around == nullptr || !is_invisible(*around)) return around;
    operand = around;
  }
}

bool is_logical(const clang::Expr* expression) {
  if (const auto* call = llvm::dyn_cast_if_present<clang::CXXOperatorCallExpr>(expression))
    return call->getOperator() == clang::OO_AmpAmp || call->getOperator() == clang::OO_PipePipe;
  const auto* operation = llvm::dyn_cast_if_present<clang::BinaryOperator>(expression);
  return operation && operation->isLogicalOp();
}

// Whether all operators of the code that are in no brackets bind as tightly as a comparison.
bool is_comparison(llvm::StringRef code, clang::LangOptions language) {
  const std::string text = code.str();
  clang::Lexer lexer({}, language, text.data(), text.data(), text.data() + text.size());
  int depth = 0;
  for (clang::Token token;;) {
    lexer.LexFromRawLexer(token);
    if (token.is(clang::tok::eof)) return true;
    if (token.isOneOf(clang::tok::l_paren, clang::tok::l_square, clang::tok::l_brace)) ++depth;
    if (token.isOneOf(clang::tok::r_paren, clang::tok::r_square, clang::tok::r_brace)) --depth;
    const auto precedence =
        clang::getBinOpPrecedence(token.getKind(), /*GreaterThanIsOperator=*/true, /*CPlusPlus11=*/true);
    const bool is_word = token.is(clang::tok::raw_identifier) &&
                         (token.getRawIdentifier() == "throw" || token.getRawIdentifier().starts_with("co_"));
    if (depth == 0 && (is_word || (precedence != clang::prec::Unknown && precedence < clang::prec::Equality)))
      return false;
  }
}

}  // namespace

bool binds_loosely(const clang::Expr& expression) {
  const clang::Expr* inner = expression.IgnoreImplicit();
  if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(inner))
    return !is_postfix(call->getOperator());
  return llvm::isa<clang::BinaryOperator, clang::AbstractConditionalOperator, clang::UnaryOperator,
                   clang::CXXThrowExpr, clang::CoawaitExpr, clang::DependentCoawaitExpr, clang::CoyieldExpr,
                   clang::CXXNewExpr, clang::CXXDeleteExpr, clang::CStyleCastExpr,
                   clang::CXXRewrittenBinaryOperator, clang::UnaryExprOrTypeTraitExpr>(inner);
}

bool binds_loosely(llvm::StringRef code) {
  int depth = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (depth > 0 || c == ')' || c == ']' || c == '}') continue;
    if (c == ' ' && code.starts_with("[")) continue;  // between the parts of a lambda
    if (llvm::isAlnum(c) || c == '_' || c == '$' || c == ':' || c == '.' ||
        static_cast<unsigned char>(c) >= 0x80)
      continue;
    if (code.substr(i).starts_with("->")) {
      ++i;
      continue;
    }
    const std::size_t past = c == '<' ? past_template_arguments(code, i) : i;
    if (past == i) return true;
    i = past - 1;
  }
  return false;
}

bool is_delimited(const Unit& unit, const clang::Expr& expression) {
  const clang::Expr* operand = nullptr;
  const clang::Expr* around = written_around(unit, expression, operand);
  return around == nullptr || takes_anything(*around, *operand);  // in a statement, an initialiser
}

bool needs_parentheses(const Unit& unit, const clang::Expr& expression, llvm::StringRef code) {
  if (!binds_loosely(code) || is_delimited(unit, expression)) return false;
  const clang::Expr* operand = nullptr;
  const bool is_negation = code.starts_with("!") && !binds_loosely(code.drop_front());
  return !is_logical(written_around(unit, expression, operand)) ||
         !(is_negation || is_comparison(code, unit.language));
}

}  // namespace ferry::rewriter
