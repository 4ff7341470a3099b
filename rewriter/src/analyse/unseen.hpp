// unseen: the lines that the rules had no say about, so that nobody takes a finding's absence there for a
// fact.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <clang/Basic/SourceLocation.h>

#include "model/finding.hpp"

namespace clang {
class PPCallbacks;
class SourceManager;
}  // namespace clang

namespace ferry::rewriter {

class Unit;

/// Code about which the rules know nothing.
struct Unseen {
  enum class Why {
    Inactive,        ///< a branch of #if that is not compiled
    Unused,          ///< an argument that its macro does not use
    NeverExpanded,   ///< the body of a macro that is not used
    Uninstantiated,  ///< a template of which there is no instance
    Discarded,       ///< branches of `if constexpr`, which instances may discard
  };

  clang::SourceRange range;
  Why why = Why::Inactive;
};

/// What the preprocessor left out: inactive branches, and arguments that a macro does not use.
using LeftOut = std::vector<Unseen>;

/// What fills `left_out` while the unit is preprocessed.
std::unique_ptr<clang::PPCallbacks> left_out_recorder(LeftOut& left_out, const clang::SourceManager& sources);

/// All that no rule could judge: what was left out, macros that are never expanded, templates that nothing
/// instantiates and branches that their instances discard.
std::vector<Unseen> unseen_code(Unit& unit, const LeftOut& left_out);

/// Where such code stands, as in "in a branch of #if that is not compiled".
std::string place_of(Unseen::Why why);

/// The lines of unseen code in the project's files that have a NOLINT for a rule of ferry, and whole such
/// files that are system headers here.
class UnseenLines {
 public:
  /// Looks for these files. `unit` must outlive this.
  explicit UnseenLines(Unit& unit);

  /// Whether it makes a difference which instances of templates there are: any of the files is the project's.
  bool asks_instances() const { return !wanted_.empty(); }

  /// To be called once, when all instances are made that it asks for.
  std::vector<FileLines> take(const LeftOut& left_out);

 private:
  void add_file(clang::FileEntryRef entry, clang::FileID file, clang::SourceLocation start);
  void add(clang::SourceRange range);

  Unit& unit_;
  std::map<std::string, LineRanges> lines_;
  std::map<const clang::FileEntry*, std::string> wanted_;
};

}  // namespace ferry::rewriter
