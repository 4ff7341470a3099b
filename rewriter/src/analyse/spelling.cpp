#include "analyse/spelling.hpp"

#include <cctype>

#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

const clang::NamedDecl* member(Unit& unit, const clang::DeclContext& context, llvm::StringRef name) {
  const clang::DeclarationName wanted(&unit.context.Idents.get(name));
  if (const auto found = context.lookup(wanted); !found.empty()) return found.front()->getUnderlyingDecl();
  const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(&context);
  if (!record || !record->hasDefinition()) return nullptr;
  for (const clang::CXXBaseSpecifier& base : record->getDefinition()->bases()) {
    const clang::CXXRecordDecl* parent = base.getType()->getAsCXXRecordDecl();
    if (!parent)
      if (const auto* specialization = base.getType()->getAs<clang::TemplateSpecializationType>())
        if (const auto* pattern = specialization->getTemplateName().getAsTemplateDecl())
          parent = llvm::dyn_cast_if_present<clang::CXXRecordDecl>(pattern->getTemplatedDecl());
    if (!parent) continue;
    if (const clang::NamedDecl* found = member(unit, *parent, name)) return found;
  }
  return nullptr;
}

// What `path` ("time::Sleep") means inside `context`; nullptr when it means nothing there.
const clang::NamedDecl* find(Unit& unit, const clang::DeclContext* context, llvm::StringRef path) {
  const clang::NamedDecl* found = nullptr;
  while (!path.empty()) {
    const auto [first, rest] = path.split("::");
    if (!context) return nullptr;
    found = member(unit, *context, first);
    if (!found) return nullptr;
    if (const auto* alias = llvm::dyn_cast<clang::NamespaceAliasDecl>(found)) found = alias->getNamespace();
    context = llvm::dyn_cast<clang::DeclContext>(found);
    path = rest;
  }
  return found;
}

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
    if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(context)) {
      const Annotation* annotation = unit.annotations.of(space);
      if (annotation && annotation->kind == Annotation::Kind::Moved) return true;
    }
  return false;
}

std::string name_after_move(Unit& unit, const clang::NamedDecl* declaration) {
  if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(declaration)) {
    const Annotation* annotation = unit.annotations.of(space);
    if (annotation && annotation->kind == Annotation::Kind::Moved) return annotation->text;
  }
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
  return member(unit, context, name) != nullptr;
}

Spelled spell(Unit& unit, llvm::StringRef qualified, clang::SourceLocation at) {
  Spelled best{.text = qualified.str()};
  std::size_t best_prefix = 0;
  const auto consider = [&](const clang::NamespaceDecl* space, const clang::NamedDecl& means,
                            const std::string& before) {
    const std::string prefix = name_after_move(unit, space);
    const auto rest = behind(qualified, prefix);
    if (!rest || prefix.size() <= best_prefix || !is_visible(unit, means, at)) return;
    best_prefix = prefix.size();
    best = {before + rest->str(), is_legacy(unit, space) && !find(unit, space, *rest)};
  };
  for (const clang::NamespaceAliasDecl* alias : unit.uses.aliases)
    consider(alias->getNamespace(), *alias, alias->getNameAsString() + "::");
  for (const clang::UsingDirectiveDecl* directive : unit.uses.directives)
    consider(directive->getNominatedNamespace(), *directive, "");
  return best;
}

Spelled spell_all(Unit& unit, llvm::StringRef code, clang::SourceLocation at) {
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
    Spelled spelled = is_qualified ? spell(unit, name, at) : Spelled{.text = name.str()};
    result.text += spelled.text;
    result.needs_move = result.needs_move || spelled.needs_move;
  }
  return result;
}

Renaming rename(Unit& unit, const Use& use, llvm::StringRef qualified) {
  Renaming result;
  const clang::NamedDecl* target = pattern_of(use.target);
  const clang::DeclContext* context = target->getDeclContext()->getRedeclContext();
  const auto* around = llvm::dyn_cast<clang::NamedDecl>(context);
  const auto [before, last] = qualified.rsplit("::");
  const llvm::StringRef prefix = last.empty() ? llvm::StringRef() : before;
  const llvm::StringRef name = last.empty() ? qualified : last;
  const std::string old_prefix = around ? name_after_move(unit, around) : std::string();
  if (prefix == old_prefix) {
    if (target->getNameAsString() == name) return result;
    result.change.replace(use.name, name.str());
    result.needs_move = around && is_legacy(unit, around) && !has_member(unit, *context, name);
    return result;
  }
  const Spelled spelled = use.is_using ? Spelled{.text = qualified.str()} : spell(unit, qualified, use.name);
  result.change.replace(clang::SourceRange(use.name_begin(), use.name), spelled.text);
  result.needs_move = spelled.needs_move;
  return result;
}

}  // namespace ferry::rewriter
