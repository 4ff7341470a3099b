// MacroNames: where code names macros that packs call old.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <clang/Basic/SourceLocation.h>

namespace clang {
class PPCallbacks;
}  // namespace clang

namespace ferry::rewriter {

struct Packs;

/// One mention of a macro.
struct MacroName {
  clang::SourceLocation name;
  std::string macro;
  bool is_expansion = false;      ///< otherwise in a directive: `#define`, `#ifdef`, `defined`
  bool is_definition = false;     ///< in `#define` or `#undef`
  bool is_function_like = false;  ///< of an expansion
};

using MacroNames = std::vector<MacroName>;

/// What fills `names` while the unit is preprocessed; nullptr where no pack asks for a macro.
std::unique_ptr<clang::PPCallbacks> macro_name_recorder(const Packs* packs, MacroNames& names);

}  // namespace ferry::rewriter
