#include "rules/annotations.hpp"

#include <algorithm>

#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

#include "model/marks.hpp"
#include "rules/designated.hpp"
#include "rules/named_replacement.hpp"

namespace ferry::rewriter {
namespace {

std::optional<Annotation::Kind> parse_kind(llvm::StringRef word) {
  if (word == "replace") return Annotation::Kind::Replace;
  if (word == "inline") return Annotation::Kind::Inline;
  if (word == "moved") return Annotation::Kind::Moved;
  if (word == "native") return Annotation::Kind::Native;
  return std::nullopt;
}

// What carries the attributes: the templated declaration of a template, the pattern of an instantiation.
const clang::NamedDecl* templated(const clang::NamedDecl* declaration) {
  if (const auto* pattern = llvm::dyn_cast<clang::TemplateDecl>(declaration);
      pattern && pattern->getTemplatedDecl())
    return templated(pattern->getTemplatedDecl());
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration)) {
    if (const clang::FunctionDecl* pattern =
            function->getTemplateInstantiationPattern(/*ForDefinition=*/false))
      return pattern;
    if (const clang::FunctionDecl* member = function->getInstantiatedFromMemberFunction()) return member;
  }
  if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration))
    if (const clang::CXXRecordDecl* pattern = record->getTemplateInstantiationPattern()) return pattern;
  if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration))
    if (const clang::VarDecl* pattern = variable->getTemplateInstantiationPattern()) return pattern;
  if (const auto* enumeration = llvm::dyn_cast<clang::EnumDecl>(declaration))
    if (const clang::EnumDecl* pattern = enumeration->getTemplateInstantiationPattern()) return pattern;
  // What has no pattern of its own to ask for: found by its name in the pattern of what is around it.
  if (llvm::isa<clang::FieldDecl, clang::EnumConstantDecl, clang::TypedefNameDecl>(declaration)) {
    const auto* around = llvm::dyn_cast<clang::TagDecl>(declaration->getDeclContext());
    const auto* outer = around ? llvm::dyn_cast<clang::TagDecl>(templated(around)) : nullptr;
    if (outer && outer != around)
      for (const clang::NamedDecl* member : outer->lookup(declaration->getDeclName()))
        if (member->getKind() == declaration->getKind()) return member;
  }
  return declaration;
}

bool is_or_overrides(const clang::NamedDecl& pattern, const Designation& designation) {
  if (designates(designation, pattern)) return true;
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&pattern);
  return method && std::ranges::any_of(method->overridden_methods(), [&](const clang::CXXMethodDecl* base) {
           return is_or_overrides(*pattern_of(base), designation);
         });
}

Annotation with_requirement(Annotation annotation, const Requirement& requirement) {
  annotation.requirements.push_back(requirement);
  if (annotation.otherwise)
    annotation.otherwise =
        std::make_shared<const Annotation>(with_requirement(*annotation.otherwise, requirement));
  return annotation;
}

}  // namespace

std::optional<Annotation> parse_annotation(llvm::StringRef text) {
  if (text == llvm::StringRef(kInlineMark))
    return Annotation{.kind = Annotation::Kind::Inline,
                      .id = "INLINE-01",
                      .applicability = Applicability::Safe,
                      .text = {}};
  if (!text.consume_front(kFerryMark)) return std::nullopt;
  const auto [kind_word, after_kind] = text.split(':');
  const auto [id, after_id] = after_kind.split(':');
  const auto [applicability_word, rest] = after_id.split(':');
  const auto kind = parse_kind(kind_word);
  const auto applicability = parse_applicability(applicability_word);
  if (!kind || !applicability || id.empty()) return std::nullopt;
  return Annotation{.kind = *kind, .id = id.str(), .applicability = *applicability, .text = rest.str()};
}

const clang::NamedDecl* pattern_of(const clang::NamedDecl* declaration) {
  if (!declaration) return nullptr;
  if (const auto* shadow = llvm::dyn_cast<clang::UsingShadowDecl>(declaration))
    declaration = shadow->getTargetDecl();
  if (const auto* alias = llvm::dyn_cast<clang::NamespaceAliasDecl>(declaration))
    declaration = alias->getNamespace();
  return llvm::cast<clang::NamedDecl>(templated(declaration)->getCanonicalDecl());
}

Annotations::Annotations(const Packs* packs) : packs_(packs) {
  reads_replacements_ = packs == nullptr || packs->has("inline");
  if (packs == nullptr) return;
  annotated_ = packs->annotated;
  for (const Pack& pack : packs->packs)
    for (const PackChange& change : pack.changes)
      if (change.of == PackChange::Of::Declaration || change.of == PackChange::Of::Namespace ||
          change.of == PackChange::Of::Override) {
        changes_.push_back(&change);
        by_name_[change.designation.path.back()].push_back(&change);
      }
}

bool Annotations::counts(const Annotation& annotation) const {
  if (packs_ != nullptr && packs_->strangers.contains(annotation.id)) return false;
  return annotated_ == Packs::Annotated::All ||
         (annotated_ == Packs::Annotated::Inline && annotation.kind == Annotation::Kind::Inline);
}

void Annotations::add_of_packs(const clang::NamedDecl& pattern, AnnotationList& list) const {
  if (by_name_.empty() || !pattern.getDeclName()) return;
  const clang::IdentifierInfo* identifier = pattern.getIdentifier();
  const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&pattern);
  const auto found = by_name_.find(identifier    ? identifier->getName().str()
                                   : constructor ? constructor->getParent()->getNameAsString()
                                                 : pattern.getDeclName().getAsString());
  if (found == by_name_.end()) return;
  for (const PackChange* change : found->second) {
    const bool is_namespace = change->of == PackChange::Of::Namespace;
    const bool is_meant = change->of == PackChange::Of::Override
                              ? is_or_overrides(pattern, change->designation)
                              : designates(change->designation, pattern);
    if (is_meant && is_namespace == llvm::isa<clang::NamespaceDecl>(pattern))
      list.push_back(&change->annotation);
  }
}

void Annotations::inherit(const clang::NamedDecl& member, const PackChange& change) {
  const auto [known, is_new] = of_heirs_.try_emplace(&change);
  if (is_new) {
    const llvm::ArrayRef<std::string> path(change.designation.path);
    known->second = with_requirement(
        change.annotation,
        {.of = Requirement::Of::Value, .name = "this", .wanted = llvm::join(path.drop_back(), "::")});
  }
  inherited_[&member].push_back(&known->second);
}

std::vector<const clang::NamedDecl*> Annotations::inherited() const {
  std::vector<const clang::NamedDecl*> members;
  for (const auto& [member, annotations] : inherited_) members.push_back(member);
  return members;
}

const AnnotationList& Annotations::of(const clang::NamedDecl* declaration) {
  static const AnnotationList kNone;
  const clang::NamedDecl* pattern = pattern_of(declaration);
  if (!pattern) return kNone;
  const auto [entry, is_new] = known_.try_emplace(pattern, &kNone);
  if (!is_new) return *entry->second;
  AnnotationList list;
  if (reads_headers()) read_attributes(*pattern, list);
  add_of_packs(*pattern, list);
  if (const auto heirs = inherited_.find(pattern); heirs != inherited_.end())
    llvm::append_range(list, heirs->second);
  if (!list.empty()) known_[pattern] = &*lists_.insert(std::move(list)).first;
  return *known_[pattern];
}

const Annotation* Annotations::read(const std::string& key, std::optional<Annotation> annotation) {
  return &read_.try_emplace(key, *std::move(annotation)).first->second;
}

void Annotations::read_attributes(const clang::NamedDecl& pattern, AnnotationList& list) {
  for (const clang::Decl* redeclaration : pattern.redecls())
    for (const auto* attribute : redeclaration->specific_attrs<clang::AnnotateAttr>()) {
      std::optional<Annotation> annotation = parse_annotation(attribute->getAnnotation());
      if (!annotation || !counts(*annotation)) continue;
      // One that is inherited, or repeated with the declaration, is the same one.
      const Annotation* known = read(attribute->getAnnotation().str(), std::move(annotation));
      if (std::ranges::find(list, known) == list.end()) list.push_back(known);
    }
  if (!reads_replacements_ || !list.empty()) return;
  for (const clang::Decl* redeclaration : pattern.redecls())
    if (const auto* attribute = redeclaration->getAttr<clang::DeprecatedAttr>();
        attribute && !attribute->getReplacement().empty()) {
      Annotation annotation = named_replacement(pattern, attribute->getReplacement());
      const std::string key = "deprecated:" + std::string(to_string(annotation.applicability)) + ":" +
                              annotation.text + annotation.message;
      return list.push_back(read(key, std::move(annotation)));
    }
}

const Annotation* Annotations::moved(const clang::NamedDecl* declaration) {
  const AnnotationList& list = of(declaration);
  const auto found = std::ranges::find(list, Annotation::Kind::Moved, &Annotation::kind);
  return found == list.end() ? nullptr : *found;
}

}  // namespace ferry::rewriter
