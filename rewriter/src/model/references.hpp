// References: what the names in a unit's files mean, for comparing that before and after edits.
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ferry::rewriter {

/// A declaration, as every translation unit knows it: by its place, or by its name.
struct Declared {
  std::string name;        ///< qualified, with the parameters of a function: `lib::f(int)`
  std::string file;        ///< absolute; empty for what nobody wrote
  std::size_t offset = 0;  ///< of its name

  auto operator<=>(const Declared&) const = default;
};

/// Whether both are the same declaration, or declare the same thing.
bool is_same(const Declared& a, const Declared& b);

/// Ranges of files, in bytes: first and past the last.
using FileRanges = std::map<std::string, std::vector<std::pair<std::size_t, std::size_t>>>;

/// What names in some of a unit's files refer to.
struct References {
  struct Target {
    Declared declared;
    std::string owner;         ///< the class of a member; empty for what is none
    bool is_function = false;  ///< one that is called by its name or by an operator
    bool is_old = false;       ///< annotated, takes what is annotated, or in a namespace that has moved
    bool overrides = false;    ///< stands for a member of a base, too
  };
  /// A name, or what stands for one: an operator, the begin of an object that is made.
  struct Place {
    std::size_t offset = 0;
    std::size_t target = 0;  ///< its number in `targets`

    auto operator<=>(const Place&) const = default;
  };
  struct File {
    std::string file;
    std::vector<Place> places;  ///< sorted, each once
  };
  std::vector<Target> targets;
  std::vector<File> files;  ///< sorted by name
};

}  // namespace ferry::rewriter
