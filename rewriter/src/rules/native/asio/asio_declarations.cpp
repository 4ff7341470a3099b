// HOOK-01, HOOK-02: functions that nobody calls any more. TOKEN-02 ... TOKEN-05: what has left
// `experimental`.
#include <map>

#include <clang/AST/RecursiveASTVisitor.h>

#include "rules/asio.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kAllocation = "HOOK-01";
constexpr llvm::StringLiteral kInvocation = "HOOK-02";

// The rule of a name in Asio's `experimental`; empty for what is still there.
std::string rule_of(llvm::StringRef name) {
  static const std::map<llvm::StringRef, std::string> kRules = {
      {"as_tuple", "TOKEN-02"}, {"as_tuple_t", "TOKEN-02"}, {"append", "TOKEN-03"},
      {"append_t", "TOKEN-03"}, {"prepend", "TOKEN-04"},    {"prepend_t", "TOKEN-04"},
      {"deferred", "TOKEN-05"}, {"deferred_t", "TOKEN-05"}};
  const auto found = kRules.find(name);
  return found == kRules.end() ? std::string() : found->second;
}

bool is_experimental(const clang::NamespaceDecl* space) {
  return space && space->getName() == "experimental" && !asio::name_of(space).empty();
}

class Visitor : public clang::RecursiveASTVisitor<Visitor> {
  using Base = clang::RecursiveASTVisitor<Visitor>;

 public:
  explicit Visitor(Unit& unit) : unit_(unit) {}

  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    const clang::IdentifierInfo* identifier = function->getIdentifier();
    if (!identifier || llvm::isa<clang::CXXMethodDecl>(function) ||
        !unit_.is_project(function->getLocation()))
      return true;
    const llvm::StringRef name = identifier->getName();
    const bool is_invocation = name == "asio_handler_invoke";
    if (!is_invocation && name != "asio_handler_allocate" && name != "asio_handler_deallocate") return true;
    const unsigned count = function->getNumParams();
    if (count < 2 || !function->getParamDecl(count - 1)->getType()->isPointerType()) return true;
    Draft draft{
        .rule = is_invocation ? kInvocation.str() : kAllocation.str(),
        .applicability = Applicability::Manual,
        .where = clang::SourceRange(function->getLocation()),
        .message = is_invocation
                       ? "Asio calls no `asio_handler_invoke` from Boost 1.84 on: give the handler an "
                         "`executor_type` and a `get_executor()`, or bind one with `bind_executor`"
                       : "Asio calls no `" + name.str() +
                             "` from Boost 1.84 on: give the handler an `allocator_type` and a "
                             "`get_allocator()`, or bind one with `bind_allocator`"};
    unit_.report(std::move(draft));
    return true;
  }

  bool VisitDeclRefExpr(clang::DeclRefExpr* reference) {
    judge(reference->getQualifierLoc(), reference->getDecl(), reference->getLocation());
    return true;
  }
  bool VisitOverloadExpr(clang::OverloadExpr* overloaded) {
    if (overloaded->decls_begin() != overloaded->decls_end())
      judge(overloaded->getQualifierLoc(), (*overloaded->decls_begin())->getUnderlyingDecl(),
            overloaded->getNameLoc());
    return true;
  }
  bool VisitUsingDecl(clang::UsingDecl* declaration) {
    if (declaration->shadow_size() > 0)
      judge(declaration->getQualifierLoc(), declaration->shadow_begin()->getTargetDecl(),
            declaration->getLocation());
    return true;
  }
  bool VisitElaboratedTypeLoc(clang::ElaboratedTypeLoc type) {
    const clang::QualType named = type.getNamedTypeLoc().getType();
    const clang::NamedDecl* declaration = named->getAsTagDecl();
    if (const auto* specialization = named->getAs<clang::TemplateSpecializationType>())
      declaration = specialization->getTemplateName().getAsTemplateDecl();
    if (declaration) judge(type.getQualifierLoc(), declaration, type.getNamedTypeLoc().getBeginLoc());
    return true;
  }

 private:
  // A name that is reached through `experimental`, and is declared outside of it.
  void judge(clang::NestedNameSpecifierLoc qualifier, const clang::NamedDecl* declaration,
             clang::SourceLocation name) {
    if (!qualifier || !declaration || !declaration->getIdentifier()) return;
    if (!is_experimental(qualifier.getNestedNameSpecifier()->getAsNamespace())) return;
    const std::string rule = rule_of(declaration->getName());
    const auto* space =
        llvm::dyn_cast<clang::NamespaceDecl>(declaration->getDeclContext()->getRedeclContext());
    if (rule.empty() || !space || is_experimental(space) || asio::name_of(declaration).empty()) return;
    Draft draft{
        .rule = rule,
        .applicability = Applicability::Safe,
        .where = clang::SourceRange(qualifier.getBeginLoc(), name),
        .message = "`experimental::" + declaration->getNameAsString() + "` is no experiment any more"};
    draft.change.replace(clang::SourceRange(qualifier.getLocalBeginLoc(), qualifier.getLocalEndLoc()), "");
    unit_.report(std::move(draft));
  }

  Unit& unit_;
};

}  // namespace

void asio_declarations(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({kAllocation.str(), kInvocation.str(), "TOKEN-02", "TOKEN-03", "TOKEN-04", "TOKEN-05"});
  if (!asio::is_loaded(unit)) return;
  Visitor visitor(unit);
  for (clang::Decl* declaration : unit.declarations) visitor.TraverseDecl(declaration);
}

}  // namespace ferry::rewriter::native
