// Macros: where each macro of the project is expanded, and what macros do with their arguments.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include <clang/Basic/SourceLocation.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/STLFunctionalExtras.h>

namespace clang {
class IdentifierInfo;
class MacroInfo;
class PPCallbacks;
class Preprocessor;
class SourceManager;
}  // namespace clang

namespace ferry::rewriter {

/// Calls `see` with each definition of each macro that there has been, also of those undefined since.
void for_each_definition(
    const clang::Preprocessor& preprocessor,
    llvm::function_ref<void(const clang::IdentifierInfo& name, const clang::MacroInfo& macro)> see);

/// The macros that are expanded, and those of the project that are not.
class MacroExpansions {
 public:
  /// What fills this object while the unit is preprocessed.
  std::unique_ptr<clang::PPCallbacks> recorder(const clang::SourceManager& sources);

  /// Where, in files, the macro whose definition holds `in_body` is expanded; nullptr when there is no such
  /// macro, or it is a system header's.
  const std::set<clang::SourceLocation>* of(clang::SourceLocation in_body) const;

  /// What becomes of a macro's argument, besides code.
  struct Treatment {
    bool is_made_string = false;  ///< `#x`
    bool is_pasted = false;       ///< `x##y`
  };
  /// That of the parameter whose name stands at `in_body` in the macro's definition.
  Treatment treatment(const clang::Preprocessor& preprocessor, clang::SourceLocation in_body) const;

  /// The bodies of the project's macros that are never expanded.
  std::vector<clang::SourceRange> unused() const;

 private:
  struct Macro {
    const clang::MacroInfo* info = nullptr;
    clang::SourceLocation end;
    std::set<clang::SourceLocation> places;
    bool is_project = false;
  };
  class Recorder;
  const Macro* holding(clang::SourceLocation in_body) const;
  std::map<clang::SourceLocation, Macro> by_definition_;  // keyed by where the definition begins
};

}  // namespace ferry::rewriter
