// Project texts: what a change of one can mean, told without a compiler.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>

#include "frontend/file_states.hpp"

namespace ferry::rewriter {

/// All that the preprocessor reads `text` for: with the same, a unit includes the same files and has the same
/// macros. Nothing where that does not tell what is declared old: the text cannot be read, or has an
/// annotation.
std::optional<std::string> directives_of(llvm::StringRef text);

/// Where `words`, a sorted list, stand in `text`, also in branches of `#if` that are not compiled; not in
/// comments and literals. Nothing where there may be more: a suppression of ferry's, a name that is written
/// with an escape or over two lines.
std::optional<std::vector<std::size_t>> places_of(const std::vector<std::string>& words,
                                                  llvm::StringRef text);

/// The files of a project, read once for all of its units. Thread safety: every member may be called from any
/// thread.
class ProjectTexts {
 public:
  /// `states` must outlive this.
  explicit ProjectTexts(FileStates& states) : states_(states) {}

  /// The digest of directives_of() the file; empty where there is nothing.
  std::string directives(FileStates::Number file);
  /// Whether any of the words may stand in the file, elsewhere than at `declared`, which is sorted.
  bool may_say(const std::vector<std::string>& words, FileStates::Number file,
               llvm::ArrayRef<std::size_t> declared);

 private:
  using Places = std::optional<std::vector<std::size_t>>;

  std::optional<std::string> read(FileStates::Number file);

  FileStates& states_;
  std::mutex mutex_;
  std::map<FileStates::Number, std::string> directives_;
  std::map<std::pair<std::vector<std::string>, FileStates::Number>, Places> places_;
};

}  // namespace ferry::rewriter
