// read_pack: YAML -> a pack.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/finding.hpp"
#include "packs/pack.hpp"

namespace ferry::rewriter {

/// The text of a file that a pack names, beside its own; empty when there is none.
using ReadPart = std::function<std::optional<std::string>(const std::string& path)>;

/// Reads a pack; docs/rule-packs.md says what it may hold. `path` is what messages call its file, and where
/// its parts lie beside. On failure `error` says what is wrong, where, and what was expected.
std::optional<Pack> read_pack(const std::string& path, std::string_view text, const ReadPart& read_part,
                              Problem& error);

}  // namespace ferry::rewriter
