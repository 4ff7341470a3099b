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
                          bool is_angled, clang::CharSourceRange name, clang::OptionalFileEntryRef,
                          llvm::StringRef, llvm::StringRef, const clang::Module*, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    // An include whose name a macro makes has no text to replace.
    if (!name.getBegin().isFileID() || !name.getEnd().isFileID() || sources_.isInSystemHeader(hash)) return;
    includes_.push_back({hash, name.getBegin(), name.getEnd(), spelled.str(), is_angled});
  }

 private:
  Includes& includes_;
  const clang::SourceManager& sources_;
};

}  // namespace

std::unique_ptr<clang::PPCallbacks> include_recorder(Includes& includes,
                                                     const clang::SourceManager& sources) {
  return std::make_unique<Recorder>(includes, sources);
}

}  // namespace ferry::rewriter
