// Project texts: what a change of one can mean, told without a compiler.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <llvm/ADT/StringRef.h>

#include "frontend/file_states.hpp"
#include "model/vocabulary.hpp"

namespace ferry::rewriter {

/// All that the preprocessor reads `text` for: with the same, a unit includes the same files and has the same
/// macros. Nothing where that does not tell what is declared old: the text cannot be read, or has an
/// annotation.
std::optional<std::string> directives_of(llvm::StringRef text);

/// The files of a project, read once for all of its units. Thread safety: every member may be called from any
/// thread.
class ProjectTexts {
 public:
  /// `states` must outlive this.
  explicit ProjectTexts(FileStates& states) : states_(states) {}

  /// The digest of directives_of() the file; empty where there is nothing.
  std::string directives(FileStates::Number file);
  /// Whether anything old may be in the file, which has changed, by what was known of it: `vocabulary`, whose
  /// `text` it is.
  bool may_say(const Vocabulary& vocabulary, const Vocabulary::Text& text, FileStates::Number file);

 private:
  std::optional<std::string> read(FileStates::Number file);
  std::shared_ptr<const std::string> changed(FileStates::Number file);

  FileStates& states_;
  std::mutex mutex_;
  std::map<FileStates::Number, std::string> directives_;
  std::map<FileStates::Number, std::shared_ptr<const std::string>> changed_;
};

}  // namespace ferry::rewriter
