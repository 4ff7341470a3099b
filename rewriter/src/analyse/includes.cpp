#include "analyse/includes.hpp"

#include <clang/Basic/SourceManager.h>
#include <clang/Lex/PPCallbacks.h>

namespace ferry::rewriter {
namespace {

class Recorder : public clang::PPCallbacks {
 public:
  Recorder(Includes& includes, const clang::SourceManager& sources)
      : includes_(includes), sources_(sources) {}

  void InclusionDirective(clang::SourceLocation hash, const clang::Token&, llvm::StringRef spelled,
                          bool is_angled, clang::CharSourceRange name, clang::OptionalFileEntryRef file,
                          llvm::StringRef, llvm::StringRef, const clang::Module*, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    // An include whose name a macro makes has no text to replace.
    if (!name.getBegin().isFileID() || !name.getEnd().isFileID() || sources_.isInSystemHeader(hash)) return;
    includes_.push_back({hash, name.getBegin(), name.getEnd(), spelled.str(), is_angled,
                         file ? &file->getFileEntry() : nullptr});
    if (!branches_.empty() && sources_.getFileID(branches_.back().since) == sources_.getFileID(hash)) {
      includes_.back().since = branches_.back().since;
      branches_.back().includes.push_back(includes_.size() - 1);
    }
  }

  void If(clang::SourceLocation at, clang::SourceRange, ConditionValueKind) override { open(at); }
  void Ifdef(clang::SourceLocation at, const clang::Token&, const clang::MacroDefinition&) override {
    open(at);
  }
  void Ifndef(clang::SourceLocation at, const clang::Token&, const clang::MacroDefinition&) override {
    open(at);
  }
  void Elif(clang::SourceLocation at, clang::SourceRange, ConditionValueKind,
            clang::SourceLocation) override {
    next(at);
  }
  void Elifdef(clang::SourceLocation at, const clang::Token&, const clang::MacroDefinition&) override {
    next(at);
  }
  void Elifdef(clang::SourceLocation at, clang::SourceRange, clang::SourceLocation) override { next(at); }
  void Elifndef(clang::SourceLocation at, const clang::Token&, const clang::MacroDefinition&) override {
    next(at);
  }
  void Elifndef(clang::SourceLocation at, clang::SourceRange, clang::SourceLocation) override { next(at); }
  void Else(clang::SourceLocation at, clang::SourceLocation) override { next(at); }
  void Endif(clang::SourceLocation at, clang::SourceLocation) override {
    if (branches_.empty()) return;
    close(at);
    branches_.pop_back();
  }

 private:
  struct Branch {
    clang::SourceLocation since;
    std::vector<std::size_t> includes;  // by number, those right in it
  };

  void open(clang::SourceLocation at) { branches_.push_back({.since = at, .includes = {}}); }
  void close(clang::SourceLocation at) {
    for (const std::size_t include : branches_.back().includes) includes_[include].until = at;
  }
  void next(clang::SourceLocation at) {
    if (branches_.empty()) return;
    close(at);
    branches_.back() = {.since = at, .includes = {}};
  }

  Includes& includes_;
  const clang::SourceManager& sources_;
  std::vector<Branch> branches_;  // that are open, in all files
};

}  // namespace

std::unique_ptr<clang::PPCallbacks> include_recorder(Includes& includes,
                                                     const clang::SourceManager& sources) {
  return std::make_unique<Recorder>(includes, sources);
}

bool holds_at(const Include& include, clang::SourceLocation place, const clang::SourceManager& sources) {
  return include.until.isInvalid() || (sources.isBeforeInTranslationUnit(include.since, place) &&
                                       sources.isBeforeInTranslationUnit(place, include.until));
}

}  // namespace ferry::rewriter
