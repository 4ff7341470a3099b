#include "rules/old_names.hpp"

#include <algorithm>

#include <clang/AST/Attr.h>
#include <clang/AST/DeclTemplate.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

class Finder {
 public:
  explicit Finder(Unit& unit) : unit_(unit) {}

  OldNames run() {
    for (const clang::Decl* declaration : unit_.context.getTranslationUnitDecl()->decls())
      if (is_marked(declaration->getLocation())) look_at(*declaration);
    return std::move(names_);
  }

 private:
  bool is_marked(clang::SourceLocation location) {
    if (location.isInvalid()) return false;
    const clang::FileID file = unit_.sources.getFileID(unit_.sources.getExpansionLoc(location));
    const auto [known, is_new] = marked_.try_emplace(file, false);
    if (is_new) {
      const llvm::StringRef text = unit_.sources.getBufferData(file);
      known->second = text.contains("FERRY_") || text.contains("\"ferry:") || text.contains("inline-me") ||
                      text.contains("DEPRECATE_AND_INLINE");
    }
    return known->second;
  }

  void look_at(const clang::Decl& declaration) {
    if (const auto* pattern = llvm::dyn_cast<clang::TemplateDecl>(&declaration);
        pattern && pattern->getTemplatedDecl())
      return look_at(*pattern->getTemplatedDecl());
    if (const auto* named = llvm::dyn_cast<clang::NamedDecl>(&declaration);
        named && named->getIdentifier() && declaration.hasAttr<clang::AnnotateAttr>() &&
        !unit_.annotations.of(named).empty()) {
      std::vector<const clang::NamedDecl*>& known = names_[named->getIdentifier()];
      const clang::NamedDecl* pattern = pattern_of(named);
      if (std::ranges::find(known, pattern) == known.end()) known.push_back(pattern);
    }
    if (!llvm::isa<clang::NamespaceDecl, clang::LinkageSpecDecl, clang::ExportDecl, clang::TagDecl>(
            declaration))
      return;
    for (const clang::Decl* member : llvm::cast<clang::DeclContext>(&declaration)->decls()) look_at(*member);
  }

  Unit& unit_;
  OldNames names_;
  llvm::DenseMap<clang::FileID, bool> marked_;
};

}  // namespace

OldNames old_names(Unit& unit) { return Finder(unit).run(); }

}  // namespace ferry::rewriter
