// inspect: what kind of place a line is, for a person who wonders why no rule has found anything there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyse/analyse.hpp"
#include "model/job.hpp"
#include "model/place.hpp"

namespace ferry::rewriter {

/// A macro that is expanded in the line.
struct ExpandedMacro {
  std::string name;
  std::string file;         ///< that defines it, absolute; empty for one of the compiler or its command line
  unsigned first_line = 0;  ///< of the definition
  unsigned last_line = 0;
  bool is_system = false;

  auto operator<=>(const ExpandedMacro&) const = default;
};

/// What one unit knows of a line.
struct Inspection {
  bool is_read = false;             ///< the unit reads the file
  bool is_system = false;           ///< as a system header
  std::vector<std::string> unseen;  ///< why rules cannot judge it, each as the end of a sentence: "it is ..."
  std::vector<ExpandedMacro> macros;
  std::string library;  ///< a namespace around it that has moved, whose inside is its authors' business
};

/// Parses the unit and looks at the line. Empty when Clang crashed. Unlike analyse() it fills no cache.
std::optional<Inspection> inspect(const Job& job, const Place& place, const AnalyseOptions& options);

}  // namespace ferry::rewriter
