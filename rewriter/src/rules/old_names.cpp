#include "rules/old_names.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <clang/AST/Attr.h>
#include <clang/AST/DeclFriend.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/StringSet.h>

#include "analyse/unit.hpp"
#include "model/marks.hpp"
#include "rules/designated.hpp"

namespace ferry::rewriter {
namespace {

// Whether the macro's body has a `deprecated` attribute with two arguments.
bool names_replacement(const clang::MacroInfo& macro) {
  int depth = 0;  // of parentheses behind the attribute's name
  bool is_behind_name = false;
  for (const clang::Token& token : macro.tokens()) {
    const clang::IdentifierInfo* identifier = token.getIdentifierInfo();
    if (token.is(clang::tok::l_paren) && (depth > 0 || is_behind_name)) ++depth;
    if (token.is(clang::tok::r_paren) && depth > 0) --depth;
    if (token.is(clang::tok::comma) && depth == 1) return true;
    is_behind_name = identifier && (identifier->isStr("deprecated") || identifier->isStr("__deprecated__"));
  }
  return false;
}

// Whether the macro's body has a mark, or the name of a macro that has one.
bool is_marking(const clang::MacroInfo& macro, const llvm::StringSet<>& marking, bool replacements) {
  if (replacements && names_replacement(macro)) return true;
  return std::ranges::any_of(macro.tokens(), [&](const clang::Token& token) {
    if (const clang::IdentifierInfo* identifier = token.getIdentifierInfo())
      return marking.contains(identifier->getName());
    if (token.isNot(clang::tok::string_literal)) return false;
    const llvm::StringRef text(token.getLiteralData(), token.getLength());
    return std::ranges::any_of(kWrittenMarks, [&](llvm::StringRef mark) { return text.starts_with(mark); });
  });
}

// The macros that write an annotation.
std::vector<std::string> marking_macros(const clang::Preprocessor& preprocessor, bool replacements) {
  llvm::StringSet<> marking;
  for (std::size_t known = 1; known != marking.size();) {
    known = marking.size();
    for_each_definition(preprocessor, [&](const clang::IdentifierInfo& name, const clang::MacroInfo& macro) {
      if (!marking.contains(name.getName()) && is_marking(macro, marking, replacements))
        marking.insert(name.getName());
    });
  }
  std::vector<std::string> names;
  for (const auto& macro : marking) names.push_back(macro.getKey().str());
  std::ranges::sort(names);
  return names;
}

class Finder {
 public:
  explicit Finder(Unit& unit) : unit_(unit) {
    names_.marking = marking_macros(unit.preprocessor, unit.annotations.reads_replacements());
  }

  OldNames run() {
    add_of_packs();
    if (!unit_.annotations.reads_headers()) return std::move(names_);
    for (const clang::Decl* declaration : unit_.context.getTranslationUnitDecl()->decls()) {
      const clang::SourceLocation begin = unit_.sources.getExpansionLoc(declaration->getBeginLoc());
      if (begin.isInvalid()) continue;
      const clang::FileID file = unit_.sources.getFileID(begin);
      if (is_marked(file))
        look_at(*declaration);
      else if (llvm::isa<clang::DeclContext>(declaration))
        unmarked_[file].push_back(declaration);
    }
    look_at_what_is_included_within();
    return std::move(names_);
  }

 private:
  bool is_marked(clang::FileID file) {
    const auto [known, is_new] = marked_.try_emplace(file, false);
    if (is_new) {
      const llvm::StringRef text = unit_.sources.getBufferData(file);
      known->second =
          std::ranges::any_of(kWrittenMarks, [&](llvm::StringRef mark) { return text.contains(mark); }) ||
          std::ranges::any_of(names_.marking, [&](llvm::StringRef name) { return text.contains(name); }) ||
          (unit_.annotations.reads_replacements() && may_name_replacement(text));
    }
    return known->second;
  }

  // Files that are included between the braces of a declaration that begins in another.
  void look_at_what_is_included_within() {
    std::set<const clang::Decl*> around;
    for (unsigned i = 1; i < unit_.sources.local_sloc_entry_size(); ++i) {
      const clang::SrcMgr::SLocEntry& entry = unit_.sources.getLocalSLocEntry(i);
      if (!entry.isFile() || entry.getFile().getIncludeLoc().isInvalid()) continue;
      const clang::FileID file =
          unit_.sources.getFileID(clang::SourceLocation::getFromRawEncoding(entry.getOffset()));
      if (marked_.contains(file) || !is_marked(file)) continue;
      if (const clang::Decl* declaration = declaration_around(entry.getFile().getIncludeLoc()))
        around.insert(declaration);
    }
    for (const clang::Decl* declaration : around) look_at(*declaration);
  }

  const clang::Decl* declaration_around(clang::SourceLocation include) const {
    for (; include.isValid(); include = unit_.sources.getIncludeLoc(unit_.sources.getFileID(include))) {
      const auto declarations = unmarked_.find(unit_.sources.getFileID(include));
      if (declarations == unmarked_.end()) continue;
      for (const clang::Decl* declaration : declarations->second)
        if (unit_.sources.getExpansionLoc(declaration->getBeginLoc()) < include &&
            include < unit_.sources.getExpansionLoc(declaration->getEndLoc()))
          return declaration;
    }
    return nullptr;
  }

  void look_at(const clang::Decl& declaration) {
    if (const auto* friendly = llvm::dyn_cast<clang::FriendDecl>(&declaration);
        friendly && friendly->getFriendDecl())
      return look_at(*friendly->getFriendDecl());
    if (const auto* pattern = llvm::dyn_cast<clang::TemplateDecl>(&declaration);
        pattern && pattern->getTemplatedDecl())
      return look_at(*pattern->getTemplatedDecl());
    if (const auto* named = llvm::dyn_cast<clang::NamedDecl>(&declaration);
        named &&
        (declaration.hasAttr<clang::AnnotateAttr>() || declaration.hasAttr<clang::DeprecatedAttr>()) &&
        !unit_.annotations.of(named).empty())
      add(*named);
    if (!llvm::isa<clang::NamespaceDecl, clang::LinkageSpecDecl, clang::ExportDecl, clang::TagDecl>(
            declaration))
      return;
    for (const clang::Decl* member : llvm::cast<clang::DeclContext>(&declaration)->decls()) look_at(*member);
  }

  void add_of_packs() {
    for (const PackChange* change : unit_.annotations.changes()) {
      const std::vector<const clang::NamedDecl*> found = designated(change->designation, unit_.context);
      for (const clang::NamedDecl* pattern : found) add(*pattern);
      names_.has_nameless = names_.has_nameless || may_be_nameless(change->designation);
    }
    for (const clang::NamedDecl* member : unit_.annotations.inherited()) add(*member);
  }

  // Operators and constructors are not found by their names, but where they are can be.
  bool may_be_nameless(const Designation& designation) const {
    Designation around{.path = {designation.path.begin(), designation.path.end() - 1}};
    const std::string& name = designation.path.back();
    if (!llvm::StringRef(name).starts_with("operator") && (around.path.empty() || around.path.back() != name))
      return false;
    return around.path.empty() || !designated(around, unit_.context).empty();
  }

  void add(const clang::NamedDecl& named) {
    if (named.getIdentifier() == nullptr) {
      names_.has_nameless = true;
      return;
    }
    std::vector<const clang::NamedDecl*>& known = names_.declarations[named.getIdentifier()];
    const clang::NamedDecl* pattern = pattern_of(&named);
    if (std::ranges::find(known, pattern) == known.end()) known.push_back(pattern);
  }

  Unit& unit_;
  OldNames names_;
  llvm::DenseMap<clang::FileID, bool> marked_;
  llvm::DenseMap<clang::FileID, std::vector<const clang::Decl*>> unmarked_;  // that have members
};

}  // namespace

OldNames old_names(Unit& unit) { return Finder(unit).run(); }

}  // namespace ferry::rewriter
