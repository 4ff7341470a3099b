// Gaps: the blanks that a project puts between the name of what it calls and the arguments, as in `f (x)`.
#pragma once

#include <string>

#include <clang/Basic/SourceLocation.h>
#include <llvm/ADT/StringRef.h>

namespace ferry::rewriter {

class Unit;

/// The gap of calls beside `place`: that of the line's own calls, where these agree, or else what most calls
/// of the file have.
std::string gap_of_calls(const Unit& unit, clang::SourceLocation place);

/// `code` with `gap` before the arguments of what it calls by name.
std::string with_gaps(llvm::StringRef code, llvm::StringRef gap);

}  // namespace ferry::rewriter
