// Files of the source tree, as the tests of the documentation read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ferry::test {

/// The project's root directory.
std::string source_dir();

/// A whole file, by its path below the root. Throws std::runtime_error where there is none.
std::string read(std::string_view path);
bool exists(std::string_view path);

/// The text's lines, without their ends.
std::vector<std::string> lines_of(std::string_view text);

/// The files below `folder` whose names end in one of `endings`, by their paths below the root, sorted.
std::vector<std::string> files_below(std::string_view folder, const std::vector<std::string>& endings);

/// README.md and everything in docs/ that is written by hand.
std::vector<std::string> pages();

}  // namespace ferry::test
