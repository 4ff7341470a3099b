#include "analyse/spelling.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include <clang/Lex/Preprocessor.h>

#include "analyse/lookup.hpp"
#include "analyse/unit.hpp"
#include "support/names.hpp"

namespace ferry::rewriter {
namespace {

// What is left of `qualified` behind `prefix::`.
std::optional<llvm::StringRef> behind(llvm::StringRef qualified, llvm::StringRef prefix) {
  if (!qualified.consume_front(prefix) || !qualified.consume_front("::")) return std::nullopt;
  return qualified;
}

bool is_visible(const Unit& unit, const clang::NamedDecl& declaration, clang::SourceLocation at) {
  if (!unit.sources.isBeforeInTranslationUnit(declaration.getLocation(), at)) return false;
  const clang::DeclContext* context = declaration.getDeclContext()->getRedeclContext();
  if (context->isTranslationUnit()) return true;
  // One inside a function or namespace counts only where the same piece of source holds the place as well.
  const auto* around = llvm::dyn_cast<clang::Decl>(context);
  return around && unit.sources.isPointWithin(unit.sources.getExpansionLoc(at),
                                              unit.sources.getExpansionLoc(around->getBeginLoc()),
                                              unit.sources.getExpansionLoc(around->getEndLoc()));
}

}  // namespace

bool is_legacy(Unit& unit, const clang::Decl* declaration) {
  const clang::DeclContext* context = llvm::dyn_cast<clang::DeclContext>(declaration);
  if (!context) context = declaration->getDeclContext();
  for (; context; context = context->getParent())
    if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(context))
      if (unit.annotations.moved(space)) return true;
  return false;
}

std::string name_after_move(Unit& unit, const clang::NamedDecl* declaration) {
  if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(declaration))
    if (const Annotation* annotation = unit.annotations.moved(space)) return annotation->text;
  const clang::DeclContext* context = declaration->getDeclContext()->getRedeclContext();
  std::string outer;
  while (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(context)) {
    if (!space->isInline() && !space->isAnonymousNamespace()) break;
    context = space->getParent()->getRedeclContext();
  }
  if (const auto* around = llvm::dyn_cast<clang::NamedDecl>(context)) outer = name_after_move(unit, around);
  return outer.empty() ? declaration->getNameAsString() : outer + "::" + declaration->getNameAsString();
}

bool has_member(Unit& unit, const clang::DeclContext& context, llvm::StringRef name) {
  return !look_up_member(unit, context, name).empty();
}

namespace {

// One way to write a qualified name.
struct Candidate {
  std::string text;
  const clang::NamespaceDecl* through = nullptr;  // what its first name stands for, if that is an alias
  std::size_t replaced = 0;                       // how much of the name an alias or a directive stands for
  bool needs_move = false;
  std::string expanded{};                          // what the text is without macros, where it has one
  bool needs_meaning = false;                      // right only if the unit shows that it is
  const clang::NamespaceDecl* stand_in = nullptr;  // what `scope`, the name's beginning, is to mean
  std::string scope{};

  // The longest replacement first; of equal ones the shortest name.
  auto order() const { return std::tuple(~replaced, text.size(), std::string_view(text)); }
};

// Whether the candidate means at its place what the qualified name means, as far as that can be seen.
bool is_right(Unit& unit, const Candidate& candidate, llvm::StringRef qualified, Node around,
              clang::SourceLocation at) {
  const Meaning wanted = look_up_globally(unit, qualified);
  const Meaning found =
      look_up(unit, candidate.expanded.empty() ? candidate.text : candidate.expanded, around, at);
  if (candidate.needs_meaning && wanted.empty()) return false;
  if (candidate.stand_in &&
      !is_part_of(look_up(unit, candidate.scope, around, at), {pattern_of(candidate.stand_in)}))
    return false;
  if (!wanted.empty() && !candidate.needs_move) return is_part_of(found, wanted);
  // The unit does not know the name, or not yet: what can be seen is whether something else takes its place.
  if (!found.empty()) return false;
  const llvm::StringRef first = names_in(candidate.text).front();
  if (first.empty() || first.size() == candidate.text.size()) return true;
  const Meaning scope = look_up_scope(unit, first, around, at);
  if (candidate.through) return is_part_of(scope, {pattern_of(candidate.through)});
  return scope.empty() || candidate.replaced != 0 || is_part_of(scope, look_up_scope(unit, first, {}, at));
}

bool is_macro(const Unit& unit, llvm::StringRef name, clang::SourceLocation at) {
  const clang::IdentifierInfo& identifier = unit.context.Idents.get(name);
  return identifier.hadMacroDefinition() &&
         unit.preprocessor.getMacroDefinitionAtLoc(&identifier, unit.sources.getFileLoc(at));
}

// The namespace that an object-like macro of the project stands for, as in `#define NET boost::asio`; empty
// for any other macro.
std::string namespace_of(const Unit& unit, const clang::MacroInfo& macro) {
  constexpr unsigned kMostTokens = 9;
  if (!macro.isObjectLike() || !macro.isUsed() || macro.tokens_empty() || macro.getNumTokens() > kMostTokens)
    return {};
  std::string path;
  for (const clang::Token& token : macro.tokens()) {
    const bool is_name = token.is(clang::tok::identifier);
    if (!is_name && token.isNot(clang::tok::coloncolon)) return {};
    path += is_name ? token.getIdentifierInfo()->getName().str() : "::";
  }
  if (path.starts_with("::")) path.erase(0, 2);
  return unit.is_project(macro.getDefinitionLoc()) ? path : std::string();
}

// Macros that stand for a namespace in which `qualified` is: whoever has them chooses between libraries.
void add_macros(Unit& unit, llvm::StringRef qualified, clang::SourceLocation at,
                std::vector<Candidate>& candidates) {
  for (const auto& [identifier, state] : unit.preprocessor.macros(/*IncludeExternalMacros=*/false)) {
    const clang::MacroInfo* macro = unit.preprocessor.getMacroInfo(identifier);
    const std::string space = macro ? namespace_of(unit, *macro) : std::string();
    const auto rest = space.empty() ? std::nullopt : behind(qualified, space);
    if (!rest || !is_macro(unit, identifier->getName(), at)) continue;
    candidates.push_back({.text = identifier->getName().str() + "::" + rest->str(),
                          .replaced = space.size(),
                          .expanded = qualified.str(),
                          .needs_meaning = true});
  }
}

// A namespace of the project that stands for another one of the same name, as `lib::asio` where it uses all
// of `boost::asio`: by the shortest name that means it.
void add_stand_in(Unit& unit, const clang::UsingDirectiveDecl& directive, llvm::StringRef qualified,
                  std::vector<Candidate>& candidates) {
  const clang::NamespaceDecl* nominated = directive.getNominatedNamespace();
  const auto* stand_in = llvm::dyn_cast<clang::NamespaceDecl>(directive.getDeclContext());
  if (!stand_in || stand_in->getName() != nominated->getName()) return;
  const std::string prefix = name_after_move(unit, nominated);
  const auto rest = behind(qualified, prefix);
  if (!rest) return;
  std::string name;
  for (const clang::DeclContext* context = stand_in;
       const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(context); context = space->getParent()) {
    if (space->isAnonymousNamespace()) return;
    name = space->getNameAsString() + (name.empty() ? "" : "::") + name;
    candidates.push_back({.text = name + "::" + rest->str(),
                          .replaced = prefix.size(),
                          .needs_meaning = true,
                          .stand_in = stand_in,
                          .scope = name});
  }
}

// Whether `qualified` may be a function's name: one that the unit does not know may be.
bool may_be_function(Unit& unit, llvm::StringRef qualified) {
  const Meaning meaning = look_up_globally(unit, qualified);
  return meaning.empty() || std::ranges::any_of(meaning, [](const clang::NamedDecl* declaration) {
           return llvm::isa<clang::FunctionDecl, clang::FunctionTemplateDecl>(declaration);
         });
}

}  // namespace

Spelled spell(Unit& unit, llvm::StringRef qualified, clang::SourceLocation at, Node around,
              Functions functions) {
  const bool is_qualified = functions == Functions::Qualified && may_be_function(unit, qualified);
  std::vector<Candidate> candidates;
  const auto consider = [&](const clang::NamespaceDecl* space, const clang::NamedDecl& means,
                            const clang::NamespaceAliasDecl* alias) {
    const std::string prefix = name_after_move(unit, space);
    const auto rest = behind(qualified, prefix);
    if (!rest || !is_visible(unit, means, at)) return;
    if (is_qualified && !alias && !rest->contains("::")) return;
    candidates.push_back({.text = (alias ? alias->getNameAsString() + "::" : "") + rest->str(),
                          .through = alias ? space : nullptr,
                          .replaced = prefix.size(),
                          .needs_move = is_legacy(unit, space) && look_up_in(unit, *space, *rest).empty()});
  };
  for (const clang::NamespaceAliasDecl* alias : unit.uses.aliases)
    consider(alias->getNamespace(), *alias, alias);
  for (const clang::UsingDirectiveDecl* directive : unit.uses.directives)
    consider(directive->getNominatedNamespace(), *directive, nullptr);
  if (around) {
    for (const clang::UsingDirectiveDecl* directive : unit.uses.directives)
      add_stand_in(unit, *directive, qualified, candidates);
    add_macros(unit, qualified, at, candidates);
  }
  std::ranges::sort(candidates, {}, &Candidate::order);
  candidates.push_back({.text = qualified.str()});
  if (!around) return {.text = candidates.front().text, .needs_move = candidates.front().needs_move};
  candidates.push_back({.text = "::" + qualified.str()});
  for (const Candidate& candidate : candidates)
    if (is_right(unit, candidate, qualified, around, at))
      return {.text = candidate.text, .needs_move = candidate.needs_move};
  return {.text = qualified.str(), .trouble = "`" + qualified.str() + "` means something else here"};
}

Spelled spell_all(Unit& unit, llvm::StringRef code, clang::SourceLocation at, Node around,
                  Functions functions) {
  Spelled result;
  while (!code.empty()) {
    if (!is_name_character(code.front())) {
      result.text += code.front();
      code = code.drop_front();
      continue;
    }
    std::size_t length = 0;
    while (length < code.size() && (is_name_character(code[length]) ||
                                    (code.substr(length).starts_with("::") && length + 2 < code.size() &&
                                     is_name_character(code[length + 2]))))
      length += code[length] == ':' ? 2 : 1;
    const llvm::StringRef name = code.take_front(length);
    code = code.drop_front(length);
    const bool is_qualified = name.contains("::") && (result.text.empty() || result.text.back() != ':');
    Spelled spelled = is_qualified ? spell(unit, name, at, around, functions) : Spelled{.text = name.str()};
    result.text += spelled.text;
    result.needs_move = result.needs_move || spelled.needs_move;
    if (result.trouble.empty()) result.trouble = std::move(spelled.trouble);
  }
  return result;
}

Node around(const Use& use) { return use.expression ? Node{.stmt = use.expression} : use.parent; }

namespace {

// `qualified` without its last name, and that name with what is in brackets behind it.
std::pair<llvm::StringRef, llvm::StringRef> split_last(llvm::StringRef qualified) {
  const std::vector<llvm::StringRef> names = names_in(qualified);
  if (names.size() < 2) return {{}, qualified};
  const auto last = static_cast<std::size_t>(names.back().data() - qualified.data());
  return {qualified.take_front(last).drop_back(2), qualified.drop_front(last)};
}

// Whether the qualifier begins with `::`.
bool begins_globally(const clang::NestedNameSpecifier* qualifier) {
  while (qualifier && qualifier->getPrefix()) qualifier = qualifier->getPrefix();
  return qualifier && qualifier->getKind() == clang::NestedNameSpecifier::Global;
}

// Whether the using-declaration that brings a name in here becomes one of `qualified`, and nothing else.
bool is_renamed(Unit& unit, const clang::BaseUsingDecl& introducer, llvm::StringRef qualified) {
  return llvm::isa<clang::UsingDecl>(introducer) && unit.is_project(introducer.getLocation()) &&
         std::ranges::all_of(introducer.shadows(), [&](const clang::UsingShadowDecl* shadow) {
           return std::ranges::any_of(
               unit.annotations.of(shadow->getTargetDecl()),
               [&](const Annotation* annotation) { return new_name(*annotation) == qualified; });
         });
}

// Whether the new names are declared where the old one is, in whichever part of an inline namespace.
bool is_in(const Meaning& wanted, const clang::DeclContext& context) {
  return !wanted.empty() && std::ranges::all_of(wanted, [&](const clang::NamedDecl* declaration) {
    return declaration->getDeclContext()->getRedeclContext()->getPrimaryContext() ==
           const_cast<clang::DeclContext&>(context).getPrimaryContext();
  });
}

bool overrides_any(const clang::NamedDecl& declaration, const Meaning& overridden) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&declaration);
  return method && std::ranges::any_of(method->overridden_methods(), [&](const clang::CXXMethodDecl* base) {
           return std::ranges::find(overridden, pattern_of(base)) != overridden.end() ||
                  overrides_any(*base, overridden);
         });
}

// Whether `found` is what is wanted, or what a derived class has in its place.
bool does_same(const Meaning& found, const Meaning& wanted) {
  return !found.empty() && std::ranges::all_of(found, [&](const clang::NamedDecl* declaration) {
    return is_part_of({declaration}, wanted) || overrides_any(*declaration, wanted);
  });
}

// The class of the object may have a member of the new name itself, nearer than the one that is wanted.
std::string hidden_by(Unit& unit, const clang::Expr& object, llvm::StringRef name, const Meaning& wanted) {
  clang::QualType type = object.IgnoreParenImpCasts()->getType();  // before it became a base
  if (const clang::QualType pointee = type->getPointeeType(); !pointee.isNull()) type = pointee;
  const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
  if (!record || wanted.empty()) return {};
  const Meaning found = look_up_member(unit, *record, name);
  if (found.empty() || does_same(found, wanted)) return {};
  return "`" + record->getNameAsString() + "` has a `" + name.str() + "` of its own";
}

// Whether what has moved has a member of the new name already, which is what is wanted. What a class template
// inherits from its parameters can be seen only in the class as it was used.
bool has_new_member(Unit& unit, const Use& use, llvm::StringRef name, const Meaning& wanted) {
  Meaning found = look_up_member(unit, *pattern_of(use.target)->getDeclContext()->getRedeclContext(), name);
  const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(use.target->getDeclContext());
  if (found.empty() && record) found = look_up_member(unit, *record, name);
  return !found.empty() && (wanted.empty() || is_part_of(found, wanted));
}

// The qualifier, as far as it is written for the namespace `name`; empty where no part of it is.
std::string written_for(Unit& unit, clang::NestedNameSpecifierLoc qualifier, llvm::StringRef name) {
  for (; qualifier; qualifier = qualifier.getPrefix()) {
    const clang::NestedNameSpecifier& part = *qualifier.getNestedNameSpecifier();
    const clang::NamespaceDecl* space = part.getAsNamespace();
    if (const clang::NamespaceAliasDecl* alias = part.getAsNamespaceAlias()) space = alias->getNamespace();
    if (!space || is_legacy(unit, space) || name_after_move(unit, space) != name) continue;
    const clang::SourceRange range = qualifier.getSourceRange();
    return range.getBegin().isFileID() && range.getEnd().isFileID() ? unit.text(range) : std::string();
  }
  return {};
}

std::string group_of(const Unit& unit, const clang::BaseUsingDecl& introducer) {
  return "using " + unit.key(introducer);
}

// `name` as a name by itself, of what is `wanted`; empty where something else is found first.
std::string unqualified(Unit& unit, const Use& use, llvm::StringRef qualified, llvm::StringRef name,
                        const Meaning& wanted, Renaming& result) {
  const Meaning found = look_up(unit, name, around(use), use.name);
  if (does_same(found, wanted)) return name.str();
  if (use.through && is_renamed(unit, *use.through, qualified)) {
    const bool is_brought = std::ranges::all_of(found, [&](const clang::NamedDecl* declaration) {
      return std::ranges::any_of(use.through->shadows(), [&](const clang::UsingShadowDecl* shadow) {
        return pattern_of(shadow) == declaration;
      });
    });
    if (!is_brought) return {};
    result.group = group_of(unit, *use.through);
    return name.str();
  }
  // Nothing is found: argument types find it, as they found the old name, or the unit does not know it.
  if (found.empty() && !use.through) return name.str();
  const auto* member = llvm::dyn_cast_if_present<clang::MemberExpr>(use.expression);
  if (member && !found.empty()) return "this->" + name.str();
  return {};
}

}  // namespace

std::string using_group(Unit& unit, const Use& use) {
  const std::string name = new_name(*use.annotation);
  if (!use.through || use.qualifier || name.empty() || !is_renamed(unit, *use.through, name)) return {};
  return group_of(unit, *use.through);
}

std::string new_name(const Annotation& annotation) {
  if (annotation.kind != Annotation::Kind::Replace || annotation.applicability == Applicability::Manual)
    return {};
  llvm::StringRef name = llvm::StringRef(annotation.text).take_until([](char c) { return c == '('; });
  name.consume_front("$this.");
  return name.contains('$') ? std::string() : name.str();
}

Renaming rename(Unit& unit, const Use& use, llvm::StringRef qualified) {
  Renaming result;
  if (use.is_brought) {
    const Spelled spelled =
        use.is_using ? Spelled{.text = qualified.str()} : spell(unit, qualified, use.name, around(use));
    result.change.replace(clang::SourceRange(use.name_begin(), use.name), spelled.text);
    result.needs_move = spelled.needs_move;
    result.trouble = spelled.trouble;
    return result;
  }
  const clang::NamedDecl* target = pattern_of(use.target);
  const clang::DeclContext* context = target->getDeclContext()->getRedeclContext();
  const auto* scope = llvm::dyn_cast<clang::NamedDecl>(context);
  const auto [prefix, name] = split_last(qualified);
  const llvm::StringRef plain_name = names_in(name).front();
  const Meaning wanted = prefix.empty() && target->isCXXClassMember()
                             ? look_up_member(unit, *context, plain_name)
                             : look_up_globally(unit, qualified);
  const bool keeps_prefix = prefix == (scope ? name_after_move(unit, scope) : std::string()) ||
                            (prefix.empty() && target->isCXXClassMember()) || is_in(wanted, *context);
  if (keeps_prefix && target->getNameAsString() == name) return result;
  if (is_macro(unit, plain_name, use.name)) {
    result.trouble = "`" + plain_name.str() + "` is a macro here";
    return result;
  }
  if (use.is_constructor) {
    result.change.replace(use.name, plain_name.str());
    return result;
  }
  if (keeps_prefix)
    result.needs_move = scope && is_legacy(unit, scope) && !has_new_member(unit, use, plain_name, wanted);
  if (use.is_using && use.through) {
    result.group = group_of(unit, *use.through);
    if (!is_renamed(unit, *use.through, qualified)) result.trouble = "it may bring more than what is renamed";
  }

  const bool is_alone = !use.object && !use.qualifier;
  if (is_alone && !result.needs_move && (keeps_prefix || use.through)) {
    const Meaning here = keeps_prefix ? look_up_member(unit, *context, plain_name) : wanted;
    if (const std::string text = unqualified(unit, use, qualified, name, here, result); !text.empty()) {
      result.change.replace(use.name, text);
      return result;
    }
  } else if (keeps_prefix) {
    if (use.object) result.trouble = hidden_by(unit, *use.object, plain_name, wanted);
    if (use.object && use.through && is_renamed(unit, *use.through, qualified))
      result.group = group_of(unit, *use.through);
    result.change.replace(use.name, name.str());
    return result;
  }

  if (const std::string written = written_for(unit, use.qualifier, prefix);
      !written.empty() && !use.is_using) {
    result.change.replace(clang::SourceRange(use.name_begin(), use.name), written + name.str());
    return result;
  }
  const bool is_global = begins_globally(use.qualifier.getNestedNameSpecifier());
  const Spelled spelled = is_global      ? Spelled{.text = "::" + qualified.str()}
                          : use.is_using ? Spelled{.text = qualified.str()}
                                         : spell(unit, qualified, use.name, around(use));
  result.change.replace(clang::SourceRange(use.name_begin(), use.name), spelled.text);
  result.needs_move = spelled.needs_move;
  if (result.trouble.empty()) result.trouble = spelled.trouble;
  return result;
}

}  // namespace ferry::rewriter
