// IOT-01: `poll_read` fills a ReadBuf instead of giving a count. Readers are bridged, delegation is passed
// through, and callers ask for the count.
#include <algorithm>

#include <clang/AST/ExprCXX.h>

#include "analyse/spelling.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kRule = "IOT-01";
constexpr llvm::StringLiteral kName = "poll_read";
constexpr llvm::StringLiteral kMessage = "`poll_read` fills a `ReadBuf` and gives no count any more";

const clang::ClassTemplateSpecializationDecl* specialization(clang::QualType type) {
  return llvm::dyn_cast_if_present<clang::ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
}

const clang::TemplateArgument* first_argument(clang::QualType type) {
  const auto* record = specialization(type);
  return record && record->getTemplateArgs().size() > 0 ? &record->getTemplateArgs()[0] : nullptr;
}

// std::span<std::byte>
bool is_byte_span(clang::QualType type) {
  const auto* span = specialization(type.getNonReferenceType());
  return span && span->isInStdNamespace() && span->getName() == "span";
}

// Poll<io::Result<std::size_t>>
bool is_polled_count(clang::QualType type) {
  const auto* poll = specialization(type);
  if (!poll || poll->getName() != "Poll") return false;
  const clang::TemplateArgument* result = first_argument(type);
  if (result->getKind() != clang::TemplateArgument::Type) return false;
  const clang::TemplateArgument* count = first_argument(result->getAsType());
  return count && count->getKind() == clang::TemplateArgument::Type &&
         count->getAsType()->isUnsignedIntegerType();
}

bool is_old_poll_read(const clang::FunctionDecl& function) {
  return function.getDeclName().isIdentifier() && function.getName() == kName &&
         function.getNumParams() == 2 && is_byte_span(function.getParamDecl(1)->getType()) &&
         is_polled_count(function.getReturnType());
}

// The template arguments written in `type`; nullptr location when it is no specialization.
clang::TemplateSpecializationTypeLoc written_specialization(clang::TypeLoc type) {
  if (const auto elaborated = type.getAs<clang::ElaboratedTypeLoc>()) type = elaborated.getNamedTypeLoc();
  return type.getAs<clang::TemplateSpecializationTypeLoc>();
}

// The range of `std::size_t` in `Poll<io::Result<std::size_t>>`, when the type is written that way.
clang::SourceRange written_count(clang::TypeLoc type) {
  const auto poll = written_specialization(type);
  if (!poll || poll.getNumArgs() != 1 || !poll.getArgLoc(0).getTypeSourceInfo()) return {};
  const auto result = written_specialization(poll.getArgLoc(0).getTypeSourceInfo()->getTypeLoc());
  if (!result || result.getNumArgs() != 1) return {};
  return result.getArgLoc(0).getSourceRange();
}

class Readers {
 public:
  explicit Readers(Unit& unit) : unit_(unit) {}

  void run() {
    for (const clang::CXXMethodDecl* method : unit_.uses.methods)
      if (is_old_poll_read(*method)) judge_reader(*method);
    for (const clang::Stmt* statement : unit_.parents.statements())
      if (const auto* call = llvm::dyn_cast<clang::CallExpr>(statement)) judge_call(*call);
  }

 private:
  Draft start(clang::SourceRange where) const {
    return {.rule = kRule.str(),
            .applicability = Applicability::Unsafe,
            .where = where,
            .message = kMessage.str(),
            .group = kRule.str()};
  }

  void leave(clang::SourceRange where, llvm::StringRef reason) {
    Draft draft = start(where);
    draft.leave(reason);
    unit_.report(std::move(draft));
  }

  std::string spelled(llvm::StringRef name, clang::SourceLocation at, Draft& draft) const {
    Spelled result = spell(unit_, name, at);
    draft.last = draft.last || result.needs_move;
    return std::move(result.text);
  }

  void judge_reader(const clang::CXXMethodDecl& method) {
    const clang::SourceRange where(method.getLocation(), method.getLocation());
    for (const clang::CXXMethodDecl* overridden : method.overridden_methods())
      if (!unit_.is_project(overridden->getLocation()))
        return leave(where, "it overrides a function of another library");
    const auto type = method.getFunctionTypeLoc();
    const clang::SourceRange count = type ? written_count(type.getReturnLoc()) : clang::SourceRange();
    if (count.isInvalid()) return leave(where, "its result is written through an alias");

    Draft draft = start(where);
    const clang::ParmVarDecl& buffer = *method.getParamDecl(1);
    const clang::TypeLoc buffer_type = buffer.getTypeSourceInfo()->getTypeLoc();
    const std::string old_buffer = unit_.text(buffer_type.getSourceRange());
    const std::string old_result = unit_.text(type.getReturnLoc().getSourceRange());
    draft.change.replace(count, "void");
    const std::string read_buf = spelled("ferry::io::ReadBuf", method.getLocation(), draft) + "&";
    draft.change.replace(buffer_type.getSourceRange(), read_buf);

    const auto* body = method.doesThisDeclarationHaveABody()
                           ? llvm::dyn_cast<clang::CompoundStmt>(method.getBody())
                           : nullptr;
    if (method.doesThisDeclarationHaveABody() && !body) return leave(where, "its body is no plain block");
    if (body && !is_delegation(*body, method)) {
      const std::string name = buffer.getNameAsString();
      if (name.empty()) return leave(where, "it does not name its buffer");
      const std::string outer = name == "read_buf" ? "out" : "read_buf";
      draft.change.replace(clang::SourceRange(buffer.getLocation(), buffer.getLocation()), outer);
      const std::string indent = unit_.indent(body->getLBracLoc());
      const bool is_one_line = unit_.sources.getExpansionLineNumber(body->getLBracLoc()) ==
                               unit_.sources.getExpansionLineNumber(body->getRBracLoc());
      const std::string opening = "return " + spelled("ferry::io::read_with", method.getLocation(), draft) +
                                  "(" + outer + ", [&](" + old_buffer + " " + name + ") -> " + old_result +
                                  " {";
      draft.change.insert_after(body->getLBracLoc(),
                                is_one_line ? " " + opening : "\n" + indent + "  " + opening);
      draft.change.insert_before(body->getRBracLoc(), is_one_line ? "}); " : "  });\n" + indent);
    }
    unit_.report(std::move(draft));
  }

  // `return inner.poll_read(cx, buf);` with the function's own parameters.
  bool is_delegation(const clang::CompoundStmt& body, const clang::CXXMethodDecl& method) const {
    const auto* result = body.size() == 1 ? llvm::dyn_cast<clang::ReturnStmt>(body.body_front()) : nullptr;
    const auto* call = result && result->getRetValue()
                           ? llvm::dyn_cast<clang::CallExpr>(result->getRetValue()->IgnoreImplicit())
                           : nullptr;
    return call && is_poll_read_call(*call) && passes(*call, 0, method) && passes(*call, 1, method);
  }

  static bool passes(const clang::CallExpr& call, unsigned index, const clang::CXXMethodDecl& method) {
    const clang::Expr* argument = call.getArg(index)->IgnoreImplicit();
    // A copy of the span is still the parameter.
    if (const auto* copy = llvm::dyn_cast<clang::CXXConstructExpr>(argument); copy && copy->getNumArgs() == 1)
      argument = copy->getArg(0)->IgnoreImplicit();
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(argument->IgnoreParenImpCasts());
    return reference && reference->getDecl() == method.getParamDecl(index);
  }

  static bool is_poll_read_call(const clang::CallExpr& call) {
    if (call.getNumArgs() != 2) return false;
    const clang::Expr* callee = call.getCallee()->IgnoreParenImpCasts();
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(callee)) {
      const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(member->getMemberDecl());
      return method && is_old_poll_read(*method);
    }
    // In a template: by its name and what it is given.
    const auto* member = llvm::dyn_cast<clang::CXXDependentScopeMemberExpr>(callee);
    return member && member->getMember().getAsString() == kName && is_byte_span(call.getArg(1)->getType());
  }

  void judge_call(const clang::CallExpr& call) {
    if (!is_poll_read_call(call)) return;
    const clang::FunctionDecl* around = unit_.parents.function({.stmt = &call});
    const auto* method = llvm::dyn_cast_if_present<clang::CXXMethodDecl>(around);
    if (method && is_old_poll_read(*method))
      if (const auto* body = llvm::dyn_cast_if_present<clang::CompoundStmt>(method->getBody());
          body && is_delegation(*body, *method))
        return;

    const clang::Expr* callee = call.getCallee()->IgnoreParenImpCasts();
    const auto* known = llvm::dyn_cast<clang::MemberExpr>(callee);
    const auto* open = llvm::dyn_cast<clang::CXXDependentScopeMemberExpr>(callee);
    const bool is_implicit = known ? known->isImplicitAccess() : open->isImplicitAccess();
    const clang::SourceLocation name = known ? known->getMemberLoc() : open->getMemberLoc();
    const clang::SourceLocation first = call.getArg(0)->getBeginLoc();
    Draft draft = start(clang::SourceRange(name, name));
    if (!name.isFileID() || !first.isFileID() || !call.getBeginLoc().isFileID())
      return leave(draft.where, "the call comes from a macro");
    // A qualifier chooses the body of a virtual function, which a call by its name alone would not.
    if (known ? known->hasQualifier() : open->getQualifier() != nullptr)
      return leave(draft.where, "it is called by the name of its class");
    if (known) draft.last = is_legacy(unit_, known->getMemberDecl());
    const std::string function = spelled("ferry::io::poll_read_bytes", name, draft);
    if (is_implicit) {
      draft.change.replace(name, function);
      draft.change.insert_before(first, "*this, ");
      return unit_.report(std::move(draft));
    }
    const clang::Expr* object = known ? known->getBase() : open->getBase();
    const bool is_arrow = known ? known->isArrow() : open->isArrow();
    draft.change.insert_before(object->getBeginLoc(), function + (is_arrow ? "(*" : "("));
    draft.change.replace_characters(known ? known->getOperatorLoc() : open->getOperatorLoc(), first, ", ");
    unit_.report(std::move(draft));
  }

  Unit& unit_;
};

}  // namespace

void iot_01(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert(kRule.str());
  unit.uses.looked_for.push_back(kName.str());
  Readers(unit).run();
}

}  // namespace ferry::rewriter::native
