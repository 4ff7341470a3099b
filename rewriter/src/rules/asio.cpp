#include "rules/asio.hpp"

#include <algorithm>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Lex/Lexer.h>

#include "analyse/gaps.hpp"
#include "analyse/spelling.hpp"
#include "packs/pack.hpp"
#include "rules/add_include.hpp"
#include "rules/parentheses.hpp"
#include "rules/replace.hpp"

namespace ferry::rewriter::asio {
namespace {

constexpr llvm::StringLiteral kBoost = "boost::asio";
constexpr llvm::StringLiteral kAlone = "asio";

std::string qualified_name(const clang::NamedDecl* declaration) {
  const clang::NamedDecl* pattern = pattern_of(declaration);
  return pattern ? pattern->getQualifiedNameAsString() : std::string();
}

// Splits "boost::asio::ip::tcp" into Asio's namespace and what is in it.
std::pair<llvm::StringRef, llvm::StringRef> split(llvm::StringRef name) {
  for (const llvm::StringRef root : {kBoost, kAlone}) {
    llvm::StringRef rest = name;
    if (rest.consume_front(root) && rest.consume_front("::")) return {root, rest};
  }
  return {};
}

std::string folder_of(llvm::StringRef root) { return root == kBoost ? "boost/asio" : "asio"; }

// The last token of the macro's use that `expression` is all of; invalid where it is none.
clang::SourceLocation macro_end(const Unit& unit, const clang::Expr& expression) {
  const clang::SourceLocation begin = expression.getBeginLoc();
  const clang::SourceLocation end = expression.getEndLoc();
  clang::SourceLocation last;
  const bool is_whole = begin.isMacroID() && end.isMacroID() && unit.sources.isMacroBodyExpansion(begin) &&
                        unit.sources.isMacroBodyExpansion(end) &&
                        clang::Lexer::isAtStartOfMacroExpansion(begin, unit.sources, unit.language) &&
                        clang::Lexer::isAtEndOfMacroExpansion(end, unit.sources, unit.language, &last);
  return is_whole ? last : clang::SourceLocation();
}

}  // namespace

bool is_loaded(const Unit& unit) { return unit.packs != nullptr && unit.packs->has("asio"); }

std::string name_of(const clang::NamedDecl* declaration) {
  return split(qualified_name(declaration)).second.str();
}

std::string root_of(const clang::NamedDecl* declaration) {
  return split(qualified_name(declaration)).first.str();
}

const clang::CXXRecordDecl* class_of(clang::QualType type) {
  if (type.isNull()) return nullptr;
  type = type.getNonReferenceType();
  if (type->isPointerType()) type = type->getPointeeType();
  if (const auto* record = type->getAsCXXRecordDecl()) return record;
  // What a template's arguments leave open still names its template.
  const auto* specialization = type->getAs<clang::TemplateSpecializationType>();
  const auto* pattern = specialization ? specialization->getTemplateName().getAsTemplateDecl() : nullptr;
  return pattern ? llvm::dyn_cast_if_present<clang::CXXRecordDecl>(pattern->getTemplatedDecl()) : nullptr;
}

std::string class_name(clang::QualType type) {
  const clang::CXXRecordDecl* record = class_of(type);
  return record ? name_of(record) : std::string();
}

std::string root_of(clang::QualType type) {
  const clang::CXXRecordDecl* record = class_of(type);
  return record ? root_of(record) : std::string();
}

bool is_a(clang::QualType type, llvm::StringRef name) {
  const clang::CXXRecordDecl* record = class_of(type);
  if (!record) return false;
  if (name_of(record) == name) return true;
  const clang::CXXRecordDecl* definition = record->getDefinition();
  return definition && std::ranges::any_of(definition->bases(), [&](const clang::CXXBaseSpecifier& base) {
           return is_a(base.getType(), name);
         });
}

Spelled spell_code(Unit& unit, llvm::StringRef code, llvm::StringRef root, clang::SourceLocation at,
                   Node around) {
  std::string text = code.str();
  constexpr llvm::StringLiteral kRoot = "$asio";
  for (std::size_t found; (found = text.find(kRoot)) != std::string::npos;)
    text.replace(found, kRoot.size(), root);
  return spell_all(unit, text, at, around, Functions::Qualified);
}

void add_header(Unit& unit, clang::SourceLocation place, llvm::StringRef root, llvm::StringRef header,
                Change& change) {
  const std::string folder = folder_of(root);
  add_include(unit, place, folder + "/" + header.str(), {folder + ".hpp"}, change);
}

void append_member(const Unit& unit, const clang::Expr& expression, llvm::StringRef member, Change& change) {
  const std::string call = member.str() + gap_of_calls(unit, expression.getBeginLoc()) + "()";
  const clang::Expr* inner = expression.IgnoreImplicit();
  const auto* dereference = llvm::dyn_cast<clang::UnaryOperator>(inner);
  const auto* overloaded = llvm::dyn_cast<clang::CXXOperatorCallExpr>(inner);
  const bool is_star =
      (dereference && dereference->getOpcode() == clang::UO_Deref) ||
      (overloaded && overloaded->getOperator() == clang::OO_Star && overloaded->getNumArgs() == 1);
  if (is_star) {
    const clang::Expr* pointer = dereference ? dereference->getSubExpr() : overloaded->getArg(0);
    const clang::SourceLocation star =
        dereference ? dereference->getOperatorLoc() : overloaded->getOperatorLoc();
    if (!binds_loosely(*pointer) && inner->getBeginLoc() == star) {
      // Only the star goes; white space behind it goes along.
      change.add({.begin = star, .end = pointer->getBeginLoc(), .text = "", .keeps_last = true});
      change.insert_after(pointer->getEndLoc(), "->" + call);
      return;
    }
  }
  const bool needs_parentheses = binds_loosely(*inner);
  if (needs_parentheses) change.insert_before(expression.getBeginLoc(), "(");
  change.insert_after(expression.getEndLoc(), (needs_parentheses ? ")." : ".") + call);
}

void to_executor(const Unit& unit, const clang::Expr& io, Change& change) {
  const clang::SourceLocation use = macro_end(unit, io);
  if (use.isValid() && !binds_loosely(*io.IgnoreImplicit()))
    change.insert_after(use, ".get_executor" + gap_of_calls(unit, use) + "()");
  else
    append_member(unit, *io.IgnoreParenImpCasts(), "get_executor", change);
}

void judge_uses(Unit& unit, llvm::ArrayRef<llvm::StringRef> rules, void (*judge)(Unit& unit, const Use& use),
                std::set<std::string>& claimed) {
  for (const llvm::StringRef rule : rules) claimed.insert(rule.str());
  for (const Use& use : unit.uses.of_declarations) {
    if (!llvm::is_contained(rules, llvm::StringRef(use.annotation->id))) continue;
    if (use.annotation->kind == Annotation::Kind::Native)
      judge(unit, use);
    else
      replace_use(unit, use);
  }
}

const clang::Expr* without_wrappers(const clang::Expr* expression) {
  for (;;) {
    const clang::Expr* inner = expression->IgnoreParenImpCasts()->IgnoreImplicit();
    if (const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(inner);
        construction && !llvm::isa<clang::CXXTemporaryObjectExpr>(construction) &&
        construction->getNumArgs() >= 1 && construction->getConstructor()->isCopyOrMoveConstructor() &&
        construction->getParenOrBraceRange().isInvalid())
      inner = construction->getArg(0);
    if (inner == expression) return expression;
    expression = inner;
  }
}

}  // namespace ferry::rewriter::asio
