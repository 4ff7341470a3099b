// load: the packs that are asked for, by name or by file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/finding.hpp"
#include "packs/pack.hpp"

namespace ferry::rewriter {

/// The names of the built-in packs, sorted.
std::vector<std::string> built_in_packs();

/// Loads packs: the name of a built-in one, or a file, as seen from `directory`. Without names, the one that
/// a run has by itself. Besides them always come the rules about suppressions, which are no pack's. On
/// failure `error` says what is wrong and where.
std::optional<Packs> load_packs(const std::vector<std::string>& names, const std::string& directory,
                                Problem& error);

/// All built-in packs, for who wants to know of any rule. Those that cannot be read are left out: a test
/// reads them all.
Packs load_built_in_packs();

}  // namespace ferry::rewriter
