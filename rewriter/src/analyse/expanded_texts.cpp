#include "analyse/expanded_texts.hpp"

#include <memory>
#include <string>

#include <clang/Basic/SourceManager.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>

#include "frontend/frontend.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {

class ExpandedTexts::Recorder : public clang::PPCallbacks {
 public:
  Recorder(ExpandedTexts& texts, const clang::SourceManager& sources, std::string root)
      : texts_(texts), sources_(sources), root_(std::move(root)) {}

  void FileChanged(clang::SourceLocation location, FileChangeReason, clang::SrcMgr::CharacteristicKind,
                   clang::FileID) override {
    current_ = text_of(sources_.getFileID(location));
  }

  void MacroExpands(const clang::Token& name, const clang::MacroDefinition&, clang::SourceRange,
                    const clang::MacroArgs*) override {
    if (current_ != nullptr) current_->macros.insert(name.getIdentifierInfo());
  }

  void see(const clang::Token& token) {
    if (current_ != nullptr && token.is(clang::tok::identifier))
      texts_.places_[token.getIdentifierInfo()].push_back(token.getLocation());
  }

 private:
  Text* text_of(clang::FileID file) {
    const auto [known, is_new] = by_id_.try_emplace(file, nullptr);
    if (!is_new) return known->second;
    const std::string path = path_of(sources_, file);
    if (!is_below(path, root_)) return nullptr;
    return known->second = &texts_.by_file_.try_emplace(path, Text{.file = file, .macros = {}}).first->second;
  }

  ExpandedTexts& texts_;
  const clang::SourceManager& sources_;
  std::string root_;
  llvm::DenseMap<clang::FileID, Text*> by_id_;
  Text* current_ = nullptr;  // nullptr: not of the project
};

void ExpandedTexts::record(clang::Preprocessor& preprocessor, const std::string& root) {
  auto recorder = std::make_unique<Recorder>(*this, preprocessor.getSourceManager(), root);
  preprocessor.setTokenWatcher(
      [recorder = recorder.get()](const clang::Token& token) { recorder->see(token); });
  preprocessor.addPPCallbacks(std::move(recorder));  // which live as long
}

llvm::ArrayRef<clang::SourceLocation> ExpandedTexts::places(const clang::IdentifierInfo* name) const {
  const auto known = places_.find(name);
  return known == places_.end() ? llvm::ArrayRef<clang::SourceLocation>() : known->second;
}

}  // namespace ferry::rewriter
