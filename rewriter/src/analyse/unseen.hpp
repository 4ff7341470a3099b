// unseen: the lines that the rules had no say about, so that nobody takes a finding's absence there for a
// fact.
#pragma once

#include <memory>
#include <vector>

#include <clang/Basic/SourceLocation.h>

#include "model/finding.hpp"

namespace clang {
class PPCallbacks;
class SourceManager;
}  // namespace clang

namespace ferry::rewriter {

class Unit;

/// What the preprocessor left out: inactive branches, and arguments that a macro does not use.
using LeftOut = std::vector<clang::SourceRange>;

/// What fills `left_out` while the unit is preprocessed.
std::unique_ptr<clang::PPCallbacks> left_out_recorder(LeftOut& left_out, const clang::SourceManager& sources);

/// The lines of the project's files, as far as their text says NOLINT, that no rule could judge: what was
/// left out, macros that are never expanded, templates that nothing instantiates and branches that their
/// instances discard, whole files that are system headers here.
std::vector<FileLines> unseen_lines(Unit& unit, const LeftOut& left_out);

}  // namespace ferry::rewriter
