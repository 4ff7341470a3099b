// Includes: the #include lines of the unit.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <clang/Basic/FileEntry.h>
#include <clang/Basic/SourceLocation.h>

namespace clang {
class PPCallbacks;
class SourceManager;
}  // namespace clang

namespace ferry::rewriter {

/// One #include, wherever it is.
struct Include {
  clang::SourceLocation hash;      ///< the `#`
  clang::SourceLocation name;      ///< the `<` or `"`
  clang::SourceLocation name_end;  ///< behind the `>` or `"`
  std::string spelled;             ///< `ferry/v0_2/time.hpp`
  bool is_angled = false;
  const clang::FileEntry* file = nullptr;  ///< that is included; nullptr where it is not found
  clang::SourceLocation since;             ///< the branch of #if around it, as its first directive
  clang::SourceLocation until;             ///< and as the one that ends it; both invalid where there is none
};

/// Whether `include` is compiled wherever `place` of the same file is: both are in its branch of #if.
bool holds_at(const Include& include, clang::SourceLocation place, const clang::SourceManager& sources);

using Includes = std::vector<Include>;

/// What fills `includes` while the unit is preprocessed: headers' includes as well, except those of system
/// headers.
std::unique_ptr<clang::PPCallbacks> include_recorder(Includes& includes, const clang::SourceManager& sources);

}  // namespace ferry::rewriter
