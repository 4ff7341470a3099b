// Inlined headers: what a place of use has to include once a body stands there.
#pragma once

#include <vector>

#include "analyse/unit.hpp"

namespace ferry::rewriter {

/// Includes the headers of what a body names, `named`, where the use got them only by the header of the old
/// declaration: that one may go once nothing old is left. Nothing to do where the file includes that header
/// by another one: such a header stands for more than it declares.
void add_headers_of(Unit& unit, const Use& use, const std::vector<const clang::NamedDecl*>& named,
                    Change& change);

/// Includes the standard headers of what `code`, a replacement, calls of `std`, in the file of `place`.
void add_standard_headers_of(Unit& unit, clang::SourceLocation place, llvm::StringRef code, Change& change);

}  // namespace ferry::rewriter
