#include "rules/replace.hpp"

#include <algorithm>
#include <set>

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/STLExtras.h>

#include "analyse/spelling.hpp"
#include "rules/add_include.hpp"
#include "rules/code_template.hpp"
#include "rules/inlined_headers.hpp"
#include "rules/inlining.hpp"
#include "rules/overriding.hpp"
#include "rules/parentheses.hpp"
#include "rules/requirements.hpp"
#include "rules/rewritten.hpp"
#include "rules/template_arguments.hpp"
#include "support/names.hpp"

namespace ferry::rewriter {
namespace {

constexpr llvm::StringLiteral kObject = "$this.";

const clang::FunctionDecl* function_of(const Use& use) {
  const auto* function = llvm::dyn_cast_if_present<clang::FunctionDecl>(pattern_of(use.target));
  return function ? &annotated(*function) : nullptr;
}

// One argument of a call template: text around the i-th parameter.
struct Wrapped {
  std::string before;
  std::string after;

  bool empty() const { return before.empty() && after.empty(); }
};

// `templates` as wrappings of all of the function's parameters in their order, or nothing.
std::optional<std::vector<Wrapped>> wrappings(const Annotation& annotation,
                                              const clang::FunctionDecl& function,
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
      if (is_seen || parameter_index(annotation, &function, part.text) != static_cast<int>(i))
        return std::nullopt;
      is_seen = true;
    }
    if (!is_seen) return std::nullopt;
    // What is around an argument must not bind more tightly than the argument itself.
    if (!wrapped.empty() && !wrapped.before.ends_with("(") && !wrapped.before.ends_with(", "))
      return std::nullopt;
    if (function.getParamDecl(static_cast<unsigned>(i))->isParameterPack() && !wrapped.empty())
      return std::nullopt;
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

// `code` with names for the arguments that it has by their numbers, for a person.
std::string with_names(const Use& use, llvm::StringRef code) {
  std::string shown;
  const clang::FunctionDecl* function = function_of(use);
  for (std::size_t dollar; (dollar = code.find('$')) != llvm::StringRef::npos;) {
    shown += code.take_front(dollar);
    code = code.drop_front(dollar + 1);
    const llvm::StringRef digits = code.take_while([](char c) { return c >= '0' && c <= '9'; });
    const int index = function && !digits.empty() ? parameter_index(*use.annotation, function, digits) : -1;
    code = code.drop_front(digits.size());
    if (index < 0) {
      shown += digits.empty() ? "$" : "argument " + digits.str();
      continue;
    }
    const auto at = static_cast<std::size_t>(index);
    const std::vector<std::string>& given = use.annotation->parameters;
    const llvm::StringRef declared = function->getParamDecl(static_cast<unsigned>(index))->getName();
    const bool is_given = at < given.size() && !given[at].empty();
    const bool is_telling = !declared.empty() && !declared.starts_with("_");
    shown += is_given ? given[at] : is_telling ? declared.str() : "argument " + digits.str();
  }
  return shown + code.str();
}

std::string message_for(const Use& use, llvm::StringRef code) {
  const clang::NamedDecl* target = pattern_of(use.target);
  const std::string name = "`" + target->getNameAsString() + "`";
  const std::string& message = use.annotation->message;
  if (!message.empty()) return name + ": " + message;
  if (code.empty()) return name + " gives way to what its body does";
  if (use.annotation->applicability == Applicability::Manual) return name + ": " + code.str();
  std::string shown = with_names(use, code);
  for (std::size_t at; (at = shown.find(kObject)) != std::string::npos;) shown.erase(at, kObject.size());
  for (std::size_t at; (at = shown.find("$this")) != std::string::npos;) shown.replace(at, 5, "object");
  std::erase(shown, '$');
  const bool is_of_class = llvm::isa<clang::CXXConstructorDecl>(target) && code.starts_with("(");
  return name + " is now `" + (is_of_class ? target->getNameAsString() : "") + shown + "`";
}

// What the new names of `code`, which takes the place of `target`, mean.
Meaning new_meaning(Unit& unit, const clang::NamedDecl& target, llvm::StringRef code) {
  Meaning result;
  // The class as it was used: what a pattern inherits from its parameters cannot be seen in the pattern.
  const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(target.getDeclContext());
  const auto add = [&](const Meaning& found) {
    for (const clang::NamedDecl* declaration : found)
      if (std::ranges::find(result, declaration) == result.end()) result.push_back(declaration);
  };
  for (const std::string& name : new_names(code))
    if (llvm::StringRef(name).contains("::"))
      add(look_up_globally(unit, name));
    else if (record)
      add(look_up_member(unit, *record, name));
  if (!code.contains("::") && !code.contains('$'))
    add(record ? look_up_member(unit, *record, names_in(code).front())
               : look_up_globally(unit, names_in(code).front()));
  return result;
}

bool is_replaced(const Annotation* annotation) {
  return annotation->applicability != Applicability::Manual &&
         (annotation->kind == Annotation::Kind::Replace || annotation->kind == Annotation::Kind::Inline);
}

bool is_old(Unit& unit, const clang::NamedDecl* declaration) {
  return std::ranges::any_of(unit.annotations.of(declaration), is_replaced);
}

// Whether the rules of what takes the target's place lead back to the target.
bool is_circle(Unit& unit, const clang::NamedDecl* target, Meaning open) {
  std::set<const clang::NamedDecl*> seen;
  while (!open.empty()) {
    const clang::NamedDecl* declaration = open.back();
    open.pop_back();
    if (!seen.insert(declaration).second) continue;
    for (const Annotation* annotation : unit.annotations.of(declaration)) {
      if (annotation->kind != Annotation::Kind::Replace || !is_replaced(annotation)) continue;
      const Meaning next = new_meaning(unit, *declaration, annotation->text);
      if (next.size() == 1 && next.front() == target) return true;
      open.insert(open.end(), next.begin(), next.end());
    }
  }
  return false;
}

class Replacing {
 public:
  Replacing(Unit& unit, const Use& use, llvm::StringRef code)
      : unit_(unit), use_(use), code_(code), function_(function_of(use)), call_(called(unit, use)) {}

  Replacement run() {
    result_.wanted = new_meaning(unit_, *use_.target, code_);
    if (is_list_of_arguments()) {
      rewrite_arguments();
      return std::move(result_);
    }
    if (!function_ && code_.contains('$')) {
      rewrite_template();
      return std::move(result_);
    }
    const CallTemplate wanted = parse_call(code_);
    // What a body says is no name, though it may look like one: it is called no more.
    const bool is_body = use_.annotation->kind == Annotation::Kind::Inline && !use_.is_brought;
    if (!function_ || (!wanted.is_call && !code_.contains('$') && !is_body && !is_expression(code_))) {
      rename_to(without_object(code_));
      return std::move(result_);
    }
    const llvm::StringRef callee = wanted.callee;
    const bool is_member = callee.starts_with(kObject) && is_name(without_object(callee));
    const bool is_plain = use_.mention == Mention::Name && wanted.is_call &&
                          (is_member || (is_name(callee) && !use_.object && !is_implicit_member()));
    if (const auto wrapped =
            is_plain ? wrappings(*use_.annotation, *function_, wanted.arguments) : std::nullopt) {
      rename_to(without_object(callee));
      if (result_.trouble.empty()) wrap_arguments(*wrapped);
    } else if (!call_) {
      fail(use_.mention == Mention::Name ? "it is not called here"
                                         : "nothing that could be replaced is written");
    } else {
      if (template_arguments(use_) && !code_.contains('<')) fail("its template arguments are written here");
      rewrite(*call_, code_);
    }
    return std::move(result_);
  }

 private:
  void fail(std::string reason) {
    if (result_.trouble.empty()) result_.trouble = std::move(reason);
  }

  void rewrite(const Called& call, llvm::StringRef code) {
    Rewritten rewritten = rewrite_call(unit_, use_, call, function_, code);
    result_.change = std::move(rewritten.change);
    result_.needs_move = rewritten.needs_move;
    if (!rewritten.trouble.empty()) fail(std::move(rewritten.trouble));
  }

  // Only what a constructor is called with.
  void rewrite_arguments() {
    const auto call = function_ ? constructed(unit_, use_) : std::nullopt;
    if (!call) return fail("no list of arguments is written here");
    if (unit_.text(call->range).starts_with("{"))
      return rewrite(*call, "{" + code_.drop_front().drop_back().str() + "}");
    rewrite(*call, code_);
  }

  // A type or a variable with its template arguments.
  void rewrite_template() {
    const auto arguments = template_arguments(use_);
    if (!arguments) return fail("its template arguments are not written here");
    std::string text;
    for (const CodeTemplate::Part& part : parse_template(code_).parts) {
      std::string trouble;
      text += part.is_placeholder ? template_argument(unit_, use_, *pattern_of(use_.target), part.text,
                                                      arguments->right, trouble)
                                  : spelled(part.text);
      if (!trouble.empty()) return fail(std::move(trouble));
    }
    const clang::SourceRange whole(use_.name_begin(), arguments->right);
    if (loses_comment(unit_.text(whole), text)) return fail("a comment between the arguments would be lost");
    result_.change.replace(whole, std::move(text));
  }

  // Only a constructor's body is one: another's may begin with a parenthesis, too.
  bool is_list_of_arguments() const {
    return code_.starts_with("(") && (use_.annotation->kind != Annotation::Kind::Inline ||
                                      llvm::isa_and_present<clang::CXXConstructorDecl>(function_));
  }

  static llvm::StringRef without_object(llvm::StringRef name) {
    name.consume_front(kObject);
    return name;
  }
  static bool is_name(llvm::StringRef code) {
    return llvm::all_of(code, [](char c) { return is_name_character(c) || c == ':'; });
  }

  bool is_implicit_member() const {
    const auto* member = llvm::dyn_cast_if_present<clang::MemberExpr>(use_.expression);
    return member && member->isImplicitAccess();
  }

  void rename_to(llvm::StringRef name) {
    if (use_.mention != Mention::Name && use_.mention != Mention::Declaration)
      return fail("nothing that could be renamed is written");
    if (use_.target->getDeclName().getNameKind() != clang::DeclarationName::Identifier)
      return fail("it is called by an operator's name");
    if (use_.is_brought) return take(rename(unit_, use_, name));
    if (function_ && !use_.is_using && !call_ && !is_same_function())
      return fail("it is not called here, and `" + name.str() + "` is no function of the same type");
    if (function_ && template_arguments(use_) && !takes_same_template_arguments())
      return fail("its template arguments are written here");
    take(rename(unit_, use_, name));
  }

  void take(Renaming renaming) {
    result_.change = std::move(renaming.change);
    result_.needs_move = renaming.needs_move;
    result_.group = std::move(renaming.group);
    if (!renaming.trouble.empty()) fail(std::move(renaming.trouble));
  }

  // Where it is not called its type shows: in a pointer, in a template argument.
  bool is_same_function() const {
    if (result_.wanted.empty()) return true;
    const auto* other = llvm::dyn_cast<clang::FunctionDecl>(result_.wanted.front());
    const auto* pattern = llvm::cast<clang::FunctionDecl>(pattern_of(use_.target));
    return other && result_.wanted.size() == 1 &&
           unit_.context.hasSameFunctionTypeIgnoringExceptionSpec(other->getType(), pattern->getType());
  }

  bool takes_same_template_arguments() const {
    const clang::FunctionTemplateDecl* old = function_->getDescribedFunctionTemplate();
    return old && std::ranges::all_of(result_.wanted, [&](const clang::NamedDecl* declaration) {
             const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration);
             const auto* pattern = function ? function->getDescribedFunctionTemplate() : nullptr;
             return pattern &&
                    pattern->getTemplateParameters()->size() == old->getTemplateParameters()->size();
           });
  }

  void wrap_arguments(const std::vector<Wrapped>& wrapped) {
    const bool is_renamed = !result_.change.empty();
    std::string defaults;
    const std::size_t count = call_ ? call_->arguments.size() : 0;
    for (std::size_t i = 0; i < wrapped.size(); ++i) {
      const Wrapped& wrapping = wrapped[i];
      const clang::ParmVarDecl& parameter = *function_->getParamDecl(static_cast<unsigned>(i));
      if (i >= count && call_ && !parameter.isParameterPack()) {
        // What stands behind one that is written has to be written, too.
        if (!defaults.empty() || !has_same_default(parameter, i)) add_default(parameter, wrapping, defaults);
        continue;
      }
      if (wrapping.empty()) continue;
      if (!call_) return fail("it is not called here");
      if (is_wrapped_already(*call_->arguments[i], wrapping)) continue;
      result_.change.insert_before(call_->arguments[i]->getBeginLoc(), spelled(wrapping.before));
      result_.change.insert_after(call_->arguments[i]->getEndLoc(), spelled(wrapping.after));
      // Under the same name the old function would be found again, and wrapped again.
      result_.needs_move = result_.needs_move || !is_renamed;
    }
    if (!defaults.empty()) result_.change.insert_before(call_->range.getEnd(), std::move(defaults));
  }

  std::string spelled(const std::string& code) {
    Spelled result = spell_all(unit_, code, use_.name, around(use_));
    result_.needs_move = result_.needs_move || result.needs_move;
    if (!result.trouble.empty()) fail(std::move(result.trouble));
    return std::move(result.text);
  }

  // Whether the new function has this default, too. Of one that is not known it is taken for granted: that is
  // how its rule is written.
  bool has_same_default(const clang::ParmVarDecl& parameter, std::size_t index) const {
    const std::string wanted = default_of(unit_, parameter);
    return result_.wanted.empty() ||
           std::ranges::any_of(result_.wanted, [&](const clang::NamedDecl* declaration) {
             const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration);
             if (!function || index >= function->getNumParams()) return false;
             const clang::ParmVarDecl& other = *function->getParamDecl(static_cast<unsigned>(index));
             return other.hasDefaultArg() &&
                    (wanted.empty() ? text_of_default(parameter) == text_of_default(other)
                                    : wanted == default_of(unit_, other));
           });
  }

  std::string text_of_default(const clang::ParmVarDecl& parameter) const {
    return unit_.text(parameter.getDefaultArgRange());
  }

  void add_default(const clang::ParmVarDecl& parameter, const Wrapped& wrapping, std::string& defaults) {
    const std::string code = default_of(unit_, parameter);
    if (code.empty()) return fail("an argument is left to its default, which the new function has not");
    const bool is_first = parameter.getFunctionScopeIndex() == 0;
    defaults += (is_first ? "" : ", ") + spelled(wrapping.before + code + wrapping.after);
  }

  Unit& unit_;
  const Use& use_;
  llvm::StringRef code_;
  const clang::FunctionDecl* function_;
  std::optional<Called> call_;
  Replacement result_;
};

// What the user has written for the old declaration, and would have to write anew for the new one, is in this
// group: while it is left, uses are left, too.
std::string companions(const Unit& unit, const clang::NamedDecl* target) {
  target = pattern_of(target);
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(target);
  const bool is_template =
      llvm::isa<clang::CXXRecordDecl, clang::FunctionDecl, clang::VarDecl>(target) && target->isTemplated();
  if (!is_template && !(method && method->isVirtual())) return {};
  return "companions of " + unit.key(*target);
}

// A class that is declared again becomes another class of the same namespace; nothing else does.
bool can_be_declared_anew(const Use& use, const Replacement& replacement) {
  const auto* old = llvm::dyn_cast<clang::CXXRecordDecl>(use.target);
  const auto* record = replacement.wanted.size() == 1
                           ? llvm::dyn_cast<clang::CXXRecordDecl>(replacement.wanted.front())
                           : nullptr;
  return old && record && !llvm::isa<clang::ClassTemplateSpecializationDecl>(old) &&
         !old->getDescribedClassTemplate() && !record->getDescribedClassTemplate() &&
         old->getDeclContext()->getPrimaryContext() == record->getDeclContext()->getPrimaryContext();
}

// A name that stays, whose meaning a person has to look at.
void ask_for_review(Unit& unit, const Use& use) {
  if (use.is_using) return;
  const Annotation& annotation = *use.annotation;
  unit.report({.rule = annotation.id,
               .applicability = Applicability::Manual,
               .where = clang::SourceRange(use.name, use.name),
               .message = message_for(use, annotation.text) +
                          "; looked at, it is accepted by `NOLINT(ferry-" + annotation.id + "): why`",
               .unsure = use.is_unsure,
               .review = true});
}

// The operator that is written, where the compiler makes it of another one, which it calls.
const clang::CXXRewrittenBinaryOperator* rewritten_operator(const Use& use) {
  return llvm::dyn_cast_if_present<clang::CXXRewrittenBinaryOperator>(use.expression);
}

std::string why_not_rewritten(const clang::CXXRewrittenBinaryOperator& operation) {
  return "`" + operation.getOpcodeStr().str() + "` calls it here" +
         (operation.isReversed() ? ", with its operands the other way round" : " to compare its result");
}

}  // namespace

Replacement replacement_of(Unit& unit, const Use& use, llvm::StringRef code) {
  return Replacing(unit, use, code).run();
}

void replace_use(Unit& unit, const Use& use) {
  const Annotation& annotation = *use.annotation;
  const bool is_shown_only =
      annotation.applicability == Applicability::Manual || annotation.kind == Annotation::Kind::Native;
  const bool is_declaration = use.mention == Mention::Declaration;
  const bool is_companion =
      is_declaration || use.mention == Mention::Specialization || use.mention == Mention::Override;
  // What a person looks at are uses, not further declarations.
  if (is_shown_only && is_companion) return;
  const bool is_overrider = annotation.kind == Annotation::Kind::Override;
  if (is_overrider && is_companion) return;  // see replace_overriders
  const bool asks_for_look = annotation.kind == Annotation::Kind::Native &&
                             annotation.applicability == Applicability::Manual && !annotation.is_of_pack;
  if (asks_for_look) return ask_for_review(unit, use);

  std::string code = is_overrider ? overriding_name(annotation.text) : annotation.text;
  Replacement replacement;
  InlineBody body;
  InlineTrouble inline_trouble;
  if (annotation.kind == Annotation::Kind::Inline) {
    if (use.is_brought)
      body = {.code = pattern_of(use.target)->getQualifiedNameAsString(), .named = {pattern_of(use.target)}};
    else
      body = inline_body(unit, *use.target);
    code = body.code;
    replacement.trouble = body.trouble;
    if (body.trouble.empty() && !use.is_brought) inline_trouble = trouble_of(unit, body, use);
    if (!inline_trouble.reason.empty()) replacement.trouble = std::move(inline_trouble.reason);
  }
  if (const auto* rewritten = rewritten_operator(use); rewritten && !code.empty()) {
    if (!is_negated(*rewritten))
      replacement.trouble = why_not_rewritten(*rewritten);
    else
      code = binds_loosely(code) ? "!(" + code + ")" : "!" + code;
  }
  const bool is_in_one_piece = unit.level(use.name_begin()) == unit.level(use.name);
  Draft draft{.rule = annotation.id,
              .applicability = annotation.applicability,
              .where = clang::SourceRange(is_in_one_piece ? use.name_begin() : use.name, use.name),
              .message = message_for(use, code),
              .unsure = use.is_unsure || inline_trouble.is_unsure};
  if (is_overrider)
    draft.group = override_group(unit, *use.target);
  else if (is_companion)
    draft.group = companions(unit, use.target);
  else
    draft.needs = companions(unit, use.target);

  if (!is_declaration && !use.trouble.empty()) replacement.trouble = use.trouble;
  if (!is_shown_only && replacement.trouble.empty()) replacement = replacement_of(unit, use, code);
  Meaning wanted = body.calls.empty() ? replacement.wanted : std::move(body.calls);
  // An overload of the same name is no other function to go on from.
  if (replacement.trouble.empty() && std::ranges::find(wanted, pattern_of(use.target)) == wanted.end()) {
    draft.leads_on =
        std::ranges::any_of(wanted, [&](const auto* declaration) { return is_old(unit, declaration); });
    if (draft.leads_on && is_circle(unit, pattern_of(use.target), wanted))
      replacement.trouble = "the rules of what takes its place lead back to it";
  }
  if (is_declaration && !can_be_declared_anew(use, replacement)) replacement.trouble = use.trouble;
  if (is_shown_only || !replacement.trouble.empty()) {
    draft.applicability = Applicability::Manual;
    if (!is_shown_only && draft.group.empty()) draft.group = using_group(unit, use);
    if (!replacement.trouble.empty()) draft.message += "; not changed because " + replacement.trouble;
    return unit.report(std::move(draft));
  }
  if (replacement.change.empty()) return;
  draft.change = std::move(replacement.change);
  for (const std::string& header : annotation.added)
    add_include(unit, use.name_begin(), header, annotation.umbrellas, draft.change);
  add_headers_of(unit, use, body.named, draft.change);
  if (annotation.kind == Annotation::Kind::Replace && !annotation.is_of_pack)
    add_standard_headers_of(unit, use.name_begin(), code, draft.change);
  draft.last = replacement.needs_move;
  if (draft.group.empty()) draft.group = std::move(replacement.group);
  if (use.mention == Mention::Name) {
    draft.name = use.name;
    draft.target = use.target;
  }
  draft.wanted = std::move(wanted);
  unit.report(std::move(draft));
}

void replace_uses(Unit& unit, const std::set<std::string>& claimed) {
  for (const Use& use : unit.uses.of_declarations) {
    if (claimed.contains(use.annotation->id) || use.annotation->kind == Annotation::Kind::Moved) continue;
    Alternative alternative = alternative_for(unit, use);
    if (alternative.annotation == nullptr) continue;
    Use chosen = use;
    chosen.annotation = alternative.annotation;
    if (chosen.trouble.empty()) chosen.trouble = std::move(alternative.trouble);
    replace_use(unit, chosen);
  }
}

}  // namespace ferry::rewriter
