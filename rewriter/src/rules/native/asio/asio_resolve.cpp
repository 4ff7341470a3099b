// RESOLVE-01 ... RESOLVE-12: queries are arguments of `resolve`, and its results are a range, no iterator.
#include <algorithm>
#include <map>
#include <set>

#include <clang/AST/ExprCXX.h>
#include <clang/Lex/Lexer.h>

#include "analyse/effects.hpp"
#include "analyse/spelling.hpp"
#include "analyse/statements.hpp"
#include "rules/asio.hpp"
#include "rules/asio_handlers.hpp"
#include "rules/called.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

constexpr llvm::StringLiteral kQueryId = "RESOLVE-12";
constexpr llvm::StringLiteral kIteratorId = "RESOLVE-07";

bool is_query(clang::QualType type) { return asio::class_name(type) == "ip::basic_resolver_query"; }
bool is_iterator(clang::QualType type) { return asio::class_name(type) == "ip::basic_resolver_iterator"; }
bool is_results(clang::QualType type) { return asio::class_name(type) == "ip::basic_resolver_results"; }

bool is_string(clang::QualType type) {
  const clang::CXXRecordDecl* record = asio::class_of(type);
  return record && record->getName() == "basic_string";
}

// A query taken apart. What is left out is nullptr.
struct Parts {
  const clang::Expr* protocol = nullptr;
  const clang::Expr* host = nullptr;
  const clang::Expr* service = nullptr;
  const clang::Expr* flags = nullptr;
  const clang::Expr* made = nullptr;  // the construction
  clang::SourceRange brackets;        // around the arguments; invalid where there are none

  std::vector<const clang::Expr*> written() const {
    std::vector<const clang::Expr*> result;
    for (const clang::Expr* part : {protocol, host, service, flags})
      if (part) result.push_back(part);
    return result;
  }
};

// The arguments of `resolve` that stand for a query, as code.
struct Arguments {
  std::string protocol;
  std::string host;
  std::string service;
  std::string flags;

  std::string joined() const {
    return (protocol.empty() ? "" : protocol + ", ") + host + ", " + service + ", " + flags;
  }
};

std::optional<Parts> parts_of(const clang::Expr& expression) {
  const clang::Expr* inner = asio::without_wrappers(&expression);
  Parts parts;
  if (const auto* cast = llvm::dyn_cast<clang::CXXFunctionalCastExpr>(inner)) {
    parts.brackets = clang::SourceRange(cast->getLParenLoc(), cast->getRParenLoc());
    inner = asio::without_wrappers(cast->getSubExpr());
    if (parts.brackets.isInvalid())
      if (const auto* listed = llvm::dyn_cast<clang::CXXConstructExpr>(inner))
        parts.brackets = listed->getParenOrBraceRange();
  }
  const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(inner);
  if (!made || !is_query(made->getType()) || made->getConstructor()->isCopyOrMoveConstructor())
    return std::nullopt;
  if (made->getParenOrBraceRange().isValid()) parts.brackets = made->getParenOrBraceRange();
  parts.made = &expression;
  const clang::CXXConstructorDecl& constructor = *made->getConstructor();
  std::vector<const clang::Expr**> places;
  unsigned strings = 0;
  for (const clang::ParmVarDecl* parameter : constructor.parameters())
    strings += is_string(parameter->getType());
  if (strings == 0 || strings > 2) return std::nullopt;
  if (!is_string(constructor.getParamDecl(0)->getType())) places.push_back(&parts.protocol);
  if (strings == 2) places.push_back(&parts.host);
  places.push_back(&parts.service);
  places.push_back(&parts.flags);
  for (unsigned i = 0; i < made->getNumArgs() && i < places.size(); ++i)
    if (!llvm::isa<clang::CXXDefaultArgExpr>(made->getArg(i))) *places[i] = made->getArg(i);
  if (!parts.service) return std::nullopt;
  return parts;
}

class Resolving {
 public:
  explicit Resolving(Unit& unit) : unit_(unit), handlers_(unit) {}

  void run() {
    find_uses();
    if (!is_used()) return;
    for (const clang::Stmt* statement : unit_.parents.statements()) {
      if (const auto* call = llvm::dyn_cast<clang::CallExpr>(statement)) judge_call(*call);
      if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(statement)) collect(*cast);
    }
    for (const auto& [variable, calls] : queries_) judge_query(*variable, calls);
    for (const auto& [token, handler] : tokens_) judge_handler(*token, handler);
    judge_casts();
    for (const Use& use : unit_.uses.of_declarations) {
      if (use.annotation->id == kQueryId) judge_mention(use);
      if (use.annotation->id == kIteratorId) judge_iterator(use);
    }
  }

 private:
  // ---- what there is

  void find_uses() {
    for (const Use& use : unit_.uses.of_declarations)
      if (use.annotation->id == kQueryId || use.annotation->id == kIteratorId) {
        root_ = asio::root_of(use.target);
        if (use.annotation->id == kQueryId && is_qualifier(use)) qualifiers_.push_back(&use);
        if (use.annotation->id == kIteratorId) iterators_.push_back(&use);
      }
  }

  bool is_used() {
    if (!root_.empty()) return true;
    for (const clang::Stmt* statement : unit_.parents.statements())
      if (const auto* expression = llvm::dyn_cast<clang::Expr>(statement);
          expression && is_unnamed(*expression)) {
        root_ = asio::root_of(expression->getType());
        return true;
      }
    return false;
  }

  // What is old though no name says so: results used as an iterator, and a query made of what is in braces.
  static bool is_unnamed(const clang::Expr& expression) {
    if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(&expression)) return is_base_cast(*cast);
    return llvm::isa<clang::CXXConstructExpr>(expression) && is_query(expression.getType());
  }

  std::optional<clang::Token> token_behind(clang::SourceLocation token) const {
    return clang::Lexer::findNextToken(unit_.sources.getSpellingLoc(token), unit_.sources, unit_.language);
  }

  // `query::` in front of another name.
  bool is_qualifier(const Use& use) const {
    if (!use.type || use.name.isInvalid()) return false;
    const auto next = token_behind(use.name);
    return next && next->is(clang::tok::coloncolon);
  }

  static Draft draft(llvm::StringRef rule, clang::SourceRange where, std::string message,
                     Applicability applicability = Applicability::Safe) {
    return {
        .rule = rule.str(), .applicability = applicability, .where = where, .message = std::move(message)};
  }

  static void leave(Draft& finding, const std::string& reason) {
    finding.leave(reason);
    finding.change = {};
  }

  // ---- queries

  void judge_call(const clang::CallExpr& call) {
    const auto* method = llvm::dyn_cast_if_present<clang::CXXMethodDecl>(callee_of(call));
    if (!method || !method->getIdentifier() || asio::name_of(method->getParent()) != "ip::basic_resolver")
      return;
    const bool is_async = method->getName() == "async_resolve";
    if (!is_async && method->getName() != "resolve") return;
    if (is_async && call.getNumArgs() > 0) {
      const clang::Expr* token = written_arguments(call).back();
      tokens_.emplace_back(token, handlers_.of(*token, 1));
    }
    if (call.getNumArgs() == 0) return;
    const clang::Expr& query = *call.getArg(0);
    const clang::Expr* inner = asio::without_wrappers(&query);
    if (!is_query((call.getDirectCallee() ? method->getParamDecl(0)->getType() : inner->getType()))) return;
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(inner))
      if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(reference->getDecl());
          variable && variable->isLocalVarDecl()) {
        queries_[variable].push_back({&call, reference, is_async});
        return;
      }
    const auto parts = parts_of(query);
    Draft finding =
        draft(parts ? rule_of(*parts, call, is_async) : llvm::StringRef(kQueryId), query.getSourceRange(),
              "a query's parts are arguments of `" + method->getNameAsString() + "`");
    if (!parts) {
      leave(finding, "the query is made elsewhere; keep its host, service and flags instead");
      return unit_.report(std::move(finding));
    }
    rewrite_in_place(*parts, finding);
    judged_.push_back(query.getSourceRange());
    unit_.report(std::move(finding));
  }

  llvm::StringRef rule_of(const Parts& parts, const clang::CallExpr& call, bool is_async) const {
    if (is_async) return "RESOLVE-05";
    if (is_connected_to(call)) return "CONNECT-04";
    if (!parts.host) return "RESOLVE-04";
    if (parts.protocol) return "RESOLVE-03";
    return parts.flags ? "RESOLVE-02" : "RESOLVE-01";
  }

  // Whether the results go to `connect` at once.
  bool is_connected_to(const clang::CallExpr& call) const {
    const auto* around = unit_.parents.meaning(&call).as<clang::CallExpr>();
    const std::string name = around ? asio::name_of(around->getDirectCallee()) : std::string();
    return name == "connect" || name == "async_connect";
  }

  // What stands before the flags' names: the resolver's class as the query's is written, or where they are
  // declared.
  std::string flags_scope(llvm::StringRef type, clang::SourceLocation at, Node around, std::string& trouble) {
    type = type.rtrim();
    type.consume_front("const ");
    if (type.consume_back("::query") && !type.empty() && !type.contains('<')) return type.str();
    Spelled base = asio::spell_code(unit_, "$asio::ip::resolver_base", root_, at, around);
    if (trouble.empty()) trouble = base.trouble;
    return base.text;
  }

  static std::string default_flags(const Parts& parts, const std::string& scope) {
    return parts.host ? scope + "::address_configured"
                      : scope + "::passive | " + scope + "::address_configured";
  }

  // `resolve(query(a, b))`: only what is around the arguments goes.
  void rewrite_in_place(const Parts& parts, Draft& finding) {
    if (parts.brackets.isInvalid()) {
      // A service alone that became a query by itself.
      finding.change.insert_before(parts.service->getBeginLoc(), "\"\", ");
      std::string trouble;
      const std::string scope =
          flags_scope("", parts.service->getBeginLoc(), Node{.stmt = parts.made}, trouble);
      finding.change.insert_after(parts.service->getEndLoc(), ", " + default_flags(parts, scope));
      if (!trouble.empty()) leave(finding, trouble);
      return;
    }
    const clang::SourceRange whole(parts.made->getBeginLoc(), parts.brackets.getEnd());
    const std::string type =
        parts.brackets.getBegin() == whole.getBegin()
            ? ""
            : llvm::StringRef(unit_.text(clang::SourceRange(whole.getBegin(), parts.brackets.getBegin())))
                  .drop_back()
                  .str();
    std::string trouble;
    const std::string scope = flags_scope(type, whole.getBegin(), Node{.stmt = parts.made}, trouble);
    const std::vector<const clang::Expr*> written = parts.written();
    const std::string front = parts.host || parts.protocol ? "" : "\"\", ";
    Change::Piece opening{
        .begin = whole.getBegin(), .end = written.front()->getBeginLoc(), .text = front, .keeps_last = true};
    // A line break before the first argument stays.
    const std::string opened = unit_.text(opening);
    const std::size_t gap = opened.size() - llvm::StringRef(opened).rtrim().size();
    if (llvm::StringRef(opened).take_back(gap).contains('\n')) {
      opening.keep_back = gap;
      opening.text = llvm::StringRef(front).rtrim().str();
    }
    add(finding, std::move(opening), trouble);
    if (!parts.host && parts.protocol) finding.change.insert_after(parts.protocol->getEndLoc(), ", \"\"");
    add(finding,
        {.begin = written.back()->getEndLoc(),
         .end = whole.getEnd(),
         .text = parts.flags ? "" : ", " + default_flags(parts, scope),
         .keeps_first = true},
        trouble);
    if (!trouble.empty()) leave(finding, trouble);
  }

  void add(Draft& finding, Change::Piece piece, std::string& trouble) {
    const std::string old = unit_.text(piece);
    if (trouble.empty() && (old.find("/*") != std::string::npos || old.find("//") != std::string::npos))
      trouble = "a comment between the arguments would be lost";
    finding.change.add(std::move(piece));
  }

  struct Call {
    const clang::CallExpr* call = nullptr;
    const clang::DeclRefExpr* query = nullptr;
    bool is_async = false;
  };

  // A local query that is used by such calls alone: its parts take its place.
  void judge_query(const clang::VarDecl& variable, const std::vector<Call>& calls) {
    const auto* statement = unit_.parents.of(&variable).as<clang::DeclStmt>();
    const clang::Expr* init = variable.getInit();
    Draft finding = draft(kQueryId, clang::SourceRange(variable.getLocation()),
                          "a query's parts are arguments of `resolve`");
    judged_.push_back(variable.getSourceRange());
    const auto references = unit_.uses.of_variables.find(&variable);
    if (references == unit_.uses.of_variables.end() || references->second.size() != calls.size()) {
      leave(finding, "`" + variable.getNameAsString() +
                         "` is used in other ways, too; keep its host, service and flags instead");
      return unit_.report(std::move(finding));
    }
    if (!statement || !statement->isSingleDecl() || !init) {
      leave(finding, "`" + variable.getNameAsString() + "` is not declared by itself");
      return unit_.report(std::move(finding));
    }
    std::string trouble;
    const auto arguments = arguments_of(*init, variable, trouble);
    if (trouble.empty()) trouble = why_not_moved(variable, calls, *statement);
    if (trouble.empty() && arguments) {
      const clang::Expr* chosen = asio::without_wrappers(init);
      const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(chosen);
      if (const auto parts = parts_of(choice ? *choice->getTrueExpr() : *init))
        finding.rule = rule_of(*parts, *calls.front().call, calls.front().is_async).str();
      remove_statement(unit_, *statement, finding.change);
      for (const Call& call : calls)
        finding.change.replace(call.query->getSourceRange(), arguments->joined());
    } else {
      leave(finding, trouble.empty() ? "its parts are not written here" : trouble);
    }
    unit_.report(std::move(finding));
  }

  // What `init` gives `resolve`; of `a ? query(...) : query(...)` each part chosen by itself.
  std::optional<Arguments> arguments_of(const clang::Expr& init, const clang::VarDecl& variable,
                                        std::string& trouble) {
    const clang::Expr* inner = asio::without_wrappers(&init);
    if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(inner)) {
      const auto yes = arguments_of(*choice->getTrueExpr(), variable, trouble);
      const auto no = arguments_of(*choice->getFalseExpr(), variable, trouble);
      if (!yes || !no) return std::nullopt;
      if (!only_reads(unit_, *choice->getCond())) trouble = "what it depends on has effects";
      const std::string condition = code_of(*choice->getCond(), trouble);
      const auto either = [&](const std::string& a, const std::string& b) {
        return a == b ? a : condition + " ? " + a + " : " + b;
      };
      if (yes->protocol.empty() != no->protocol.empty()) trouble = "only one of them has a protocol";
      return Arguments{.protocol = either(yes->protocol, no->protocol),
                       .host = either(yes->host, no->host),
                       .service = either(yes->service, no->service),
                       .flags = either(yes->flags, no->flags)};
    }
    const auto parts = parts_of(init);
    if (!parts) return std::nullopt;
    std::string type = unit_.text(variable.getTypeSourceInfo()->getTypeLoc().getSourceRange());
    if (variable.getType()->getContainedDeducedType() && parts->brackets.isValid() &&
        init.getBeginLoc() != parts->brackets.getBegin())
      type = llvm::StringRef(
                 unit_.text(clang::SourceRange(parts->made->getBeginLoc(), parts->brackets.getBegin())))
                 .drop_back()
                 .str();
    const std::string scope = flags_scope(type, variable.getLocation(), Node{.stmt = parts->made}, trouble);
    return Arguments{.protocol = parts->protocol ? code_of(*parts->protocol, trouble) : "",
                     .host = parts->host ? code_of(*parts->host, trouble) : "\"\"",
                     .service = code_of(*parts->service, trouble),
                     .flags = parts->flags ? code_of(*parts->flags, trouble) : default_flags(*parts, scope)};
  }

  // The text of an expression, with the flags in it named by their new class.
  std::string code_of(const clang::Expr& expression, std::string& trouble) {
    const clang::SourceRange range = expression.getSourceRange();
    Change change;
    for (const Use* use : qualifiers_)
      if (unit_.sources.isPointWithin(use->name, range.getBegin(), range.getEnd()))
        change.append(without_query(*use));
    std::string text = change.empty() ? unit_.text(range) : unit_.text_with(range, change);
    if (trouble.empty() && text.empty()) trouble = "part of it comes from a macro";
    if (trouble.empty() && (text.find("//") != std::string::npos && text.find('\n') != std::string::npos))
      trouble = "a comment would be lost";
    return text;
  }

  // Why the parts may not be evaluated at the calls instead; empty when they may.
  std::string why_not_moved(const clang::VarDecl& variable, const std::vector<Call>& calls,
                            const clang::DeclStmt& statement) {
    if (const std::string text = unit_.text(statement.getSourceRange());
        text.find("/*") != std::string::npos || text.find("//") != std::string::npos)
      return "a comment would be lost";
    const auto* block = unit_.parents.of(&statement).as<clang::CompoundStmt>();
    if (!block) return "it is not declared in a block";
    if (!only_reads(unit_, *variable.getInit()) && !is_taken_next(statement, calls, *block))
      return "its parts have effects";
    for (const Call& call : calls) {
      for (Node node = unit_.parents.of(call.call); node && node.stmt != block; node = unit_.parents.of(node))
        if (node.decl || node.as<clang::LambdaExpr>() || node.as<clang::ForStmt>() ||
            node.as<clang::WhileStmt>() || node.as<clang::DoStmt>() || node.as<clang::CXXForRangeStmt>())
          if (!node.as<clang::VarDecl>()) return "it is used in a loop or another function";
      if (!is_unchanged(*variable.getInit(), statement.getEndLoc(), call.call->getBeginLoc()))
        return "what it is made of may have changed where it is used; keep host and service in variables";
    }
    return {};
  }

  // Whether the query is taken once, first of all that the next statement does.
  bool is_taken_next(const clang::DeclStmt& statement, const std::vector<Call>& calls,
                     const clang::CompoundStmt& block) const {
    const auto next =
        std::find(block.body_begin(), block.body_end(), static_cast<const clang::Stmt*>(&statement));
    if (calls.size() != 1 || next == block.body_end() || std::next(next) == block.body_end()) return false;
    const clang::CallExpr& call = *calls.front().call;
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(call.getCallee()->IgnoreParenImpCasts());
    if (!member || !only_reads(unit_, *member->getBase())) return false;
    for (unsigned i = 1; i < call.getNumArgs(); ++i)
      if (!only_reads(unit_, *call.getArg(i))) return false;
    const clang::Stmt* within = &call;
    for (Node node = unit_.parents.of(within); node; node = unit_.parents.of(node)) {
      if (node.stmt == &block) return within == *std::next(next);
      // What is around it does something with its result, and with nothing else.
      const bool is_plain = node.as<clang::VarDecl>() || node.as<clang::DeclStmt>() ||
                            node.as<clang::ReturnStmt>() || node.as<clang::MemberExpr>() ||
                            node.as<clang::ExprWithCleanups>() || node.as<clang::ImplicitCastExpr>() ||
                            node.as<clang::CXXConstructExpr>() ||
                            node.as<clang::MaterializeTemporaryExpr>() ||
                            node.as<clang::CXXBindTemporaryExpr>() || is_dereference(node);
      if (!is_plain) return false;
      if (const auto* declarations = node.as<clang::DeclStmt>();
          declarations && !declarations->isSingleDecl())
        return false;
      if (node.stmt) within = node.stmt;
    }
    return false;
  }

  static bool is_dereference(Node node) {
    const auto* operation = node.as<clang::CXXOperatorCallExpr>();
    return operation && operation->getNumArgs() == 1 &&
           (operation->getOperator() == clang::OO_Star || operation->getOperator() == clang::OO_Arrow);
  }

  // Whether nothing between the two places writes to what `init` reads.
  bool is_unchanged(const clang::Expr& init, clang::SourceLocation from, clang::SourceLocation to) const {
    std::set<const clang::ValueDecl*> read;
    collect_named(&init, read);
    const bool reads_members = std::ranges::any_of(
        read, [](const clang::ValueDecl* value) { return llvm::isa<clang::FieldDecl>(value); });
    for (const clang::Stmt* statement : unit_.parents.statements()) {
      const clang::SourceLocation at = statement->getBeginLoc();
      if (!unit_.sources.isBeforeInTranslationUnit(from, at) ||
          !unit_.sources.isBeforeInTranslationUnit(at, to))
        continue;
      const clang::ValueDecl* named = nullptr;
      if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(statement)) named = reference->getDecl();
      if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(statement)) named = member->getMemberDecl();
      if (named && read.contains(named) && llvm::isa<clang::VarDecl, clang::FieldDecl>(named) &&
          !is_read_only(*llvm::cast<clang::Expr>(statement)))
        return false;
      const auto* call = llvm::dyn_cast<clang::CallExpr>(statement);
      const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
      if (call && reads_members && (!callee || unit_.is_project(callee->getLocation())) &&
          !only_reads(unit_, *call))
        return false;
    }
    return true;
  }

  static void collect_named(const clang::Stmt* node, std::set<const clang::ValueDecl*>& named) {
    if (!node) return;
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(node)) named.insert(reference->getDecl());
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(node)) named.insert(member->getMemberDecl());
    for (const clang::Stmt* child : node->children()) collect_named(child, named);
  }

  bool is_read_only(const clang::Expr& reference) const {
    if (reference.getType().isConstQualified()) return true;
    const Node parent = unit_.parents.of(&reference);
    if (const auto* cast = parent.as<clang::ImplicitCastExpr>())
      return cast->getCastKind() == clang::CK_LValueToRValue || cast->getType().isConstQualified();
    const auto* member = parent.as<clang::MemberExpr>();
    if (!member) return false;
    if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(member->getMemberDecl()))
      return method->isConst();
    return is_read_only(*member);
  }

  // ---- what is left of queries

  Change without_query(const Use& use) const {
    Change change;
    if (const auto next = token_behind(use.name); next && use.name.isFileID())
      change.replace(clang::SourceRange(use.name, next->getLocation()), "");
    return change;
  }

  bool is_judged(clang::SourceLocation location) const {
    return std::ranges::any_of(judged_, [&](clang::SourceRange range) {
      return unit_.sources.isPointWithin(location, range.getBegin(), range.getEnd());
    });
  }

  void judge_mention(const Use& use) {
    if (use.mention != Mention::Name || !use.type) return;
    const clang::SourceRange where(use.name_begin(), use.name);
    if (is_qualifier(use)) {
      if (is_moved(use)) return;
      Draft finding = draft("RESOLVE-11", where, "the flags of `query` are the resolver's own");
      finding.change = without_query(use);
      if (finding.change.empty()) leave(finding, "part of it comes from a macro");
      return unit_.report(std::move(finding));
    }
    if (is_judged(use.name)) return;
    Draft finding = draft(kQueryId, where, "", Applicability::Manual);
    finding.message =
        "`query` has gone: keep host, service and flags, and give them to `resolve`; a query's flags are "
        "`address_configured` unless they are given";
    unit_.report(std::move(finding));
  }

  // In a local query, whose parts have been written elsewhere.
  bool is_moved(const Use& use) const {
    return std::ranges::any_of(queries_, [&](const auto& entry) {
      return unit_.sources.isPointWithin(use.name, entry.first->getBeginLoc(), entry.first->getEndLoc());
    });
  }

  // ---- results

  static bool is_base_cast(const clang::ImplicitCastExpr& cast) {
    return (cast.getCastKind() == clang::CK_DerivedToBase ||
            cast.getCastKind() == clang::CK_UncheckedDerivedToBase) &&
           is_iterator(cast.getType()) && is_results(cast.getSubExpr()->getType());
  }

  void collect(const clang::ImplicitCastExpr& cast) {
    if (!is_base_cast(cast)) return;
    const clang::Expr* inner = cast.getSubExpr()->IgnoreParenImpCasts()->IgnoreImplicit();
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(inner);
    const auto* variable = reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
    if (variable && unit_.uses.of_variables.contains(variable))
      by_variable_[variable].push_back(&cast);
    else
      casts_.push_back(&cast);
  }

  void judge_casts() {
    for (const auto& [variable, casts] : by_variable_)
      if (!become_iterator(*variable, casts.size())) casts_.insert(casts_.end(), casts.begin(), casts.end());
    for (const clang::ImplicitCastExpr* cast : casts_) judge_cast(*cast);
  }

  // `auto it = r.resolve(...)`, used as an iterator and in no other way.
  bool become_iterator(const clang::VarDecl& variable, std::size_t count) {
    const auto references = unit_.uses.of_variables.find(&variable);
    const clang::Expr* init = variable.getInit();
    const clang::QualType type = variable.getType();
    if (!init || !type->getContainedDeducedType() || llvm::isa<clang::ParmVarDecl>(variable) ||
        variable.isInitCapture() || references->second.size() != count ||
        (type->isLValueReferenceType() && !type.getNonReferenceType().isConstQualified()))
      return false;
    const clang::Expr* value = asio::without_wrappers(init);
    Draft finding =
        draft(kIteratorId, value->getSourceRange(), "results are a range: `begin()` gives the iterator");
    asio::append_member(unit_, *value, "begin", finding.change);
    unit_.report(std::move(finding));
    return true;
  }

  void judge_cast(const clang::ImplicitCastExpr& cast) {
    const clang::Expr& results = *cast.getSubExpr();
    const Node parent = unit_.parents.meaning(&cast);
    const auto* operation = parent.as<clang::CXXOperatorCallExpr>();
    const clang::OverloadedOperatorKind kind = operation ? operation->getOperator() : clang::OO_None;
    Draft finding = draft(kind == clang::OO_Arrow  ? "RESOLVE-10"
                          : kind == clang::OO_None ? llvm::StringRef(kIteratorId)
                                                   : "RESOLVE-09",
                          results.getSourceRange(), "results are a range: `begin()` gives the iterator");
    if (kind == clang::OO_PlusPlus || kind == clang::OO_MinusMinus)
      leave(finding, "it steps through the results themselves; step an iterator from `begin()` instead");
    else
      asio::append_member(unit_, results, "begin", finding.change);
    unit_.report(std::move(finding));
  }

  // ---- iterators

  void judge_iterator(const Use& use) {
    if (use.mention != Mention::Name || !use.type || is_written(use)) return;
    const auto* variable = use.parent.as<clang::VarDecl>();
    const auto* parameter = use.parent.as<clang::ParmVarDecl>();
    const bool is_unseen = parameter && is_seen_elsewhere(*parameter);
    const clang::Expr* init = variable && !parameter ? variable->getInit() : nullptr;
    const auto* made = init ? llvm::dyn_cast<clang::CXXConstructExpr>(init->IgnoreImplicit()) : nullptr;
    const bool has_value = init && !(made && made->getNumArgs() == 0);
    Draft finding =
        draft(has_value ? kIteratorId : "RESOLVE-08", clang::SourceRange(use.name_begin(), use.name),
              "`resolver::iterator` is now `resolver::results_type::iterator`");
    finding.unsure = use.is_unsure || is_unseen;
    if (!use.trouble.empty())
      leave(finding, use.trouble);
    else if (is_unseen)
      leave(finding,
            "only the function's definition, which was not seen, tells whether it is a handler, which takes "
            "the "
            "results");
    else
      finding.change.replace(use.name, "results_type::iterator");
    unit_.report(std::move(finding));
  }

  // A parameter of a function whose definition another unit has: that one knows whether it is a handler.
  bool is_seen_elsewhere(const clang::ParmVarDecl& parameter) const {
    const auto* function = llvm::dyn_cast<clang::FunctionDecl>(parameter.getDeclContext());
    return function && !function->isDefined() && !function->isPureVirtual() &&
           !function->isDependentContext();
  }

  bool is_written(const Use& use) const {
    return std::ranges::any_of(handled_, [&](clang::SourceRange range) {
      return unit_.sources.isPointWithin(use.name, range.getBegin(), range.getEnd());
    });
  }

  // A handler that takes an iterator takes the results, and begins with them.
  void judge_handler(const clang::Expr& token, const Handler& handler) {
    if (!handler.function) {
      if (handler.type.isNull() || !is_iterator(handler.type)) return;
      Draft finding = draft("RESOLVE-06", token.getSourceRange(), message());
      leave(finding, "the function that is called cannot be told from here");
      return unit_.report(std::move(finding));
    }
    if (handler.parameter >= handler.function->getNumParams()) return;
    const clang::FunctionDecl& function = *handler.function;
    if (!is_iterator(function.getParamDecl(handler.parameter)->getType()) ||
        !judged_handlers_.insert(&function).second)
      return;
    Draft finding = draft("RESOLVE-06", function.getParamDecl(handler.parameter)->getSourceRange(), message(),
                          Applicability::Unsafe);
    std::string trouble = handlers_.why_not_changed(function);
    for (const clang::FunctionDecl* declaration : function.redecls()) {
      const clang::ParmVarDecl& parameter = *declaration->getParamDecl(handler.parameter);
      handled_.push_back(parameter.getSourceRange());
      if (trouble.empty()) change_parameter(parameter, *declaration, finding.change, trouble);
    }
    if (!trouble.empty()) leave(finding, trouble);
    unit_.report(std::move(finding));
  }

  static std::string message() { return "a resolve handler takes the results, a range, and no iterator"; }

  void change_parameter(const clang::ParmVarDecl& parameter, const clang::FunctionDecl& function,
                        Change& change, std::string& trouble) {
    const auto use = std::ranges::find_if(
        iterators_, [&](const Use* candidate) { return candidate->parent.decl == &parameter; });
    if (use != iterators_.end()) {
      change.replace((*use)->name, "results_type");
    } else {
      trouble = "the parameter's type goes by a name of its own";
      return;
    }
    const auto references = unit_.uses.of_variables.find(&parameter);
    if (!function.isThisDeclarationADefinition() || references == unit_.uses.of_variables.end()) return;
    const auto* body = llvm::dyn_cast_if_present<clang::CompoundStmt>(function.getBody());
    if (!body) {
      trouble = "its body is no plain block";
      return;
    }
    const std::string name = parameter.getNameAsString();
    const std::string whole = unit_.text(clang::SourceRange(parameter.getBeginLoc(), body->getRBracLoc()));
    const std::string results = whole.find("results") == std::string::npos ? "results" : name + "_results";
    change.replace(parameter.getLocation(), results);
    handlers_.begin_body(*body, "auto " + name + " = " + results + ".begin();", change);
  }

  Unit& unit_;
  Handlers handlers_;
  std::string root_;
  std::vector<const Use*> qualifiers_;
  std::vector<const Use*> iterators_;
  std::vector<std::pair<const clang::Expr*, Handler>> tokens_;
  std::map<const clang::VarDecl*, std::vector<Call>> queries_;
  std::map<const clang::VarDecl*, std::vector<const clang::ImplicitCastExpr*>> by_variable_;
  std::vector<const clang::ImplicitCastExpr*> casts_;
  std::vector<clang::SourceRange> judged_;   // of queries
  std::vector<clang::SourceRange> handled_;  // of parameters
  std::set<const clang::FunctionDecl*> judged_handlers_;
};

}  // namespace

void asio_resolve(Unit& unit, std::set<std::string>& claimed) {
  claimed.insert({kQueryId.str(), kIteratorId.str()});
  if (asio::is_loaded(unit)) Resolving(unit).run();
}

}  // namespace ferry::rewriter::native
