#include "frontend/doubts.hpp"

#include <algorithm>

#include <clang/AST/ASTContext.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>

namespace ferry::rewriter {

class Doubts::Watcher : public clang::PPCallbacks {
 public:
  explicit Watcher(Doubts& doubts) : doubts_(doubts), sources_(doubts.preprocessor_.getSourceManager()) {}

  void InclusionDirective(clang::SourceLocation hash, const clang::Token&, llvm::StringRef, bool,
                          clang::CharSourceRange, clang::OptionalFileEntryRef file, llvm::StringRef,
                          llvm::StringRef, const clang::Module*, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    if (!file) return;
    if (doubts_.is_in_unit_) return doubts_.reach(file->getUniqueID(), hash);
    const std::size_t included = doubts_.number_of(*file);
    const clang::FileID place = sources_.getFileID(hash);
    if (const auto includer = sources_.getFileEntryRefForID(place))
      doubts_.files_[doubts_.number_of(*includer)].includes.push_back(included);
    else if (place == doubts_.preprocessor_.getPredefinesFileID())
      doubts_.given_.push_back(file->getUniqueID());
  }

  void MacroDefined(const clang::Token& name, const clang::MacroDirective*) override { changes(name); }
  void MacroUndefined(const clang::Token& name, const clang::MacroDefinition&,
                      const clang::MacroDirective*) override {
    changes(name);
  }

  void MacroExpands(const clang::Token& name, const clang::MacroDefinition& macro, clang::SourceRange,
                    const clang::MacroArgs*) override {
    uses(name, macro);
  }
  void Defined(const clang::Token& name, const clang::MacroDefinition& macro, clang::SourceRange) override {
    uses(name, macro);
  }
  void Ifdef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition& macro) override {
    uses(name, macro);
  }
  void Ifndef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition& macro) override {
    uses(name, macro);
  }
  void Elifdef(clang::SourceLocation, const clang::Token& name,
               const clang::MacroDefinition& macro) override {
    uses(name, macro);
  }
  void Elifndef(clang::SourceLocation, const clang::Token& name,
                const clang::MacroDefinition& macro) override {
    uses(name, macro);
  }

 private:
  bool is_watching() const { return doubts_.is_in_unit_ && doubts_.unreached_ != 0 && !doubts_.is_doubtful_; }

  void changes(const clang::Token& name) {
    if (!is_watching() || !doubts_.names_.contains(name.getIdentifierInfo())) return;
    // A header that is read each time it is included, such as <assert.h>, has been read by the prefix, too.
    if (doubts_.file_of(name.getLocation()) != nullptr) return;
    // System headers get along with each other in any order: what counts is who asks for the macro.
    if (!sources_.isInSystemHeader(name.getLocation()) || doubts_.is_read_later(name.getIdentifierInfo()))
      doubts_.is_doubtful_ = true;
  }

  void uses(const clang::Token& name, const clang::MacroDefinition& macro) {
    if (!doubts_.is_in_unit_) {
      if (const auto reader = sources_.getFileEntryRefForID(sources_.getFileID(name.getLocation())))
        doubts_.readers_[name.getIdentifierInfo()].insert(doubts_.number_of(*reader));
      return;
    }
    if (!is_watching() || !macro.getMacroInfo()) return;
    const File* file = doubts_.file_of(macro.getMacroInfo()->getDefinitionLoc());
    if (file != nullptr && file->reached.isInvalid()) doubts_.is_doubtful_ = true;
  }

  Doubts& doubts_;
  const clang::SourceManager& sources_;
};

std::unique_ptr<clang::PPCallbacks> Doubts::watcher() { return std::make_unique<Watcher>(*this); }

void Doubts::end_prefix() {
  for (const auto& entry : preprocessor_.getIdentifierTable()) names_.insert(entry.getValue());
  clang::HeaderSearch& headers = preprocessor_.getHeaderSearchInfo();
  for (File& file : files_) file.is_guarded = headers.isFileMultipleIncludeGuarded(file.entry);
}

void Doubts::begin_unit() {
  is_in_unit_ = true;
  unreached_ = files_.size();
  const clang::SourceManager& sources = preprocessor_.getSourceManager();
  unit_begin_ = sources.getNextLocalOffset();
  for (const llvm::sys::fs::UniqueID id : given_)
    reach(id, sources.getLocForStartOfFile(preprocessor_.getPredefinesFileID()));
}

std::size_t Doubts::number_of(clang::FileEntryRef entry) {
  const auto [known, is_new] = numbers_.try_emplace(entry.getUniqueID(), files_.size());
  if (is_new) files_.push_back({.entry = entry});
  return known->second;
}

// Whether a file of the prefix asks for the macro that the unit includes only further down. One that is read
// each time it is included asks again.
bool Doubts::is_read_later(const clang::IdentifierInfo* macro) const {
  const auto readers = readers_.find(macro);
  return readers != readers_.end() && std::ranges::any_of(readers->second, [&](std::size_t file) {
           return files_[file].is_guarded && files_[file].reached.isInvalid();
         });
}

void Doubts::reach(llvm::sys::fs::UniqueID id, clang::SourceLocation directive) {
  const auto entry = numbers_.find(id);
  if (unreached_ == 0 || entry == numbers_.end()) return;
  std::vector<std::size_t> open = {entry->second};
  while (!open.empty()) {
    File& file = files_[open.back()];
    open.pop_back();
    if (file.reached.isValid()) continue;
    file.reached = last_reached_ = directive;
    --unreached_;
    open.insert(open.end(), file.includes.begin(), file.includes.end());
  }
}

const Doubts::File* Doubts::file_of(clang::SourceLocation location) {
  if (location.isInvalid()) return nullptr;
  const clang::SourceManager& sources = preprocessor_.getSourceManager();
  const clang::FileID id = sources.getFileID(sources.getFileLoc(location));
  const auto [known, is_new] = known_files_.try_emplace(id, nullptr);
  if (!is_new) return known->second;
  const auto file = sources.getFileEntryRefForID(id);
  if (!file) return nullptr;
  const auto entry = numbers_.find(file->getUniqueID());
  return known_files_[id] = entry == numbers_.end() ? nullptr : &files_[entry->second];
}

// Looks for a name that means something in a header of the prefix which the unit includes only further down.
class Doubts::Names : public clang::RecursiveASTVisitor<Doubts::Names> {
 public:
  explicit Names(Doubts& doubts) : doubts_(doubts), sources_(doubts.preprocessor_.getSourceManager()) {}

  bool VisitDeclRefExpr(clang::DeclRefExpr* use) { return look(use->getLocation(), use->getDecl()); }
  bool VisitMemberExpr(clang::MemberExpr* use) { return look(use->getExprLoc(), use->getMemberDecl()); }
  bool VisitCXXConstructExpr(clang::CXXConstructExpr* use) {
    return look(use->getLocation(), use->getConstructor());
  }
  bool VisitTypedefTypeLoc(clang::TypedefTypeLoc use) {
    return look(use.getNameLoc(), use.getTypedefNameDecl());
  }
  bool VisitTagTypeLoc(clang::TagTypeLoc use) { return look(use.getNameLoc(), use.getDecl()); }
  bool VisitTemplateSpecializationTypeLoc(clang::TemplateSpecializationTypeLoc use) {
    return look(use.getTemplateNameLoc(), use.getTypePtr()->getTemplateName().getAsTemplateDecl());
  }

 private:
  // False, which ends the traversal, when there is a doubt: the name was not declared yet, in any way.
  bool look(clang::SourceLocation use, const clang::NamedDecl* declaration) {
    if (declaration == nullptr || use.isInvalid()) return true;
    const clang::SourceLocation place = sources_.getFileLoc(use);
    for (const clang::Decl* declared : declaration->redecls()) {
      const clang::SourceLocation meant = sources_.getFileLoc(declared->getLocation());
      if (meant.isInvalid() || !doubts_.is_in_prefix(meant)) return true;
      const File* file = doubts_.file_of(meant);
      if (file == nullptr || !sources_.isBeforeInTranslationUnit(place, file->reached)) return true;
    }
    doubts_.is_doubtful_ = true;
    return false;
  }

  Doubts& doubts_;
  const clang::SourceManager& sources_;
};

void Doubts::check_names(clang::ASTContext& context) {
  if (!is_in_unit_ || any() || last_reached_.isInvalid()) return;
  const clang::SourceManager& sources = context.getSourceManager();
  Names names(*this);
  for (clang::Decl* declaration : context.getTranslationUnitDecl()->decls()) {
    const clang::SourceLocation begin = sources.getFileLoc(declaration->getBeginLoc());
    if (begin.isInvalid() || is_in_prefix(begin) || sources.isInSystemHeader(begin)) continue;
    if (!sources.isBeforeInTranslationUnit(begin, last_reached_)) break;  // they are in order
    if (!names.TraverseDecl(declaration)) return;
  }
}

bool Doubts::is_in_prefix(clang::SourceLocation location) const {
  return location.getRawEncoding() < unit_begin_;
}

}  // namespace ferry::rewriter
