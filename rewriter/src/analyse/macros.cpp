#include "analyse/macros.hpp"

#include <clang/Basic/SourceManager.h>
#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/PPCallbacks.h>

namespace ferry::rewriter {

class MacroExpansions::Recorder : public clang::PPCallbacks {
 public:
  Recorder(MacroExpansions& macros, const clang::SourceManager& sources)
      : macros_(macros), sources_(sources) {}

  void MacroExpands(const clang::Token&, const clang::MacroDefinition& definition, clang::SourceRange range,
                    const clang::MacroArgs*) override {
    const clang::MacroInfo* info = definition.getMacroInfo();
    if (!info || info->isBuiltinMacro() || info->getNumTokens() == 0) return;
    const auto [known, is_new] = wanted_.try_emplace(info, false);
    if (is_new)
      known->second =
          info->getDefinitionLoc().isFileID() && !sources_.isInSystemHeader(info->getDefinitionLoc());
    if (!known->second) return;
    Macro& macro = macros_.by_definition_[info->getDefinitionLoc()];
    macro.end = info->getDefinitionEndLoc();
    macro.places.insert(sources_.getExpansionLoc(range.getBegin()));
  }

 private:
  MacroExpansions& macros_;
  const clang::SourceManager& sources_;
  llvm::DenseMap<const clang::MacroInfo*, bool> wanted_;
};

std::unique_ptr<clang::PPCallbacks> MacroExpansions::recorder(const clang::SourceManager& sources) {
  return std::make_unique<Recorder>(*this, sources);
}

const std::set<clang::SourceLocation>* MacroExpansions::of(clang::SourceLocation in_body) const {
  auto after = by_definition_.upper_bound(in_body);
  if (after == by_definition_.begin()) return nullptr;
  const Macro& macro = std::prev(after)->second;
  return in_body <= macro.end ? &macro.places : nullptr;
}

}  // namespace ferry::rewriter
