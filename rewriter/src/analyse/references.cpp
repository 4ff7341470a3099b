// What the names of a unit refer to, for comparing it with what they refer to once edits are made.
#include <algorithm>

#include <clang/AST/DeclCXX.h>

#include "analyse/spelling.hpp"
#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

// Copies come and go with the types of what is copied.
bool is_copy(const clang::NamedDecl& target) {
  const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&target);
  return constructor && constructor->isCopyOrMoveConstructor();
}

References::Target describe(Unit& unit, const clang::NamedDecl& pattern) {
  References::Target target{.declared = unit.declared(pattern),
                            .is_function = llvm::isa<clang::FunctionDecl>(pattern),
                            .is_old = !unit.annotations.of(&pattern).empty() || is_legacy(unit, &pattern)};
  if (const auto* owner = llvm::dyn_cast<clang::CXXRecordDecl>(pattern.getDeclContext())) {
    target.owner = owner->getQualifiedNameAsString();
    target.is_old = target.is_old || !unit.annotations.of(owner).empty();
  }
  return target;
}

}  // namespace

References Unit::take_references(const Findings& findings) {
  std::set<std::string> files;
  for (const auto& [file, ranges] : options_.watched) files.insert(file);
  for (const Finding& finding : findings)
    for (const Edit& edit : finding.edits) files.insert(edit.file);
  References references;
  if (files.empty()) return references;

  std::map<std::string, std::set<References::Place>> places;
  llvm::DenseMap<const clang::NamedDecl*, std::size_t> numbers;
  const auto is_wanted = [&](clang::SourceLocation location) {
    return files.contains(path(sources.getFileID(location)));
  };
  for (const auto& [name, target] : referred_) {
    // An argument of a macro is written in one file, its body in another.
    if (!is_wanted(sources.getFileLoc(name)) && !is_wanted(sources.getSpellingLoc(name))) continue;
    const std::optional<Placed> placed = place(clang::SourceRange(name, name));
    if (!placed || is_copy(*target)) continue;
    const std::string& file = path(placed->file);
    if (!files.contains(file)) continue;
    const auto watched = options_.watched.find(file);
    const bool is_watched =
        watched != options_.watched.end() && std::ranges::any_of(watched->second, [&](const auto& range) {
          return range.first <= placed->offset && placed->offset < range.second;
        });
    if (!is_watched && !llvm::isa<clang::FunctionDecl>(target)) continue;
    const clang::NamedDecl* pattern = pattern_of(target);
    const auto [number, is_new] = numbers.try_emplace(pattern, references.targets.size());
    if (is_new) references.targets.push_back(describe(*this, *pattern));
    places[file].insert({.offset = placed->offset, .target = number->second});
  }
  for (auto& [file, found] : places) references.files.push_back({file, {found.begin(), found.end()}});
  return references;
}

}  // namespace ferry::rewriter
