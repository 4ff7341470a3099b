// paths: what the PATH arguments and lists of files stand for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"

namespace ferry::rewriter {

/// `name` as seen from `directory`: absolute, without dots and without a slash at its end.
std::string absolute_path(std::string_view name, const std::string& directory);

/// The files and directories that match an absolute pattern, sorted. `*`, `?`, `[...]` and `{a,b}` stay
/// within a name, `**` stands for any directories. What begins with a dot is matched only by a pattern that
/// does.
std::vector<std::string> expand_glob(const std::string& pattern);

/// The paths that a list names, absolute: one a line, or separated by zero bytes. `name` is a file, `-`
/// standard input.
std::optional<std::vector<std::string>> read_list(const std::string& name, const std::string& directory,
                                                  Problem& error);

}  // namespace ferry::rewriter
