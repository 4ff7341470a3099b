#include "rules/asio_handlers.hpp"

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>

#include "analyse/gaps.hpp"
#include "rules/asio.hpp"
#include "rules/called.hpp"

namespace ferry::rewriter {
namespace {

llvm::StringRef name_of_callee(const clang::CallExpr& call) {
  const clang::FunctionDecl* callee = callee_of(call);
  return callee && callee->getIdentifier() ? callee->getName() : llvm::StringRef();
}

// Whether a member `wrap` is called of an object whose class a template leaves open.
bool is_open_wrap(const clang::CallExpr& call) {
  const auto* member =
      llvm::dyn_cast<clang::CXXDependentScopeMemberExpr>(call.getCallee()->IgnoreParenImpCasts());
  const clang::IdentifierInfo* name = member ? member->getMember().getAsIdentifierInfo() : nullptr;
  return name && name->isStr("wrap");
}

// The number of the operation's result that `argument` of `bind` stands for, from 0; -1 for a value.
int placeholder_number(const clang::Expr& argument) {
  const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(asio::without_wrappers(&argument));
  if (!reference || !reference->getDecl()->getIdentifier()) {
    const auto* call = llvm::dyn_cast<clang::CallExpr>(asio::without_wrappers(&argument));
    if (!call || asio::name_of(call->getDirectCallee()).find("placeholders::") != 0) return -1;
    return name_of_callee(*call) == "error" ? 0 : 1;
  }
  const llvm::StringRef name = reference->getDecl()->getName();
  if (name.size() == 2 && name[0] == '_' && name[1] >= '1' && name[1] <= '9') return name[1] - '1';
  if (llvm::StringRef(asio::name_of(reference->getDecl())).starts_with("placeholders::"))
    return name == "error" ? 0 : 1;
  return -1;
}

// The function whose name or address `expression` is.
const clang::DeclRefExpr* function_named(const clang::Expr& expression) {
  const clang::Expr* inner = asio::without_wrappers(&expression);
  if (const auto* address = llvm::dyn_cast<clang::UnaryOperator>(inner);
      address && address->getOpcode() == clang::UO_AddrOf)
    inner = asio::without_wrappers(address->getSubExpr());
  const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(inner);
  return reference && llvm::isa<clang::FunctionDecl>(reference->getDecl()) ? reference : nullptr;
}

// Of `function<R(A, B)>` and of a class with one `operator()`, the type of the parameter with this number.
clang::QualType parameter_type(clang::QualType type, unsigned number) {
  const clang::CXXRecordDecl* record = asio::class_of(type);
  if (!record) return {};
  const auto* specialization = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(record);
  if (specialization && specialization->getName() == "function" &&
      specialization->getTemplateArgs().size() > 0 &&
      specialization->getTemplateArgs()[0].getKind() == clang::TemplateArgument::Type) {
    const auto* function =
        specialization->getTemplateArgs()[0].getAsType()->getAs<clang::FunctionProtoType>();
    return function && number < function->getNumParams() ? function->getParamType(number) : clang::QualType();
  }
  for (const clang::CXXMethodDecl* method : record->methods())
    if (method->getOverloadedOperator() == clang::OO_Call && number < method->getNumParams())
      return method->getParamDecl(number)->getType();
  return {};
}

}  // namespace

Handler Handlers::of(const clang::Expr& token, unsigned argument) {
  const clang::Expr* inner = asio::without_wrappers(&token);
  if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(inner)) {
    if (lambda->isGenericLambda()) return {};
    return {.function = lambda->getCallOperator(), .parameter = argument};
  }
  if (const clang::DeclRefExpr* reference = function_named(*inner)) {
    note(*reference);
    return {.function = llvm::cast<clang::FunctionDecl>(reference->getDecl()), .parameter = argument};
  }
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(inner)) {
    const llvm::StringRef name = name_of_callee(*call);
    if (name == "bind" && call->getNumArgs() > 0) return of_bind(*call, argument);
    const std::vector<const clang::Expr*> arguments = written_arguments(*call);
    if (name.empty() && is_open_wrap(*call) && arguments.size() == 1) return of(*arguments.back(), argument);
    if ((name == "wrap" || name == "bind_executor" || name == "move") && !arguments.empty())
      return of(*arguments.back(), argument);
  }
  return {.type = parameter_type(inner->getType(), argument)};
}

Handler Handlers::of_bind(const clang::CallExpr& bind, unsigned argument) {
  const clang::DeclRefExpr* reference = function_named(*bind.getArg(0));
  if (!reference) return {};
  const auto* function = llvm::cast<clang::FunctionDecl>(reference->getDecl());
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
  const unsigned first = method && method->isInstance() ? 2 : 1;
  note(*reference);
  for (unsigned i = first; i < bind.getNumArgs(); ++i)
    if (placeholder_number(*bind.getArg(i)) == static_cast<int>(argument))
      return {.function = function, .parameter = i - first, .placeholder = bind.getArg(i)};
  return {};
}

std::string Handlers::why_not_changed(const clang::FunctionDecl& function) const {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  if (method && method->isVirtual()) return "`" + function.getNameAsString() + "` is virtual";
  if (!function.isDefined()) return "`" + function.getNameAsString() + "` is defined in another file";
  if (function.isTemplateInstantiation()) return "`" + function.getNameAsString() + "` is a template";
  if (method && method->getParent()->isLambda()) return {};
  for (const clang::Stmt* statement : unit_.parents.statements()) {
    const auto* expression = llvm::dyn_cast<clang::Expr>(statement);
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(statement);
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(statement);
    const clang::ValueDecl* named = reference ? reference->getDecl()
                                    : member  ? member->getMemberDecl()
                                              : nullptr;
    // What a template leaves open may be this function.
    const auto* open = llvm::dyn_cast<clang::CXXDependentScopeMemberExpr>(statement);
    const auto* open_name = llvm::dyn_cast<clang::DependentScopeDeclRefExpr>(statement);
    const auto* overloads = llvm::dyn_cast<clang::OverloadExpr>(statement);
    const clang::DeclarationName left = open        ? open->getMember()
                                        : open_name ? open_name->getDeclName()
                                        : overloads ? overloads->getName()
                                                    : clang::DeclarationName();
    const bool is_function = named && named->getCanonicalDecl() == function.getCanonicalDecl();
    if ((is_function || left == function.getDeclName()) && !as_handler_.contains(expression))
      return "`" + function.getNameAsString() + "` is used in other ways, too";
  }
  return {};
}

void Handlers::begin_body(const clang::CompoundStmt& body, const std::string& statement,
                          Change& change) const {
  const clang::SourceLocation open = body.getLBracLoc();
  const bool is_one_line = unit_.sources.getSpellingLineNumber(open) ==
                           unit_.sources.getSpellingLineNumber(
                               body.body_empty() ? body.getRBracLoc() : body.body_front()->getBeginLoc());
  const std::string gap =
      is_one_line ? " " : "\n" + unit_.indent(body.body_empty() ? open : body.body_front()->getBeginLoc());
  change.insert_after(open, gap + with_gaps(statement, gap_of_calls(unit_, open)));
}

}  // namespace ferry::rewriter
