// add_include: the header that a rewritten place needs.
#pragma once

#include <string>
#include <vector>

#include <llvm/ADT/StringRef.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Includes `header` ("ferry/pin.hpp") in the file that `place` is written in, beside the includes of the
/// same folder and in their order. Nothing to do where the file, or a file of the project that it includes,
/// includes it already, by its new name or by the one that moves to it, or one of `umbrellas`, which have it;
/// or where no file of the unit includes the folder.
void add_include(Unit& unit, clang::SourceLocation place, llvm::StringRef header,
                 const std::vector<std::string>& umbrellas, Change& change);

/// The same for a header that belongs beside the one that the file includes by `neighbour`: behind it where
/// the file includes nothing else of the folder, and quoted like it.
void add_include(Unit& unit, const Include& neighbour, llvm::StringRef header, Change& change);

}  // namespace ferry::rewriter
