#include "rules/inlining.hpp"

#include <clang/AST/ExprCXX.h>
#include <clang/AST/RecursiveASTVisitor.h>

namespace ferry::rewriter {
namespace {

// Everything in the body that reads differently at a place of use, with the text that reads the same.
class Translator : public clang::RecursiveASTVisitor<Translator> {
 public:
  explicit Translator(Unit& unit) : unit_(unit) {}

  struct Patch {
    std::size_t offset;
    std::size_t length;
    std::string text;
  };

  bool VisitDeclRefExpr(clang::DeclRefExpr* reference) {
    const clang::ValueDecl* target = reference->getDecl();
    if (llvm::isa<clang::ParmVarDecl>(target))
      return patch(reference->getSourceRange(), "$" + target->getNameAsString());
    if (!target->getDeclContext()->getRedeclContext()->isFileContext() &&
        !llvm::isa<clang::CXXRecordDecl>(target->getDeclContext()))
      return refuse("the body declares names of its own");
    if (target->getFormalLinkage() != clang::Linkage::External)
      return refuse("the body uses a name of one file");
    if (target->getAccess() == clang::AS_private || target->getAccess() == clang::AS_protected)
      return refuse("the body uses a private member");
    return patch(clang::SourceRange(reference->getBeginLoc(), reference->getLocation()),
                 target->getQualifiedNameAsString());
  }

  bool VisitMemberExpr(clang::MemberExpr* member) {
    if (member->getMemberDecl()->getAccess() != clang::AS_public)
      return refuse("the body uses a private member");
    if (!member->isImplicitAccess()) return true;
    return patch(clang::SourceRange(member->getMemberLoc(), member->getMemberLoc()),
                 "$this." + member->getMemberDecl()->getNameAsString());
  }

  bool VisitCXXThisExpr(clang::CXXThisExpr* self) {
    return self->isImplicit() || refuse("the body uses `this` as a value");
  }
  bool VisitPredefinedExpr(clang::PredefinedExpr*) { return refuse("the body names the function itself"); }
  bool VisitLambdaExpr(clang::LambdaExpr*) { return refuse("the body has a lambda"); }

  // A parameter that the body owns and gives away: the argument takes its place, without the move.
  bool TraverseCallExpr(clang::CallExpr* call) {
    const clang::FunctionDecl* callee = call->getDirectCallee();
    const bool gives_away = callee && callee->isInStdNamespace() && call->getNumArgs() == 1 &&
                            callee->getIdentifier() &&
                            (callee->getName() == "move" || callee->getName() == "forward");
    const auto* parameter =
        gives_away ? llvm::dyn_cast<clang::DeclRefExpr>(call->getArg(0)->IgnoreParenImpCasts()) : nullptr;
    if (!parameter || !llvm::isa<clang::ParmVarDecl>(parameter->getDecl()))
      return RecursiveASTVisitor::TraverseCallExpr(call);
    return patch(call->getSourceRange(), "$" + parameter->getDecl()->getNameAsString());
  }

  std::vector<Patch> patches;
  std::string trouble;

 private:
  bool patch(clang::SourceRange range, std::string text) {
    if (range.getBegin().isMacroID() || range.getEnd().isMacroID()) return refuse("the body uses a macro");
    const std::size_t begin = unit_.sources.getFileOffset(range.getBegin());
    patches.push_back(
        {begin, unit_.sources.getFileOffset(unit_.end_of(range.getEnd())) - begin, std::move(text)});
    return true;
  }
  bool refuse(const char* reason) {
    if (trouble.empty()) trouble = reason;
    return false;
  }

  Unit& unit_;
};

// The one expression that the body evaluates.
const clang::Expr* single_expression(const clang::FunctionDecl& function) {
  const auto* body = llvm::dyn_cast_if_present<clang::CompoundStmt>(function.getBody());
  if (!body) return nullptr;
  const clang::Expr* found = nullptr;
  for (const clang::Stmt* statement : body->body()) {
    if (llvm::isa<clang::NullStmt>(statement)) continue;
    if (found) return nullptr;
    const auto* result = llvm::dyn_cast<clang::ReturnStmt>(statement);
    found = result ? result->getRetValue() : llvm::dyn_cast<clang::Expr>(statement);
    if (!found) return nullptr;
  }
  return found;
}

bool takes_by_mutable_reference(const clang::FunctionDecl& function) {
  for (const clang::ParmVarDecl* parameter : function.parameters())
    if (const auto* reference = parameter->getType()->getAs<clang::LValueReferenceType>())
      if (!reference->getPointeeType().isConstQualified()) return true;
  return false;
}

InlineBody body_of(Unit& unit, const clang::FunctionDecl& declaration) {
  const clang::FunctionDecl* function = nullptr;
  if (!declaration.hasBody(function) || !function) return {.trouble = "its body is not in sight"};
  if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function); method && method->isVirtual())
    return {.trouble = "it is virtual, so another body may run"};
  if (llvm::isa<clang::CXXConstructorDecl>(function)) return {.trouble = "it is a constructor"};
  if (takes_by_mutable_reference(*function)) return {.trouble = "it takes a reference that it may change"};
  const clang::Expr* expression = single_expression(*function);
  if (!expression) return {.trouble = "its body is more than one expression"};
  const clang::SourceRange range = expression->getSourceRange();
  std::string text = unit.text(range);
  if (text.empty() || range.getBegin().isMacroID()) return {.trouble = "its body comes from a macro"};

  Translator translator(unit);
  translator.TraverseStmt(const_cast<clang::Expr*>(expression));
  if (!translator.trouble.empty()) return {.trouble = translator.trouble};
  const std::size_t start = unit.sources.getFileOffset(range.getBegin());
  std::ranges::sort(translator.patches, std::greater(), &Translator::Patch::offset);
  for (const Translator::Patch& patch : translator.patches)
    text.replace(patch.offset - start, patch.length, patch.text);
  return {.code = std::move(text)};
}

}  // namespace

InlineBody inline_body(Unit& unit, const clang::NamedDecl& target) {
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(pattern_of(&target)))
    return body_of(unit, *function);
  if (const auto* alias = llvm::dyn_cast<clang::TypedefNameDecl>(pattern_of(&target))) {
    if (alias->getDescribedTemplate()) return {.trouble = "it is an alias template"};
    const clang::NamedDecl* named = alias->getUnderlyingType()->getAsTagDecl();
    if (named && !llvm::isa<clang::ClassTemplateSpecializationDecl>(named))
      return {.code = named->getQualifiedNameAsString()};
    return {.trouble = "it stands for more than a name"};
  }
  return {.trouble = "it is neither a function nor an alias"};
}

}  // namespace ferry::rewriter
