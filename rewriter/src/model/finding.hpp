// A finding: one place that a rule matched. Strings and numbers only: it can be cached, printed, compared.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/edit.hpp"
#include "model/lines.hpp"
#include "model/references.hpp"
#include "model/rule.hpp"
#include "model/texts.hpp"
#include "model/vocabulary.hpp"

namespace ferry::rewriter {

/// What a name in a file means.
struct Meant {
  std::string file;  ///< absolute
  std::size_t offset = 0;
  Declared declared;

  auto operator<=>(const Meant&) const = default;
};

/// One old call site, with the edits that bring it up to date. Its edits are applied all or none.
struct Finding {
  std::string rule;
  Applicability applicability = Applicability::Manual;
  std::string file;        ///< absolute
  std::size_t offset = 0;  ///< of the first character reported
  unsigned line = 0;       ///< 1-based
  unsigned column = 0;     ///< 1-based, in bytes
  unsigned end_line = 0;
  unsigned end_column = 0;  ///< one past the last character
  std::string message;      ///< what is old and what takes its place, or what a person must look at
  Edits edits;              ///< empty for a finding that is only reported

  /// Findings with the same non-empty group are right only together: all of them are applied or none. One
  /// that is not applied for any reason (manual, unsafe without --unsafe, in conflict) holds the others back.
  std::string group;

  /// Right only when nothing old is left: applied when every finding of the run without this mark is applied.
  bool last = false;

  /// Held back like a member of this group is, without holding its members back.
  std::string needs;

  /// The unit cannot see what the place means, as in a template that it does not instantiate: what another
  /// unit says of it counts.
  bool unsure = false;

  /// Right only where the old name means this; not set where that was not looked at.
  std::optional<Meant> meant;

  /// What the new name is to mean, any of them; empty where that is not known.
  std::vector<Declared> wanted;

  /// Asks a person for a look, at code that is the same in the old API and the new one: holds nothing back.
  bool remark = false;

  /// What it writes is old, too: another finding follows in the text that results.
  bool leads_on = false;

  /// Asks a person for a look, at a name that stays while its meaning changes for some uses. Holds back what
  /// is right only when nothing old is left, until the source suppresses it or behaviour may change.
  bool review = false;

  /// Says nothing while it is not applied, and holds no `last` one back: nothing is wrong then.
  bool quiet = false;

  /// The place and the edits say which finding it is: the same one seen through many includers compares
  /// equal.
  auto operator<=>(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

/// A name that something old has, where no compiler has said what it means.
struct Unjudged {
  std::string file;  ///< absolute
  unsigned line = 0;
  unsigned column = 0;  ///< 1-based, in bytes
  std::string name;
  std::vector<std::string> rules;  ///< of what has that name, sorted
  std::string reason;              ///< where it stands, as in "in a branch of #if that is not compiled"

  auto operator<=>(const Unjudged&) const = default;
};

/// Something that went wrong and was worked around: reported, and part of the exit status.
struct Problem {
  std::string file;  ///< absolute; empty when it has none
  unsigned line = 0;
  unsigned column = 0;
  std::string message;  ///< what is wrong; what to do

  auto operator<=>(const Problem&) const = default;
};

using Problems = std::vector<Problem>;

/// What one job gave.
struct Analysis {
  Findings findings;
  Problems problems;                ///< errors of the compiler, places that a rule could not judge
  std::vector<std::string> inputs;  ///< every file below the root that the job read, sorted, absolute
  Texts texts;                      ///< the files that findings and edits lie in, as they were parsed
  std::vector<Meant> denials;       ///< places where an old declaration's name means something else, sorted
  /// Lines that no rule could judge: inactive branches of #if, templates that nothing instantiates, and such.
  /// Only of files below the root whose text says NOLINT.
  std::vector<FileLines> unseen;
  std::vector<Unjudged> unjudged;  ///< sorted
  References references;           ///< to functions, in the files that edits lie in and in the unit's own
  /// Only where nothing was found, and nothing was left out that something may be in.
  std::optional<Vocabulary> vocabulary;
  bool compiled = true;  ///< false: there were errors, so the edits cannot be trusted
};

}  // namespace ferry::rewriter
