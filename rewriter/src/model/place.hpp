// A place: what a person points at.
#pragma once

#include <string>

namespace ferry::rewriter {

/// A line of a file, or a column in it.
struct Place {
  std::string file;     ///< as it was named, or absolute
  unsigned line = 0;    ///< 1-based
  unsigned column = 0;  ///< 1-based, in bytes; 0: the whole line
};

}  // namespace ferry::rewriter
