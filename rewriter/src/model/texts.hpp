// Texts: files held in memory, by path.
#pragma once

#include <map>
#include <string>

namespace ferry::rewriter {

/// Absolute, normalised path -> the file's whole content, byte by byte.
///
/// As an overlay, each entry takes the place of a file that exists on disk.
using Texts = std::map<std::string, std::string>;

}  // namespace ferry::rewriter
