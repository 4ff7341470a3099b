// Vocabulary: what code has to say for anything old to be in it.
#pragma once

#include <string>
#include <vector>

namespace ferry::rewriter {

/// What is known of one unit in which nothing was found. As long as what it includes and which macros there
/// are stays the same, nothing is found with other texts either that say nothing old.
struct Vocabulary {
  /// A file below the root that was read.
  struct Text {
    std::string file;  ///< absolute
    /// Whether it has an old name once its macros are expanded, elsewhere than where that is declared: what
    /// the name means may then depend on other texts.
    bool says_old = false;
    std::string expansions;  ///< with what it has `pasting` expanded: a digest

    auto operator<=>(const Text&) const = default;
  };

  std::vector<std::string> words;    ///< names of what is old and of macros that lead to them, sorted
  std::vector<std::string> pasting;  ///< macros that may make one of the words of their arguments, sorted
  std::vector<std::string> marks;    ///< macros that make old what they stand before
  std::vector<Text> texts;

  auto operator<=>(const Vocabulary&) const = default;
};

}  // namespace ferry::rewriter
