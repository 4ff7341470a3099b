#include "rules/moved.hpp"

#include "analyse/spelling.hpp"
#include "frontend/frontend.hpp"
#include "rules/headers.hpp"

namespace ferry::rewriter {
namespace {

std::string written(clang::NestedNameSpecifierLoc prefix, const Unit& unit) {
  std::string text = prefix ? unit.text(prefix.getSourceRange()) : std::string();
  if (text.ends_with("::")) text.resize(text.size() - 2);
  if (text.starts_with("::")) text.erase(0, 2);
  return text;
}

void retarget(Unit& unit, const MovedUse& use) {
  const std::string& name = use.annotation->text;
  const std::string prefix = written(use.prefix, unit);
  Draft draft{.rule = use.annotation->id,
              .applicability = use.annotation->applicability,
              .where = clang::SourceRange(use.prefix ? use.prefix.getBeginLoc() : use.name, use.name),
              .message = "`" + use.target->getNameAsString() + "` has moved to `" + name + "`",
              .last = true};
  if (prefix != name)
    draft.change.replace(draft.where, name);
  else if (use.kind == MovedUse::Kind::Qualifier)
    draft.change.replace(clang::SourceRange(use.name, use.end), "");
  else
    draft.change.replace(clang::SourceRange(use.prefix.getLocalEndLoc(), use.name), "");
  unit.report(std::move(draft));
}

// `ferry/v0_2`, where the headers of `ferry::v0_2` are.
std::string folder_of(const clang::NamespaceDecl& moved) {
  const auto* outer = llvm::dyn_cast<clang::NamespaceDecl>(moved.getParent());
  return outer ? outer->getNameAsString() + "/" + moved.getNameAsString() : std::string();
}

// Whether `file` belongs to the library that has moved: it adds to the namespace, or is one of its headers.
// Such a file stays with the old names.
bool is_own(const Unit& unit, const clang::NamespaceDecl& moved, clang::FileID file) {
  for (const clang::NamespaceDecl* part : moved.redecls())
    if (unit.sources.getFileID(part->getLocation()) == file) return true;
  const std::string folder = "/" + folder_of(moved);
  const std::string path = path_of(unit.sources, file);
  return path.find(folder + "/") != std::string::npos || path.ends_with(folder + ".hpp");
}

// Where headers of a moved namespace go: its path with the namespace's own folder taken out. The umbrella
// header becomes the umbrella of the whole.
std::optional<std::string> moved_header(const clang::NamespaceDecl& moved, llvm::StringRef name,
                                        llvm::StringRef spelled) {
  const std::string folder = folder_of(moved);
  if (folder.empty()) return std::nullopt;
  std::string target = name.str();
  for (std::size_t at = target.find("::"); at != std::string::npos; at = target.find("::", at))
    target.replace(at, 2, "/");
  if (!spelled.consume_front(folder)) return std::nullopt;
  if (spelled.consume_front("/")) return target + "/" + spelled.str();
  if (spelled.starts_with("."))
    return target + "/" + llvm::StringRef(target).rsplit('/').first.str() + spelled.str();
  return std::nullopt;
}

}  // namespace

std::string new_header(Unit& unit, llvm::StringRef spelled) {
  for (const clang::NamespaceDecl* moved : unit.moved) {
    const Annotation& annotation = *unit.annotations.moved(moved);
    if (annotation.is_of_pack) continue;
    if (auto header = moved_header(*moved, annotation.text, spelled)) return *header;
  }
  return spelled.str();
}

void retarget_moved(Unit& unit) {
  for (const MovedUse& use : unit.uses.of_namespaces) retarget(unit, use);
  HeaderNames names(unit);
  for (const clang::NamespaceDecl* moved : unit.moved) {
    const Annotation& annotation = *unit.annotations.moved(moved);
    if (annotation.is_of_pack) continue;  // whose rules say what becomes of headers
    for (const Include& include : unit.preprocessed.includes) {
      if (!unit.is_project(include.hash)) continue;
      const auto header = moved_header(*moved, annotation.text, include.spelled);
      if (!header || is_own(unit, *moved, unit.sources.getFileID(include.hash))) continue;
      Draft draft{.rule = annotation.id,
                  .applicability = annotation.applicability,
                  .where = clang::SourceRange(include.name, include.name),
                  .message = "`" + include.spelled + "` is now `" + *header + "`",
                  .last = true};
      names.replace(include, *header, draft.change);
      unit.report(std::move(draft));
    }
  }
}

}  // namespace ferry::rewriter
