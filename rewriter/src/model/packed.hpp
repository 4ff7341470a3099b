// Packed: an analysis as bytes, for another process and for the cache.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/finding.hpp"

namespace ferry::rewriter {

/// The analysis, but of its texts only their digests.
std::string pack(const Analysis& analysis);

/// What pack() gave; empty when `bytes` are anything else. The texts are read again, from `overlay` or the
/// disk: one that is not what it was is left out, and a problem says so.
std::optional<Analysis> unpack(std::string_view bytes, const Texts& overlay);

/// The same for a vocabulary by itself.
std::string pack(const Vocabulary& vocabulary);
std::optional<Vocabulary> unpack_vocabulary(std::string_view bytes);

}  // namespace ferry::rewriter
