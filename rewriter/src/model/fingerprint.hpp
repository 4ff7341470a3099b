// fingerprint: what tells findings apart when their line numbers have changed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/plan.hpp"

namespace ferry::rewriter {

/// The line of `text` that the byte at `offset` is in, without the white space at its ends and with one blank
/// for any other, so that neither moving nor indenting it makes it another one. What is no printable ASCII or
/// UTF-8 is spelled
/// `\xHH`, a backslash twice. A long line is cut, and ends in a digest of all of it.
std::string line_text(std::string_view text, std::size_t offset);

/// By finding of the plan: 40 hexadecimal digits that stay the same as long as its rule, its file below
/// `root` and the text of its line do. Findings that share these are told apart by their order.
std::vector<std::string> fingerprints(const Plan& plan, const std::string& root);

}  // namespace ferry::rewriter
