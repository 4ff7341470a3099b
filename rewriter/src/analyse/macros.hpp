// Macros: where each macro of the project is expanded.
#pragma once

#include <map>
#include <memory>
#include <set>

#include <clang/Basic/SourceLocation.h>
#include <llvm/ADT/DenseMap.h>

namespace clang {
class MacroInfo;
class PPCallbacks;
class SourceManager;
}  // namespace clang

namespace ferry::rewriter {

/// The expansions of macros that are defined outside system headers.
class MacroExpansions {
 public:
  /// What fills this object while the unit is preprocessed.
  std::unique_ptr<clang::PPCallbacks> recorder(const clang::SourceManager& sources);

  /// Where, in files, the macro whose definition holds `in_body` is expanded; nullptr when there is no such
  /// macro.
  const std::set<clang::SourceLocation>* of(clang::SourceLocation in_body) const;

 private:
  struct Macro {
    clang::SourceLocation end;
    std::set<clang::SourceLocation> places;
  };
  class Recorder;
  std::map<clang::SourceLocation, Macro> by_definition_;  // keyed by where the definition begins
};

}  // namespace ferry::rewriter
