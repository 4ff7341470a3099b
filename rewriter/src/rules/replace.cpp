#include "rules/replace.hpp"

#include <algorithm>

#include <clang/AST/ExprCXX.h>
#include <clang/Lex/Lexer.h>

#include "analyse/spelling.hpp"
#include "rules/code_template.hpp"
#include "rules/inlining.hpp"

namespace ferry::rewriter {
namespace {

const clang::FunctionDecl* function_of(const Use& use) {
  return llvm::dyn_cast_if_present<clang::FunctionDecl>(pattern_of(use.target));
}

// Which parameter `$name` stands for; -1 for none.
int parameter_index(const clang::FunctionDecl& function, llvm::StringRef name) {
  for (unsigned i = 0; i < function.getNumParams(); ++i)
    if (function.getParamDecl(i)->getName() == name) return static_cast<int>(i);
  return -1;
}

// One argument of a call template: text around the i-th parameter.
struct Wrapped {
  std::string before;
  std::string after;
};

// `templates` as wrappings of all of the function's parameters in their order, or nothing.
std::optional<std::vector<Wrapped>> wrappings(const clang::FunctionDecl& function,
                                              const std::vector<std::string>& templates) {
  if (templates.size() != function.getNumParams()) return std::nullopt;
  std::vector<Wrapped> result;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    const CodeTemplate argument = parse_template(templates[i]);
    Wrapped wrapped;
    bool is_seen = false;
    for (const CodeTemplate::Part& part : argument.parts) {
      if (!part.is_placeholder) {
        (is_seen ? wrapped.after : wrapped.before) += part.text;
        continue;
      }
      if (is_seen || parameter_index(function, part.text) != static_cast<int>(i)) return std::nullopt;
      is_seen = true;
    }
    if (!is_seen) return std::nullopt;
    if (wrapped.after == "...") wrapped.after.clear();
    result.push_back(std::move(wrapped));
  }
  return result;
}

// Whether `argument` is what the wrapping would make of it.
bool is_wrapped_already(const clang::Expr& argument, const Wrapped& wrapped) {
  const auto* call = llvm::dyn_cast<clang::CallExpr>(argument.IgnoreParenImpCasts());
  const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
  return callee && wrapped.before == callee->getQualifiedNameAsString() + "(";
}

bool binds_loosely(const clang::Expr& expression) {
  const clang::Expr* inner = expression.IgnoreImplicit();
  if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(inner))
    return call->getOperator() != clang::OO_Call && call->getOperator() != clang::OO_Subscript &&
           call->getOperator() != clang::OO_Arrow;
  return llvm::isa<clang::BinaryOperator, clang::ConditionalOperator, clang::UnaryOperator,
                   clang::CXXThrowExpr, clang::CoawaitExpr, clang::DependentCoawaitExpr, clang::CXXNewExpr>(
      inner);
}

bool is_operand(const Unit& unit, const clang::Expr& call) {
  const Node parent = unit.parents.meaning(&call);
  return parent.as<clang::BinaryOperator>() || parent.as<clang::UnaryOperator>() ||
         parent.as<clang::ConditionalOperator>() || parent.as<clang::MemberExpr>() ||
         parent.as<clang::CXXOperatorCallExpr>() || parent.as<clang::CoawaitExpr>();
}

std::string message_for(const Use& use, llvm::StringRef code) {
  const clang::NamedDecl* target = pattern_of(use.target);
  if (use.annotation->applicability == Applicability::Manual)
    return "`" + target->getNameAsString() + "`: " + code.str();
  std::string shown = code.str();
  constexpr std::string_view kObject = "$this.";
  for (std::size_t at; (at = shown.find(kObject)) != std::string::npos;) shown.erase(at, kObject.size());
  std::erase(shown, '$');
  return "`" + target->getNameAsString() + "` is now `" + shown + "`";
}

// Any other template: the whole call is written anew from its arguments' text.
Replacement rewritten_call(Unit& unit, const Use& use, const clang::CallExpr& call,
                           const clang::FunctionDecl& function, llvm::StringRef code) {
  const CodeTemplate pieces = parse_template(code);
  const std::vector<const clang::Expr*> arguments = written_arguments(call);
  if (arguments.size() != function.getNumParams()) return {.trouble = "an argument is left to its default"};

  // The order in which what has effects is written must stay; what has none may go, move or come twice.
  std::vector<int> order;
  const auto has_effects = [&](int index) {
    const clang::Expr* value = index < 0 ? use.object : arguments[static_cast<std::size_t>(index)];
    return value && value->HasSideEffects(unit.context);
  };
  const clang::SourceLocation call_at = call.getEndLoc();  // the closing parenthesis
  std::string text;
  for (std::size_t i = 0; i < pieces.parts.size(); ++i) {
    const CodeTemplate::Part& part = pieces.parts[i];
    if (!part.is_placeholder) {
      const bool is_member = i > 0 && pieces.parts[i - 1].is_placeholder &&
                             pieces.parts[i - 1].text == "this" &&
                             llvm::StringRef(part.text).starts_with(".");
      const auto* member = llvm::dyn_cast<clang::MemberExpr>(use.expression);
      text += is_member && (!use.object || (member && member->isArrow())) ? "->" + part.text.substr(1)
                                                                          : part.text;
      continue;
    }
    const bool is_this = part.text == "this";
    const int index = is_this ? -1 : parameter_index(function, part.text);
    if (!is_this && index < 0) return {.trouble = "its template names the unknown parameter " + part.text};
    order.push_back(index);
    if (is_this && !use.object) {
      text += "this";
      continue;
    }
    const clang::Expr& value = is_this ? *use.object : *arguments[static_cast<std::size_t>(index)];
    const std::string written = unit.text_at(call_at, value.getSourceRange());
    if (written.empty()) return {.trouble = "an argument comes from a macro"};
    const bool is_delimited =
        (text.empty() || text.back() == '(' || text.ends_with(", ")) && i + 1 < pieces.parts.size() &&
        (pieces.parts[i + 1].text.front() == ')' || pieces.parts[i + 1].text.front() == ',');
    text += binds_loosely(value) && !is_delimited ? "(" + written + ")" : written;
  }
  const auto effects_in = [&](std::vector<int> indices) {
    std::erase_if(indices, [&](int index) { return !has_effects(index); });
    return indices;
  };
  std::vector<int> original(arguments.size());
  for (std::size_t i = 0; i < original.size(); ++i) original[i] = static_cast<int>(i);
  if (use.object) original.insert(original.begin(), -1);
  if (effects_in(order) != effects_in(original))
    return {.trouble = "an argument with effects would be dropped, repeated or evaluated in another order"};

  const std::string before = unit.text(call.getSourceRange());
  const auto comments = [](llvm::StringRef code_text) {
    return code_text.count("/*") + code_text.count("//");
  };
  if (comments(before) > comments(text)) return {.trouble = "a comment between the arguments would be lost"};
  const bool is_call = parse_call(code).is_call;
  Spelled spelled = spell_all(unit, text, use.name);
  if (!is_call && is_operand(unit, call)) spelled.text = "(" + spelled.text + ")";
  Replacement result{.needs_move = spelled.needs_move};
  result.change.replace(call.getSourceRange(), spelled.text);
  return result;
}

}  // namespace

const clang::CallExpr* call_of(const Unit& unit, const clang::Expr* expression) {
  if (!expression) return nullptr;
  const auto* call = unit.parents.meaning(expression).as<clang::CallExpr>();
  if (!call || llvm::isa<clang::CXXOperatorCallExpr>(call)) return nullptr;
  return call->getCallee()->IgnoreParenImpCasts() == expression ? call : nullptr;
}

std::vector<const clang::Expr*> written_arguments(const clang::CallExpr& call) {
  std::vector<const clang::Expr*> result;
  for (const clang::Expr* argument : call.arguments())
    if (!llvm::isa<clang::CXXDefaultArgExpr>(argument)) result.push_back(argument);
  return result;
}

Replacement replacement_of(Unit& unit, const Use& use, llvm::StringRef code) {
  const clang::FunctionDecl* function = function_of(use);
  const CallTemplate wanted = parse_call(code);
  if (!function || (!wanted.is_call && !code.contains('$'))) {
    Renaming renaming = rename(unit, use, code);
    return {.change = std::move(renaming.change), .needs_move = renaming.needs_move};
  }

  const llvm::StringRef callee = wanted.callee;
  const bool is_member = callee.starts_with("$this.") && !callee.drop_front(6).contains('.');
  const bool is_name = !callee.contains('$') && !callee.contains('.') && !callee.contains('<');
  const auto wrapped = wanted.is_call && (is_member || (is_name && !use.object))
                           ? wrappings(*function, wanted.arguments)
                           : std::nullopt;
  const clang::CallExpr* call = call_of(unit, use.expression);
  if (!wrapped) {
    if (!call) return {.trouble = "it is not called here"};
    return rewritten_call(unit, use, *call, *function, code);
  }

  Replacement result;
  if (is_member) {
    const llvm::StringRef name = callee.drop_front(6);
    // The class as it was used: what a pattern inherits from its parameters cannot be seen in the pattern.
    const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(use.target->getDeclContext());
    if (function->getNameAsString() != name) result.change.replace(use.name, name.str());
    result.needs_move = record && is_legacy(unit, record) && !has_member(unit, *record, name);
  } else {
    Renaming renaming = rename(unit, use, callee);
    result.change = std::move(renaming.change);
    result.needs_move = renaming.needs_move;
  }

  const bool is_renamed = !result.change.empty();
  const std::vector<const clang::Expr*> arguments =
      call ? written_arguments(*call) : std::vector<const clang::Expr*>();
  for (std::size_t i = 0; i < wrapped->size(); ++i) {
    const Wrapped& wrapping = (*wrapped)[i];
    if (wrapping.before.empty() && wrapping.after.empty()) continue;
    if (i >= arguments.size())
      return {.trouble = call ? "an argument is left to its default" : "it is not called here"};
    if (is_wrapped_already(*arguments[i], wrapping)) continue;
    const Spelled before = spell_all(unit, wrapping.before, use.name);
    const Spelled after = spell_all(unit, wrapping.after, use.name);
    result.change.insert_before(arguments[i]->getBeginLoc(), before.text);
    result.change.insert_after(arguments[i]->getEndLoc(), after.text);
    // Under the same name the old function would be found again, and wrapped again.
    result.needs_move = result.needs_move || before.needs_move || after.needs_move || !is_renamed;
  }
  return result;
}

void replace_uses(Unit& unit, const std::set<std::string>& claimed) {
  for (const Use& use : unit.uses.of_declarations) {
    const Annotation& annotation = *use.annotation;
    if (claimed.contains(annotation.id) || annotation.kind == Annotation::Kind::Moved) continue;
    std::string code = annotation.text;
    Replacement replacement;
    if (annotation.kind == Annotation::Kind::Inline) {
      InlineBody body = inline_body(unit, *use.target);
      code = body.code.empty() ? "what its body does" : std::move(body.code);
      replacement.trouble = std::move(body.trouble);
    }
    const bool is_manual =
        annotation.applicability == Applicability::Manual || annotation.kind == Annotation::Kind::Native;
    Draft draft{.rule = annotation.id,
                .applicability = annotation.applicability,
                .where = clang::SourceRange(use.name_begin(), use.name),
                .message = message_for(use, code)};
    if (use.trouble) replacement.trouble = use.trouble;
    if (!is_manual && replacement.trouble.empty()) replacement = replacement_of(unit, use, code);
    if (is_manual || !replacement.trouble.empty()) {
      draft.applicability = Applicability::Manual;
      if (!replacement.trouble.empty()) draft.message += "; not changed because " + replacement.trouble;
      unit.report(std::move(draft));
      continue;
    }
    if (replacement.change.empty()) continue;
    draft.change = std::move(replacement.change);
    draft.last = replacement.needs_move;
    unit.report(std::move(draft));
  }
}

}  // namespace ferry::rewriter
