// What the names of a unit refer to, for comparing it with what they refer to once edits are made.
#include <algorithm>
#include <map>
#include <set>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>

#include "analyse/spelling.hpp"
#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

// Copies come and go with the types of what is copied.
bool is_copy(const clang::NamedDecl& target) {
  const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&target);
  return constructor && constructor->isCopyOrMoveConstructor();
}

// A specialisation is what it specialises: which one is taken, its arguments say.
const clang::NamedDecl& declared_once(const clang::NamedDecl& target) {
  const auto* function = llvm::dyn_cast<clang::FunctionDecl>(&target);
  const clang::FunctionTemplateDecl* primary = function ? function->getPrimaryTemplate() : nullptr;
  return *pattern_of(primary ? primary : &target);
}

bool is_old(Unit& unit, const clang::NamedDecl* declaration) {
  return declaration && (!unit.annotations.of(declaration).empty() || is_legacy(unit, declaration));
}

// The class of a type, or the template whose instance it will be.
const clang::NamedDecl* class_of(clang::QualType type) {
  if (const clang::TagDecl* tag = type->getAsTagDecl()) return tag;
  const auto* open = type->getAs<clang::TemplateSpecializationType>();
  const clang::TemplateDecl* pattern = open ? open->getTemplateName().getAsTemplateDecl() : nullptr;
  return pattern ? pattern->getTemplatedDecl() : nullptr;
}

// What takes an old type is left when the type is.
bool takes_old(Unit& unit, const clang::FunctionDecl& function) {
  return std::ranges::any_of(function.parameters(), [&](const clang::ParmVarDecl* parameter) {
    clang::QualType type = parameter->getType().getNonReferenceType();
    while (type->isPointerType()) type = type->getPointeeType();
    return is_old(unit, class_of(type));
  });
}

References::Target describe(Unit& unit, const clang::NamedDecl& pattern) {
  References::Target target{.declared = unit.declared(pattern), .is_old = is_old(unit, &pattern)};
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(&pattern)) {
    target.is_function = true;
    target.is_old = target.is_old || takes_old(unit, *function);
  }
  if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&pattern))
    target.overrides = method->size_overridden_methods() != 0;
  if (const auto* owner = llvm::dyn_cast<clang::CXXRecordDecl>(pattern.getDeclContext())) {
    target.owner = owner->getQualifiedNameAsString();
    target.is_old = target.is_old || is_old(unit, owner);
  }
  return target;
}

}  // namespace

void Unit::refer(clang::SourceLocation name, const clang::NamedDecl& target) {
  if ((options_.written != nullptr || llvm::isa<clang::FunctionDecl>(target)) && !is_copy(target))
    referred_.insert({name, &target});
}

References Unit::take_references(const Findings& findings) {
  std::set<std::string> files;
  if (options_.written != nullptr)
    for (const auto& [file, ranges] : *options_.written) files.insert(file);
  for (const Finding& finding : findings)
    for (const Edit& edit : finding.edits) files.insert(edit.file);
  References references;
  if (files.empty()) return references;
  files.insert(path(sources.getMainFileID()));

  std::map<std::string, std::set<References::Place>> places;
  llvm::DenseMap<const clang::NamedDecl*, std::size_t> numbers;
  llvm::DenseMap<clang::FileID, bool> is_wanted;
  for (const auto& [name, target] : referred_) {
    const auto [file, offset] = sources.getDecomposedSpellingLoc(name);
    const auto [wanted, is_new_file] = is_wanted.try_emplace(file, false);
    if (is_new_file) wanted->second = files.contains(path(file));
    if (!wanted->second) continue;
    if (!llvm::isa<clang::FunctionDecl>(target)) {
      const auto ranges = options_.written->find(path(file));
      if (ranges == options_.written->end() ||
          std::ranges::none_of(ranges->second, [at = std::size_t{offset}](const auto& range) {
            return range.first <= at && at < range.second;
          }))
        continue;
    }
    const clang::NamedDecl& pattern = declared_once(*target);
    const auto [number, is_new] = numbers.try_emplace(&pattern, references.targets.size());
    if (is_new) references.targets.push_back(describe(*this, pattern));
    places[path(file)].insert({.offset = offset, .target = number->second});
  }
  for (auto& [file, found] : places) references.files.push_back({file, {found.begin(), found.end()}});
  return references;
}

}  // namespace ferry::rewriter
