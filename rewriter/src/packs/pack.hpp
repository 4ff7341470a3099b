// Pack: rules that belong together, with their cards.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule.hpp"
#include "packs/annotation.hpp"
#include "packs/cards.hpp"
#include "packs/designation.hpp"

namespace ferry::rewriter {

/// Something old, named from outside of its header, and what takes its place.
struct PackChange {
  enum class Of { Declaration, Namespace, Header, Macro, Override, Match };

  Of of = Of::Declaration;
  Designation designation{};  ///< of a declaration, a namespace, or a function that is overridden
  std::string name{};         ///< of a header or a macro; of a match, the matcher
  Annotation annotation{};    ///< the first alternative
  std::string file{};         ///< where it is said what is old
  unsigned line = 0;
  unsigned column = 0;
};

/// What a pack's files say, or the cards of rules that have no file.
struct Pack {
  std::string name;
  std::string title{};
  std::vector<Card> cards{};  ///< one a rule
  std::vector<PackChange> changes{};
  std::vector<std::string> headers{};  ///< globs over the ends of paths: the library's own files
  std::vector<std::string> example_arguments{};
  std::vector<std::string> analysis_arguments{};
  std::vector<std::string> verify_arguments{};
};

/// The packs of a run.
struct Packs {
  /// Which annotations in headers count.
  enum class Annotated { None, Inline, All };

  std::vector<Pack> packs{};
  Annotated annotated = Annotated::All;
  std::set<std::string, std::less<>> strangers{};  ///< the rules of built-in packs that nobody asked for
  std::string digest{};                            ///< of all that findings depend on

  Rules rules() const;  ///< of all packs, sorted by id
  bool has(std::string_view name) const;
  /// Whether any says of declarations in others' headers that they are old: any unit may use them then.
  bool has_changes() const;
};

}  // namespace ferry::rewriter
