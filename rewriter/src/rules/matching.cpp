#include "rules/matching.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <clang/ASTMatchers/ASTMatchFinder.h>
#include <clang/ASTMatchers/Dynamic/Diagnostics.h>
#include <clang/ASTMatchers/Dynamic/Parser.h>

#include "analyse/spelling.hpp"
#include "analyse/unit.hpp"
#include "rules/add_include.hpp"
#include "rules/code_template.hpp"
#include "rules/rewritten.hpp"

namespace ferry::rewriter {
namespace {

namespace dynamic = clang::ast_matchers::dynamic;
using clang::ast_matchers::MatchFinder;

constexpr llvm::StringLiteral kRoot = "root";
constexpr llvm::StringLiteral kWhole = "the whole match";

std::optional<clang::ast_matchers::internal::DynTypedMatcher> parse_matcher(llvm::StringRef code,
                                                                            std::string& error) {
  dynamic::Diagnostics diagnostics;
  auto matcher = dynamic::Parser::parseMatcherExpression(code, &diagnostics);
  if (!matcher) {
    error = diagnostics.toString();
    return std::nullopt;
  }
  auto bound = matcher->withTraversalKind(clang::TK_IgnoreUnlessSpelledInSource).tryBind(kWhole);
  if (!bound) error = "what it matches cannot be bound to a name";
  return bound;
}

class Replacer : public MatchFinder::MatchCallback {
 public:
  Replacer(Unit& unit, const Annotation& annotation) : unit_(unit), annotation_(annotation) {}

  void run(const MatchFinder::MatchResult& result) override {
    const auto& nodes = result.Nodes.getMap();
    auto root = nodes.find(kRoot);
    if (root == nodes.end()) root = nodes.find(kWhole);
    const clang::SourceRange range = root->second.getSourceRange();
    if (range.isInvalid() || !unit_.is_project(range.getBegin()) || !seen_.insert(range.getBegin()).second)
      return;
    Draft draft{.rule = annotation_.id,
                .applicability = annotation_.applicability,
                .where = range,
                .message = annotation_.message};
    if (annotation_.applicability != Applicability::Manual) {
      rewrite(root->second, nodes, draft);
      if (draft.applicability != Applicability::Manual)
        for (const std::string& header : annotation_.added)
          add_include(unit_, range.getBegin(), header, annotation_.umbrellas, draft.change);
    }
    unit_.report(std::move(draft));
  }

 private:
  using Nodes = clang::ast_matchers::BoundNodes::IDToNodeMap;

  static void give_up(Draft& draft, const std::string& reason) {
    draft.leave(reason);
    draft.change = {};
  }

  void rewrite(const clang::DynTypedNode& root, const Nodes& nodes, Draft& draft) {
    if (const auto* expression = root.get<clang::Expr>())
      if (const auto call = as_call(*expression, nodes))
        return rewrite_expression(*expression, *call, nodes, draft);
    std::string text;
    for (const CodeTemplate::Part& part : parse_template(annotation_.text).parts) {
      if (!part.is_placeholder) {
        const Spelled spelled = spell_all(unit_, part.text, draft.where.getBegin(), node_of(root));
        if (!spelled.trouble.empty()) return give_up(draft, spelled.trouble);
        text += spelled.text;
        continue;
      }
      const auto node = nodes.find(part.text);
      if (node == nodes.end()) return give_up(draft, "nothing is bound to `$" + part.text + "` here");
      const std::string written = unit_.text_at(draft.where.getBegin(), node->second.getSourceRange());
      if (written.empty()) return give_up(draft, "`$" + part.text + "` comes from a macro");
      text += written;
    }
    draft.change.replace(draft.where, text);
  }

  // The bound expressions in `root`, in the order in which they are written, as if they were its arguments;
  // nothing where that is not what is bound.
  std::optional<Called> as_call(const clang::Expr& root, const Nodes& nodes) const {
    Called call{.whole = &root, .range = root.getSourceRange()};
    for (const CodeTemplate::Part& part : parse_template(annotation_.text).parts) {
      if (!part.is_placeholder) continue;
      const auto node = nodes.find(part.text);
      const auto* value = node == nodes.end() ? nullptr : node->second.get<clang::Expr>();
      if (value == nullptr || !unit_.parents.of(value)) return std::nullopt;
      if (std::ranges::find(call.arguments, value) == call.arguments.end()) call.arguments.push_back(value);
    }
    std::ranges::sort(call.arguments, [&](const clang::Expr* a, const clang::Expr* b) {
      return unit_.sources.isBeforeInTranslationUnit(a->getBeginLoc(), b->getBeginLoc());
    });
    return call;
  }

  void rewrite_expression(const clang::Expr& root, const Called& call, const Nodes& nodes, Draft& draft) {
    Annotation named = annotation_;
    named.parameters.clear();
    for (const clang::Expr* value : call.arguments)
      for (const auto& [name, node] : nodes)
        if (node.get<clang::Expr>() == value && name != kWhole &&
            annotation_.text.find("$" + name) != std::string::npos) {
          named.parameters.push_back(name);
          break;
        }
    const Use use{.annotation = &named,
                  .mention = Mention::Construction,
                  .name = root.getBeginLoc(),
                  .expression = &root,
                  .parent = unit_.parents.of(&root)};
    Rewritten rewritten = rewrite_call(unit_, use, call, nullptr, annotation_.text);
    if (!rewritten.trouble.empty()) return give_up(draft, rewritten.trouble);
    draft.change = std::move(rewritten.change);
    draft.last = rewritten.needs_move;
  }

  static Node node_of(const clang::DynTypedNode& node) {
    if (const auto* statement = node.get<clang::Stmt>()) return {.stmt = statement};
    return {.decl = node.get<clang::Decl>()};
  }

  Unit& unit_;
  const Annotation& annotation_;
  std::set<clang::SourceLocation> seen_;
};

}  // namespace

std::optional<Problem> fault_of_matchers(const Packs& packs) {
  for (const Pack& pack : packs.packs)
    for (const PackChange& change : pack.changes) {
      std::string error;
      if (change.of == PackChange::Of::Match && !parse_matcher(change.name, error))
        return Problem{.file = change.file,
                       .line = change.line,
                       .column = change.column,
                       .message = "this matcher cannot be read: " + error};
    }
  return std::nullopt;
}

void replace_matches(Unit& unit) {
  if (unit.packs == nullptr) return;
  MatchFinder finder;
  std::vector<std::unique_ptr<Replacer>> replacers;
  for (const Pack& pack : unit.packs->packs)
    for (const PackChange& change : pack.changes) {
      if (change.of != PackChange::Of::Match) continue;
      std::string error;
      const auto matcher = parse_matcher(change.name, error);
      if (!matcher) continue;  // has been said when the pack was loaded
      replacers.push_back(std::make_unique<Replacer>(unit, change.annotation));
      finder.addDynamicMatcher(*matcher, replacers.back().get());
    }
  if (replacers.empty()) return;
  unit.context.setTraversalScope(unit.declarations);
  finder.matchAST(unit.context);
  unit.context.setTraversalScope({unit.context.getTranslationUnitDecl()});
}

}  // namespace ferry::rewriter
