// Expanded texts: which names the project's files have once their macros are expanded.
#pragma once

#include <map>
#include <string>

#include <clang/Basic/SourceLocation.h>
#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/SmallVector.h>

namespace clang {
class IdentifierInfo;
class Preprocessor;
}  // namespace clang

namespace ferry::rewriter {

/// What the preprocessor makes of the files below the root.
class ExpandedTexts {
 public:
  struct Text {
    clang::FileID file;  ///< or one of several, where it is included more than once
    llvm::DenseSet<const clang::IdentifierInfo*>
        macros;  ///< that are expanded in it, and in their expansions
  };

  /// Fills this object while the unit is preprocessed; it must outlive that.
  void record(clang::Preprocessor& preprocessor, const std::string& root);

  const std::map<std::string, Text>& by_file() const { return by_file_; }  ///< all that were read
  /// Where they say `name`, in no particular order; what macros say of it is where they are expanded.
  llvm::ArrayRef<clang::SourceLocation> places(const clang::IdentifierInfo* name) const;

 private:
  class Recorder;
  std::map<std::string, Text> by_file_;  // by absolute path
  llvm::DenseMap<const clang::IdentifierInfo*, llvm::SmallVector<clang::SourceLocation, 2>> places_;
};

}  // namespace ferry::rewriter
