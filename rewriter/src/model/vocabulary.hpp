// Vocabulary: what code has to say for anything old to be in it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ferry::rewriter {

/// The words of one unit in which nothing was found. As long as what it includes and which macros there are
/// stays the same, nothing is found in other texts without any of the words either.
struct Vocabulary {
  /// Where words stand without being a use of anything: there the old things themselves are declared.
  struct Declarations {
    std::string file;                  ///< absolute, below the root
    std::vector<std::size_t> offsets;  ///< sorted

    auto operator<=>(const Declarations&) const = default;
  };

  std::vector<std::string> words;  ///< sorted
  std::vector<std::string> marks;  ///< macros that make old what they stand before, sorted
  std::vector<Declarations> declarations;

  auto operator<=>(const Vocabulary&) const = default;
};

}  // namespace ferry::rewriter
