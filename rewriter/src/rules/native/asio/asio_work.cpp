// WORK-01, WORK-02, WORK-03: `io_context::work` is a work guard. STRAND-04: `io_context::strand` is a
// `strand` of its executors. Both are made from an executor now, wherever they are made: in place, by `new`,
// or by a function of the standard library that hands the context on.
#include <algorithm>
#include <set>

#include <clang/AST/ExprCXX.h>

#include "analyse/gaps.hpp"
#include "analyse/spelling.hpp"
#include "rules/asio.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

// A class that goes, and how it is written anew.
struct Kind {
  llvm::StringLiteral old;        // in Asio's namespace
  llvm::StringLiteral type;       // what takes its place
  llvm::StringLiteral make;       // what makes a local of it; empty where that is declared by its type
  llvm::StringLiteral header;     // of the new type
  llvm::StringLiteral plain;      // the rule of what is declared by its type, and of the annotation
  llvm::StringLiteral held;       // of what is in a pointer or another template
  llvm::StringLiteral forwarded;  // of arguments that a library function hands on
  Applicability applicability;
  llvm::StringLiteral message;
};

constexpr Kind kWork{.old = "io_context::work",
                     .type = "$asio::executor_work_guard<$asio::io_context::executor_type>",
                     .make = "$asio::make_work_guard",
                     .header = "executor_work_guard.hpp",
                     .plain = "WORK-01",
                     .held = "WORK-02",
                     .forwarded = "WORK-03",
                     .applicability = Applicability::Safe,
                     .message = "`work` is now an `executor_work_guard`, made from an executor"};
constexpr Kind kStrand{.old = "io_context::strand",
                       .type = "$asio::strand<$asio::io_context::executor_type>",
                       .make = "",
                       .header = "strand.hpp",
                       .plain = "STRAND-04",
                       .held = "STRAND-04",
                       .forwarded = "STRAND-04",
                       .applicability = Applicability::Unsafe,
                       .message = "`io_context::strand` is now a `strand` of the context's executor"};

// Whether one of a template's arguments is the class `name`.
bool contain(llvm::ArrayRef<clang::TemplateArgument> arguments, llvm::StringRef name) {
  return std::ranges::any_of(arguments, [&](const clang::TemplateArgument& argument) {
    if (argument.getKind() == clang::TemplateArgument::Pack) return contain(argument.pack_elements(), name);
    return argument.getKind() == clang::TemplateArgument::Type &&
           asio::class_name(argument.getAsType()) == name;
  });
}

// Whether objects of a class make one of the class `name` from what they are given: pointers, optionals,
// containers. Pairs and what Asio binds together take one that is there.
bool is_holder(const clang::CXXRecordDecl* record, llvm::StringRef name) {
  const auto* holder = llvm::dyn_cast_if_present<clang::ClassTemplateSpecializationDecl>(record);
  return holder && asio::name_of(holder).empty() && holder->getName() != "pair" &&
         holder->getName() != "tuple" && contain(holder->getTemplateArgs().asArray(), name);
}

bool makes(const clang::FunctionDecl& function, llvm::StringRef name) {
  const clang::QualType result = function.getReturnType();
  return is_holder(llvm::dyn_cast<clang::CXXRecordDecl>(function.getDeclContext()), name) ||
         is_holder(asio::class_of(result), name) || asio::class_name(result) == name;
}

bool is_made_with(const clang::FunctionDecl& function, llvm::StringRef name) {
  const clang::TemplateArgumentList* arguments = function.getTemplateSpecializationArgs();
  return arguments && contain(arguments->asArray(), name);
}

class Making {
 public:
  Making(Unit& unit, const Kind& kind) : unit_(unit), kind_(kind) {}

  void run() {
    for (const Use& use : unit_.uses.of_declarations)
      if (use.annotation->id == kind_.plain && llvm::isa<clang::CXXRecordDecl>(use.target)) judge_type(use);
    for (const clang::Stmt* statement : unit_.parents.statements()) {
      if (const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(statement)) judge(*construction);
      if (const auto* call = llvm::dyn_cast<clang::CallExpr>(statement)) judge(*call);
      if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(statement)) judge(*member);
    }
  }

 private:
  bool is_old(clang::QualType type) const {
    return asio::class_name(type) == kind_.old && !type->isPointerType();
  }

  Draft draft(llvm::StringRef rule, clang::SourceRange where) const {
    return {.rule = rule.str(),
            .applicability = kind_.applicability,
            .where = where,
            .message = kind_.message.str(),
            .group = "all of " + kind_.old.str()};
  }

  static void leave(Draft& finding, const std::string& reason) { finding.leave(reason); }

  // Around a mention that stands in a declaration or an expression.
  llvm::StringRef rule_of(const Use& use) const {
    if (use.parent.as<clang::CXXNewExpr>()) return kind_.held;
    if (use.parent.as<clang::DeclRefExpr>() || use.parent.as<clang::MemberExpr>() ||
        use.parent.as<clang::CallExpr>())
      return kind_.forwarded;
    const auto* declarator = use.parent.as<clang::DeclaratorDecl>();
    const bool is_function = llvm::isa_and_present<clang::FunctionDecl>(declarator);
    return declarator && !is_function && !is_old(declarator->getType()) ? kind_.held : kind_.plain;
  }

  void judge_type(const Use& use) {
    if (use.mention != Mention::Name) return;
    if (judge_local(use)) return;
    Draft finding = draft(rule_of(use), clang::SourceRange(use.name_begin(), use.name));
    if (!use.trouble.empty() || use.is_using || !use.type || use.type.getAs<clang::DependentNameTypeLoc>()) {
      leave(finding, use.trouble.empty() ? "it is not named as a type here" : use.trouble);
      return unit_.report(std::move(finding));
    }
    const std::string root = asio::root_of(use.target);
    const Spelled guard = asio::spell_code(unit_, kind_.type, root, use.name, around(use));
    finding.change.replace(clang::SourceRange(use.name_begin(), use.name), guard.text);
    asio::add_header(unit_, use.name, root, kind_.header, finding.change);
    if (!guard.trouble.empty()) leave(finding, guard.trouble);
    unit_.report(std::move(finding));
  }

  // `work name(io);` in a function: `auto name = make_work_guard(io);`
  bool judge_local(const Use& use) {
    if (kind_.make.empty()) return false;
    const auto* variable = use.parent.as<clang::VarDecl>();
    if (!use.type || !use.trouble.empty() || !variable || !variable->isLocalVarDecl() ||
        variable->isStaticLocal() || !is_old(variable->getType()) || variable->getType()->isReferenceType())
      return false;
    const auto* statement = unit_.parents.of(variable).as<clang::DeclStmt>();
    const clang::Expr* init = variable->getInit();
    const auto* made = init ? llvm::dyn_cast<clang::CXXConstructExpr>(init->IgnoreImplicit()) : nullptr;
    if (!statement || !statement->isSingleDecl() || !made || made->getNumArgs() != 1 ||
        made->getConstructor()->isCopyOrMoveConstructor() || made->getParenOrBraceRange().isInvalid())
      return false;
    const std::string root = asio::root_of(use.target);
    const Spelled make =
        asio::spell_code(unit_, kind_.make, root, variable->getLocation(), Node{.stmt = statement});
    if (!make.trouble.empty()) return false;
    Draft finding = draft(kind_.plain, clang::SourceRange(use.name_begin(), use.name));
    finding.group.clear();
    finding.change.replace(clang::SourceRange(use.name_begin(), use.name), "auto");
    finding.change.insert_after(variable->getLocation(), " = " + make.text);
    if (made->isListInitialization()) {
      finding.change.replace(clang::SourceRange(made->getParenOrBraceRange().getBegin()), "(");
      finding.change.replace(clang::SourceRange(made->getParenOrBraceRange().getEnd()), ")");
    }
    asio::add_header(unit_, use.name, root, kind_.header, finding.change);
    local_.insert(made);
    unit_.report(std::move(finding));
    return true;
  }

  void judge(const clang::CXXConstructExpr& construction) {
    if (local_.contains(&construction)) return;
    const clang::CXXConstructorDecl& constructor = *construction.getConstructor();
    if (is_old(unit_.context.getRecordType(constructor.getParent()))) {
      if (construction.getNumArgs() != 1 || constructor.isCopyOrMoveConstructor()) return;
      const bool is_new = unit_.parents.meaning(&construction).as<clang::CXXNewExpr>() != nullptr;
      return change_argument(is_new ? kind_.held : kind_.plain, *construction.getArg(0));
    }
    if (is_holder(constructor.getParent(), kind_.old) && !constructor.isCopyOrMoveConstructor())
      for (const clang::Expr* argument : construction.arguments()) judge_forwarded(*argument);
  }

  void judge(const clang::CallExpr& call) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    if (!callee || !asio::name_of(callee).empty()) return;
    const bool is_own = unit_.is_project(callee->getLocation());
    if (!makes(*callee, kind_.old) && !(is_own && is_made_with(*callee, kind_.old))) return;
    for (const clang::Expr* argument : written_arguments(call)) {
      if (!is_own) {
        judge_forwarded(*argument);
        continue;
      }
      if (!asio::is_a(argument->getType(), "io_context")) continue;
      Draft finding = draft(kind_.forwarded, argument->getSourceRange());
      leave(finding, "what this template does with its argument cannot be seen here");
      unit_.report(std::move(finding));
    }
  }

  // A strand gives its context by way of its executor.
  void judge(const clang::MemberExpr& member) {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(member.getMemberDecl());
    if (!method || !method->getIdentifier() || method->getName() != "context" ||
        asio::name_of(method->getParent()) != kStrand.old || kind_.old != kStrand.old)
      return;
    Draft finding = draft(kind_.plain, clang::SourceRange(member.getMemberLoc()));
    finding.change.replace(clang::SourceRange(member.getMemberLoc()),
                           "get_inner_executor" + gap_of_calls(unit_, member.getMemberLoc()) + "().context");
    unit_.report(std::move(finding));
  }

  // An argument that the standard library hands on to work's constructor.
  void judge_forwarded(const clang::Expr& argument) {
    const clang::Expr* inner = argument.IgnoreParenImpCasts()->IgnoreImplicit();
    const auto* call = llvm::dyn_cast<clang::CallExpr>(inner);
    const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
    if (callee && callee->getIdentifier() && callee->getName() == "in_place") {
      for (const clang::Expr* each : written_arguments(*call)) judge_forwarded(*each);
      return;
    }
    if (callee && callee->getIdentifier() && callee->getName() == "ref" && call->getNumArgs() == 1 &&
        asio::is_a(call->getArg(0)->getType(), "io_context")) {
      Draft finding = draft(kind_.forwarded, inner->getSourceRange());
      const std::string io = unit_.text(call->getArg(0)->getSourceRange());
      if (io.empty()) leave(finding, "part of it comes from a macro");
      finding.change.replace(inner->getSourceRange(),
                             io + ".get_executor" + gap_of_calls(unit_, inner->getBeginLoc()) + "()");
      return unit_.report(std::move(finding));
    }
    if (asio::is_a(inner->getType(), "io_context") && !inner->getType()->isPointerType())
      change_argument(kind_.forwarded, *inner);
  }

  void change_argument(llvm::StringRef rule, const clang::Expr& io) {
    const clang::Expr& inner = *io.IgnoreParenImpCasts();
    Draft finding = draft(rule, io.getSourceRange());
    if (asio::is_a(inner.getType(), "io_context") && !inner.getType()->isPointerType())
      asio::to_executor(unit_, io, finding.change);
    else
      leave(finding, "its argument is no `io_context` itself");
    unit_.report(std::move(finding));
  }

  Unit& unit_;
  const Kind& kind_;
  std::set<const clang::CXXConstructExpr*> local_;
};

}  // namespace

void asio_work(Unit& unit, std::set<std::string>& claimed) {
  for (const Kind* kind : {&kWork, &kStrand}) {
    claimed.insert(kind->plain.str());
    if (asio::is_loaded(unit)) Making(unit, *kind).run();
  }
}

}  // namespace ferry::rewriter::native
