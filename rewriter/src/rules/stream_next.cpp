#include "rules/stream_next.hpp"

#include <algorithm>

#include <clang/AST/ExprCXX.h>

#include "analyse/spelling.hpp"
#include "analyse/statements.hpp"
#include "rules/await_loop.hpp"
#include "rules/awaited.hpp"
#include "rules/called.hpp"
#include "rules/shapes.hpp"

namespace ferry::rewriter {
namespace {

// A call that asks a stream for its next item.
struct NextCall {
  const clang::CallExpr* call = nullptr;
  const clang::Expr* stream = nullptr;  // the object of the member call, or the argument of the free function
  const clang::MemberExpr* member = nullptr;
  clang::SourceRange where;
};

// Whether what is called belongs to `ferry::stream`, of 0.2 or of 1.x.
bool is_of_streams(const clang::NamedDecl& declaration) {
  const auto space = [](const clang::DeclContext* context, llvm::StringRef name) {
    const auto* found = llvm::dyn_cast_if_present<clang::NamespaceDecl>(context);
    return found && found->getDeclName().isIdentifier() && found->getName() == name ? found->getParent()
                                                                                    : nullptr;
  };
  for (const clang::DeclContext* context = declaration.getDeclContext(); context;
       context = context->getParent())
    if (const clang::DeclContext* outer = space(context, "stream")) {
      const clang::DeclContext* moved = space(outer, "v0_2");
      return space(moved ? moved : outer, "ferry") != nullptr;
    }
  return false;
}

class Rewriter {
 public:
  Rewriter(Unit& unit, const StreamKind& kind) : unit_(unit), kind_(kind) {}

  void run() {
    for (const Use& use : unit_.uses.of_declarations)
      if (use.annotation->id == kind_.id) note(use);
    for (const clang::Stmt* statement : unit_.parents.statements())
      if (const auto* call = llvm::dyn_cast<clang::CallExpr>(statement)) note_call(*call);
    note_stored_streams();
    for (const NextCall& next : nexts_)
      if (!stored_.contains(next.call)) judge(next);
    for (const Use* type : types_) judge_type(*type);
  }

 private:
  void note(const Use& use) {
    if (kind_.is_judged_elsewhere) return;
    const clang::CallExpr* call = rewriter::call_of(unit_, use.expression);
    const auto* member = llvm::dyn_cast_if_present<clang::MemberExpr>(use.expression);
    const clang::SourceRange where(use.name_begin(), use.name);
    const auto* target = llvm::dyn_cast<clang::FunctionDecl>(use.target);
    if (!target) return types_.push_back(&use);
    if (!call || !member || !use.trouble.empty() || !use.object)
      return leave(where, use.trouble.empty() ? "it is not called on an object here" : use.trouble);
    const std::string name = target->getNameAsString();
    if (name == "next") return nexts_.push_back({call, use.object, member, where});
    // A function that gives the stream: judged with the `next` that is called on its result.
    if (name == "incoming") return sources_.push_back({call, use.object, member, where});
    if (name == "into_stream") return wrap_moved(use, *call, where);
    if (kind_.free.empty()) leave(where, "`" + name + "` polls the stream");
  }

  // stream::next(x), and other functions of streams, which are the same entities as before: what matters is
  // x.
  void note_call(const clang::CallExpr& call) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    if (!callee || call.getNumArgs() == 0) return;
    const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call);
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(callee);
    if (!operation && !method && call.getNumArgs() == 1 && callee->getDeclName().isIdentifier() &&
        callee->getName() == "next") {
      if (is_stream(*call.getArg(0)))
        nexts_.push_back({&call, call.getArg(0), nullptr, call.getCallee()->getSourceRange()});
      return;
    }
    if (!takes_streams(call)) return;
    for (unsigned i = operation ? 1 : 0; i < call.getNumArgs(); ++i) {
      const clang::Expr& argument = *call.getArg(i);
      if (!is_stream(argument)) continue;
      if (method && !operation)
        leave(written(argument).getSourceRange(), "it is kept as a stream, whose type is written there");
      else
        handed_on(argument);
    }
  }

  // A function of `ferry::stream`, or one of its function objects.
  bool takes_streams(const clang::CallExpr& call) const {
    if (const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call)) {
      if (operation->getOperator() != clang::OO_Call) return false;
      const auto* object = llvm::dyn_cast<clang::DeclRefExpr>(operation->getArg(0)->IgnoreParenImpCasts());
      return object && is_of_streams(*object->getDecl());
    }
    const clang::FunctionDecl* callee = call.getDirectCallee();
    return callee != nullptr && (is_of_streams(*callee) || becomes_of_streams(*callee));
  }

  // A function of 0.2 that is one of `ferry::stream` now.
  bool becomes_of_streams(const clang::FunctionDecl& callee) const {
    return std::ranges::any_of(unit_.annotations.of(&callee), [](const Annotation* annotation) {
      return annotation->kind == Annotation::Kind::Replace &&
             llvm::StringRef(annotation->text).starts_with("ferry::stream::");
    });
  }

  bool is_stream(const clang::Expr& expression) {
    const clang::CXXRecordDecl* record = written(expression).getType()->getAsCXXRecordDecl();
    return record && has_annotated_next(*record);
  }

  static const clang::Expr& written(const clang::Expr& expression) {
    return *without_conversion(expression).IgnoreParenImpCasts();
  }

  bool has_annotated_next(const clang::CXXRecordDecl& record) {
    const clang::CXXRecordDecl* definition = record.getDefinition();
    return definition && std::ranges::any_of(
                             look_up_member(unit_, *definition, "next"), [&](const clang::NamedDecl* member) {
                               return std::ranges::any_of(
                                   unit_.annotations.of(member),
                                   [&](const Annotation* annotation) { return annotation->id == kind_.id; });
                             });
  }

  // Whether the object is of the rule's second class: "SplitStream" wraps a Split.
  bool is_other(const clang::Expr& stream) const {
    if (kind_.other_wrapper.empty()) return false;
    clang::QualType type = written(stream).getType().getNonReferenceType();
    if (const clang::QualType pointee = type->getPointeeType(); !pointee.isNull()) type = pointee;
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    return record &&
           llvm::StringRef(kind_.other_wrapper).rsplit("::").second == record->getName().str() + "Stream";
  }
  const std::string& method_for(const clang::Expr& stream) const {
    return is_other(stream) ? kind_.other_method : kind_.method;
  }
  const std::string& wrapper_for(const clang::Expr& stream) const {
    return is_other(stream) ? kind_.other_wrapper : kind_.wrapper;
  }

  // ---- streams that are handed on

  // `stream` is given to a function that takes any stream.
  void handed_on(const clang::Expr& stream) {
    const clang::Expr& given = written(stream);
    if (const NextCall* source = source_of(given)) return hand_listener_on(*source);
    if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(&given);
        call && call->getMethodDecl() && call->getMethodDecl()->getDeclName().isIdentifier() &&
        call->getMethodDecl()->getName() == "into_stream")
      return;
    const clang::SourceRange where = given.getSourceRange();
    const bool is_moved = move_of({.stmt = &given}) != nullptr || given.isPRValue();
    if (kind_.wrapper.empty()) return leave(where, "it is used as a stream");
    if (!is_moved) return leave(where, "the stream is lent, and its wrapper takes it over");
    Draft draft = start(where);
    add_wrapper(wrapper_for(stream), where, draft);
    unit_.report(std::move(draft));
  }

  void add_wrapper(const std::string& name, clang::SourceRange what, Draft& draft) {
    draft.message = "no stream any more: `" + name + "` makes one of it";
    const Spelled wrapper = spell(unit_, name, what.getBegin());
    draft.change.insert_before(what.getBegin(), wrapper.text + "(");
    draft.change.insert_after(what.getEnd(), ")");
    draft.last = draft.last || wrapper.needs_move || has_new_items();
  }

  // `listener.incoming()` borrows the listener; a wrapper takes over one that nothing else is done with.
  void hand_listener_on(const NextCall& source) {
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(source.stream->IgnoreParenImpCasts());
    const auto* variable = reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
    handed_on_.insert(source.call);
    const auto references = unit_.uses.of_variables.find(variable);
    if (!variable || !variable->hasLocalStorage() || variable->getType()->isReferenceType() ||
        variable->getType()->isPointerType() || references == unit_.uses.of_variables.end() ||
        references->second.size() != 1 ||
        unit_.parents.function({.stmt = reference}) != variable->getDeclContext())
      return leave(source.where, "the stream borrows the listener, and its wrapper takes it over");
    Draft draft = start(source.where);
    draft.message = "no stream any more: `" + kind_.wrapper + "` makes one of it";
    const Spelled wrapper = spell(unit_, kind_.wrapper, reference->getLocation());
    draft.change.replace(source.call->getSourceRange(),
                         wrapper.text + "(std::move(" + variable->getNameAsString() + "))");
    draft.last = wrapper.needs_move || has_new_items();
    unit_.report(std::move(draft));
  }

  // The items of the wrapper are sockets of 1.x.
  bool has_new_items() const { return kind_.turn.becomes == Becomes::Accepted; }

  // `std::move(x).into_stream()`
  void wrap_moved(const Use& use, const clang::CallExpr& call, clang::SourceRange where) {
    Draft draft = start(where);
    const auto* member = llvm::cast<clang::MemberExpr>(use.expression);
    add_wrapper(kind_.wrapper, use.object->getSourceRange(), draft);
    const clang::SourceRange step(member->getOperatorLoc(), call.getEndLoc());
    draft.change.replace(step, "");
    // What it gives is the receiver itself.
    if (const auto* variable = unit_.parents.meaning(&call).as<clang::VarDecl>();
        variable && is_only_read(*variable)) {
      draft.message = "`into_stream` gives the receiver itself";
      draft.change = {};
      draft.change.replace(step, "");
      return unit_.report(std::move(draft));
    }
    // Its items, and how it is asked for them, are others.
    if (!is_given_to_streams(call)) return leave(where, "the stream is kept");
    unit_.report(std::move(draft));
  }

  // Whether it is `auto`, and nothing is done with it but calls of `next`.
  bool is_only_read(const clang::VarDecl& variable) const {
    const auto references = unit_.uses.of_variables.find(&variable);
    return variable.getType()->getContainedDeducedType() && !variable.getType()->isReferenceType() &&
           references != unit_.uses.of_variables.end() &&
           std::ranges::all_of(references->second, [&](const clang::DeclRefExpr* reference) {
             const auto* member = unit_.parents.meaning(reference).as<clang::MemberExpr>();
             return member && member->getMemberDecl()->getNameAsString() == "next";
           });
  }

  bool is_given_to_streams(const clang::CallExpr& call) const {
    const auto* around = unit_.parents.meaning(&call).as<clang::CallExpr>();
    return around && takes_streams(*around);
  }

  // ---- streams that are read

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
      if (handed_on_.contains(source.call)) continue;
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
    removed_.insert(&variable);
    for (const NextCall* next : done) stored_.insert(next->call);
    unit_.report(std::move(draft));
    return true;
  }

  void judge(const NextCall& next) {
    Draft draft = start(next.where);
    Change call;
    if (kind_.method.empty() && kind_.free.empty()) return leave(next.where, "it is read as a stream");
    std::string trouble = kind_.free.empty() ? rename(next, call) : call_free_function(next, call, draft);
    if (trouble.empty()) trouble = change_around(*next.call, std::move(call), draft.change);
    if (!trouble.empty()) return leave(next.where, trouble);
    if (draft.change.empty()) return;
    unit_.report(std::move(draft));
  }

  std::string rename(const NextCall& next, Change& call) {
    const clang::CXXRecordDecl* record = next.stream->getType()->getAsCXXRecordDecl();
    if (const NextCall* source = source_of(*next.stream)) {
      if (!next.member) return "the stream is made for this call";
      call.replace(clang::SourceRange(source->member->getMemberLoc(), next.member->getMemberLoc()),
                   kind_.method);
      return {};
    }
    if (next.member && next.member->isArrow()) record = next.stream->getType()->getPointeeCXXRecordDecl();
    const std::string& method = method_for(*next.stream);
    if (!record || !has_member(unit_, *record, method))
      return "what it is called on cannot be seen from here";
    if (next.member) {
      call.replace(next.member->getMemberLoc(), method);
      return {};
    }
    const std::string object = unit_.text(next.stream->getSourceRange());
    const clang::Expr* plain = next.stream->IgnoreParenImpCasts();
    const clang::Expr* star = dereference({.stmt = plain});
    if (object.empty() || (!star && !llvm::isa<clang::DeclRefExpr, clang::MemberExpr>(plain)))
      return "what it is called on is no plain name";
    call.replace(next.call->getSourceRange(), (star ? "(" + object + ")" : object) + "." + method + "()");
    return {};
  }

  // The items change with the stream's type: under the old one the call would give the old ones.
  std::string call_free_function(const NextCall& next, Change& call, Draft& draft) {
    draft.last = true;
    if (!next.member) return {};
    const Spelled function = spell(unit_, kind_.free, next.where.getBegin());
    call.insert_before(next.stream->getBeginLoc(), function.text + (next.member->isArrow() ? "(*" : "("));
    call.replace(clang::SourceRange(next.member->getOperatorLoc(), next.call->getEndLoc()), ")");
    return {};
  }

  // Writes `call` and what is around it: the loop that it drives, or what becomes of its result.
  std::string change_around(const clang::CallExpr& call, Change renamed, Change& change) {
    if (kind_.is_judged_elsewhere) return change.append(std::move(renamed)), "";
    const auto loop = await_loop(unit_, call);
    if (!loop) {
      change.append(std::move(renamed));
      return adapt_awaited(unit_, call, kind_.turn, change);
    }
    bool is_used = false;
    if (loop->variable)
      if (std::string trouble = adapt_uses(unit_, *loop->variable, kind_.turn, change, is_used);
          !trouble.empty())
        return trouble;
    if (kind_.turn.keeps_tests) return change.append(std::move(renamed)), "";
    const std::string awaited = unit_.text_with(loop->awaited->getSourceRange(), renamed);
    if (awaited.empty()) return "part of it comes from a macro";
    const bool has_end = !kind_.turn.ended.empty();
    const bool keeps_variable = loop->variable && (is_used || kind_.turn.becomes == Becomes::Accepted);
    std::string name = keeps_variable || (loop->variable && has_end) ? loop->variable->getNameAsString() : "";
    if (name.empty() && has_end) {
      name = "item";
      if (llvm::StringRef(unit_.text(loop->loop->getBody()->getSourceRange())).contains(name))
        return "its value has no name";
    }
    std::string first = (name.empty() ? "" : "auto " + name + " = ") + awaited + ";";
    if (has_end)
      first += "\n" + inner_indent(*loop->loop) + "if (" + condition_of(kind_.turn.ended, name) + ") break;";
    return rewrite_head(unit_, *loop->loop, "for (;;)", first, change);
  }

  // That of the statements in the loop's body.
  std::string inner_indent(const clang::WhileStmt& loop) const {
    const auto* body = llvm::dyn_cast<clang::CompoundStmt>(loop.getBody());
    if (!body || body->body_empty() ||
        unit_.sources.getExpansionLineNumber(body->getLBracLoc()) ==
            unit_.sources.getExpansionLineNumber(body->getRBracLoc()))
      return unit_.indent(loop.getWhileLoc()) + "  ";
    return unit_.indent(unit_.sources.getFileLoc((*body->body_begin())->getBeginLoc()));
  }

  // The stream's own type, written: that of a variable that is gone says nothing.
  void judge_type(const Use& use) {
    const auto* variable = use.parent.as<clang::VarDecl>();
    if (use.is_using || (variable && removed_.contains(variable))) return;
    leave(clang::SourceRange(use.name_begin(), use.name), "the stream is stored or handed on");
  }

  Draft start(clang::SourceRange where) const {
    return {.rule = kind_.id,
            .applicability = kind_.applicability,
            .where = where,
            .message = kind_.method.empty() ? "its items are others now"
                                            : "no stream any more: await `" + kind_.method + "()`"};
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
  std::vector<const Use*> types_;
  std::set<const clang::CallExpr*> stored_;
  std::set<const clang::CallExpr*> handed_on_;
  std::set<const clang::VarDecl*> removed_;
};

}  // namespace

void rewrite_next(Unit& unit, const StreamKind& kind) {
  if (!unit.moved.empty()) Rewriter(unit, kind).run();
}

}  // namespace ferry::rewriter
