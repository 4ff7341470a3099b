// History: how much there was to migrate in earlier revisions.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "model/scope.hpp"
#include "report/status.hpp"

namespace ferry::rewriter {

/// How often names are mentioned, by name.
using NameCounts = std::map<std::string, std::size_t, std::less<>>;

/// One revision, and what its code mentions.
struct CountedRevision {
  std::string commit;
  std::int64_t time = 0;
  NameCounts mentions;
};

/// Counts mentions of the names in the C++ code of at most `most` revisions of the first line of HEAD's
/// history, spread evenly over its time, the oldest first; the last one is HEAD. Counted are the files in
/// scope, but for those that `is_annotated` says declare the old names. Empty without git.
///
/// Each content is read once, in however many revisions it is.
std::vector<CountedRevision> count_revisions(const Scope& scope,
                                             const std::set<std::string, std::less<>>& names,
                                             std::size_t most,
                                             const std::function<bool(std::string_view)>& is_annotated);

/// What was recorded of earlier revisions, one JSON object a line. On failure `error` says why.
std::optional<std::vector<Measure>> read_records(const std::string& file, Problem& error);

/// Writes them. On failure `error` says why.
bool write_records(const std::string& file, const std::vector<Measure>& records, Problem& error);

}  // namespace ferry::rewriter
