#include "rules/stream_next.hpp"

#include <algorithm>

#include <clang/AST/ExprCXX.h>

#include "analyse/spelling.hpp"
#include "analyse/statements.hpp"
#include "rules/await_loop.hpp"
#include "rules/replace.hpp"
#include "rules/select_branch.hpp"

namespace ferry::rewriter {
namespace {

// A call that asks a stream for its next item.
struct NextCall {
  const clang::CallExpr* call = nullptr;
  const clang::Expr* stream = nullptr;  // the object of the member call, or the argument of the free function
  const clang::MemberExpr* member = nullptr;
  clang::SourceRange where;
};

class Rewriter {
 public:
  Rewriter(Unit& unit, const StreamKind& kind) : unit_(unit), kind_(kind) {}

  void run() {
    for (const Use& use : unit_.uses.of_declarations)
      if (use.annotation->id == kind_.id) note(use);
    note_free_calls();
    note_stored_streams();
    for (const NextCall& next : nexts_)
      if (!is_done_with_stored(next)) judge(next);
  }

 private:
  void note(const Use& use) {
    const clang::CallExpr* call = call_of(unit_, use.expression);
    const auto* member = llvm::dyn_cast_if_present<clang::MemberExpr>(use.expression);
    const clang::SourceRange where(use.name_begin(), use.name);
    const auto* target = llvm::dyn_cast<clang::FunctionDecl>(use.target);
    if (!target) return;  // the class of a stored stream: goes with the variable
    if (!call || !member || !use.trouble.empty() || !use.object)
      return leave(where, use.trouble.empty() ? "it is not called on an object here" : use.trouble);
    if (target->getNameAsString() == "next") return nexts_.push_back({call, use.object, member, where});
    // A function that gives the stream: judged with the `next` that is called on its result.
    sources_.push_back({call, use.object, member, where});
  }

  // stream::next(x), which is the same entity as before: what matters is x.
  void note_free_calls() {
    for (const clang::Stmt* statement : unit_.parents.statements()) {
      const auto* call = llvm::dyn_cast<clang::CallExpr>(statement);
      const clang::FunctionDecl* callee = call && call->getNumArgs() == 1 ? call->getDirectCallee() : nullptr;
      if (!callee || llvm::isa<clang::CXXMethodDecl>(callee) || callee->getNameAsString() != "next") continue;
      const clang::CXXRecordDecl* record = call->getArg(0)->getType()->getAsCXXRecordDecl();
      if (!record || !has_annotated_next(*record)) continue;
      nexts_.push_back({call, call->getArg(0), nullptr, call->getCallee()->getSourceRange()});
    }
  }

  bool has_annotated_next(const clang::CXXRecordDecl& record) {
    const clang::DeclarationName next(&unit_.context.Idents.get("next"));
    return std::ranges::any_of(record.lookup(next), [&](const clang::NamedDecl* member) {
      return std::ranges::any_of(unit_.annotations.of(member),
                                 [&](const Annotation* annotation) { return annotation->id == kind_.id; });
    });
  }

  // `x.incoming()` in `x.incoming().next()`, or nullptr.
  const NextCall* source_of(const clang::Expr& stream) const {
    const clang::Expr* inner = stream.IgnoreImplicit()->IgnoreParenImpCasts();
    const auto found =
        std::ranges::find_if(sources_, [&](const NextCall& source) { return source.call == inner; });
    return found == sources_.end() ? nullptr : &*found;
  }

  // `auto incoming = listener.incoming();` goes away when all that is done with it are loops over `next`.
  void note_stored_streams() {
    for (const NextCall& source : sources_) {
      const Node parent = unit_.parents.meaning(source.call);
      if (const auto* member = parent.as<clang::MemberExpr>();
          member && std::ranges::any_of(nexts_, [&](const NextCall& next) { return next.member == member; }))
        continue;
      if (std::ranges::any_of(nexts_,
                              [&](const NextCall& next) { return source_of(*next.stream) == &source; }))
        continue;
      const auto* variable = parent.as<clang::VarDecl>();
      if (!variable || !rewrite_stored(source, *variable)) leave(source.where, "the stream is handed on");
    }
  }

  bool rewrite_stored(const NextCall& source, const clang::VarDecl& variable) {
    const auto* declaration = unit_.parents.of(&variable).as<clang::DeclStmt>();
    const auto references = unit_.uses.of_variables.find(&variable);
    if (!declaration || !declaration->isSingleDecl() || references == unit_.uses.of_variables.end())
      return false;
    if (source.stream->HasSideEffects(unit_.context)) return false;
    const std::string object = unit_.text(source.stream->getSourceRange());
    Draft draft = start(source.where);
    std::vector<const NextCall*> done;
    for (const clang::DeclRefExpr* reference : references->second) {
      const auto next = std::ranges::find_if(
          nexts_, [&](const NextCall& each) { return each.stream->IgnoreParenImpCasts() == reference; });
      if (next == nexts_.end() || object.empty()) return false;
      Change call;
      if (next->member) {
        call.replace(reference->getLocation(), object);
        call.replace(next->member->getOperatorLoc(), source.member->isArrow() ? "->" : ".");
        call.replace(next->member->getMemberLoc(), kind_.method);
      } else {
        call.replace(next->call->getSourceRange(),
                     object + (source.member->isArrow() ? "->" : ".") + kind_.method + "()");
      }
      if (!change_around(*next->call, std::move(call), draft.change).empty()) return false;
      done.push_back(&*next);
    }
    remove_statement(unit_, *declaration, draft.change);
    for (const NextCall* next : done) stored_.insert(next->call);
    unit_.report(std::move(draft));
    return true;
  }

  bool is_done_with_stored(const NextCall& next) const { return stored_.contains(next.call); }

  void judge(const NextCall& next) {
    const clang::CXXRecordDecl* record = next.stream->getType()->getAsCXXRecordDecl();
    Change call;
    if (const NextCall* source = source_of(*next.stream)) {
      if (!next.member) return leave(next.where, "the stream is made for this call");
      call.replace(clang::SourceRange(source->member->getMemberLoc(), next.member->getMemberLoc()),
                   kind_.method);
      record = source->stream->getType()->getAsCXXRecordDecl();
    } else if (!record || !has_member(unit_, *record, kind_.method)) {
      return leave(next.where, "what it is called on cannot be seen from here");
    } else if (next.member) {
      call.replace(next.member->getMemberLoc(), kind_.method);
    } else {
      const std::string object = unit_.text(next.stream->getSourceRange());
      if (object.empty() ||
          !llvm::isa<clang::DeclRefExpr, clang::MemberExpr>(next.stream->IgnoreParenImpCasts()))
        return leave(next.where, "what it is called on is no plain name");
      call.replace(next.call->getSourceRange(), object + "." + kind_.method + "()");
    }
    Draft draft = start(next.where);
    const std::string trouble = change_around(*next.call, std::move(call), draft.change);
    if (!trouble.empty()) return leave(next.where, trouble);
    unit_.report(std::move(draft));
  }

  // Writes `call` and what is around it: the loop that it drives, or the select that it is a branch of.
  std::string change_around(const clang::CallExpr& call, Change renamed, Change& change) {
    if (const auto branch = select_branch(unit_, call)) {
      change.append(std::move(renamed));
      return adapt_branch(unit_, *branch, kind_.becomes, change);
    }
    const auto loop = await_loop(unit_, call);
    if (!loop)
      return is_result_dropped(call) ? (change.append(std::move(renamed)), "")
                                     : "it is not the condition of a loop";
    bool is_used = false;
    if (loop->variable)
      if (std::string trouble = adapt_uses(unit_, *loop->variable, kind_.becomes, change, is_used);
          !trouble.empty())
        return trouble;
    const std::string awaited = unit_.text_with(loop->awaited->getSourceRange(), renamed);
    if (awaited.empty()) return "part of it comes from a macro";
    const bool keeps_variable = loop->variable && (is_used || kind_.becomes == Becomes::Accepted);
    const std::string name = keeps_variable ? loop->variable->getNameAsString() : "";
    return rewrite_head(unit_, *loop->loop, "for (;;)",
                        (keeps_variable ? "auto " + name + " = " : "") + awaited + ";", change);
  }

  bool is_result_dropped(const clang::CallExpr& call) const {
    const clang::Expr* awaited = await_of(unit_, call);
    return awaited && unit_.parents.meaning(awaited).as<clang::CompoundStmt>();
  }

  Draft start(clang::SourceRange where) const {
    return {.rule = kind_.id,
            .applicability = Applicability::Safe,
            .where = where,
            .message = "no stream any more: await `" + kind_.method + "()`"};
  }

  void leave(clang::SourceRange where, const std::string& reason) {
    Draft draft = start(where);
    draft.leave(reason + ". " + kind_.hint);
    unit_.report(std::move(draft));
  }

  Unit& unit_;
  const StreamKind& kind_;
  std::vector<NextCall> nexts_;
  std::vector<NextCall> sources_;
  std::set<const clang::CallExpr*> stored_;
};

}  // namespace

void rewrite_next(Unit& unit, const StreamKind& kind) { Rewriter(unit, kind).run(); }

}  // namespace ferry::rewriter
