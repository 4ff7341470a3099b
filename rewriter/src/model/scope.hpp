// Scope: which files a run may report on and edit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/lines.hpp"

namespace ferry::rewriter {

/// Absolute path -> its changed lines, in order.
using ChangedLines = std::map<std::string, LineRanges>;

/// Set from --root, --exclude and the PATH arguments. System headers are never in scope, wherever they are:
/// only the compiler knows which they are, so analyse() leaves them out.
struct Scope {
  std::string root;                   ///< absolute, normalised directory
  std::vector<std::string> paths;     ///< absolute files and directories; empty: everything below the root
  std::vector<std::string> excludes;  ///< globs over paths relative to the root; one that names a directory
                                      ///< covers what is below it
  std::vector<std::string>
      generated{};  ///< absolute directories of builds: nothing in them is anybody's source
  std::optional<ChangedLines> changed{};  ///< --since: only findings on these lines
};

/// Whether `path` is `directory` or below it. Both absolute and normalised; compares text only.
bool is_below(std::string_view path, std::string_view directory);

/// Whether findings in the file `path` (absolute, normalised) are wanted.
bool contains(const Scope& scope, std::string_view path);

/// Whether findings in these lines of a file are wanted, as far as --since goes.
bool is_changed(const Scope& scope, const std::string& path, LineRange lines);

/// Whether the file `path` may be edited: it is in scope, chosen or not, and no link leads out of the root.
bool is_editable(const Scope& scope, const std::string& path);

/// `path` as seen from `directory`, with `/` between parts; `path` itself when it is not below it.
std::string relative_to(std::string_view path, std::string_view directory);

}  // namespace ferry::rewriter
