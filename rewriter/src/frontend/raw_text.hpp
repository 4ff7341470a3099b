// Raw texts: which names a file's text has before it is preprocessed.
#pragma once

#include <string>
#include <vector>

#include <llvm/ADT/StringRef.h>

namespace ferry::rewriter {

/// Whether any of `words` stands in `text`, also in branches of `#if` that are not compiled; not in comments
/// and literals. Also where there may be more than can be told: a suppression of ferry's, a name that is
/// written with an escape, a trigraph.
bool may_say(const std::vector<std::string>& words, llvm::StringRef text);

/// Where `text` has the names of `macros`, with all that their arguments can come from, between its
/// directives; empty where it has none. Texts for which this is the same have them expanded to the same, as
/// long as no macro brings a parenthesis without its counterpart.
std::string expanded_with(const std::vector<std::string>& macros, llvm::StringRef text);

}  // namespace ferry::rewriter
