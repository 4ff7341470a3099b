// Includes: the #include lines of the unit.
#pragma once

#include <memory>
#include <string>
#include <vector>

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
};

using Includes = std::vector<Include>;

/// What fills `includes` while the unit is preprocessed: headers' includes as well, except those of system
/// headers.
std::unique_ptr<clang::PPCallbacks> include_recorder(Includes& includes, const clang::SourceManager& sources);

}  // namespace ferry::rewriter
