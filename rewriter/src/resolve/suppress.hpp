// suppress: which findings comments accept, and which of these comments are of no use.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "model/plan.hpp"
#include "resolve/judge.hpp"
#include "resolve/nolint.hpp"
#include "resolve/resolve.hpp"

namespace ferry::rewriter {

/// The suppressions of one file. What they have accepted decides which of them are unused.
class Suppressions {
 public:
  /// One whose `until=` is before `today` (YYYY-MM-DD) accepts nothing any more; with an empty `today` none
  /// is.
  Suppressions(std::string_view text, std::string_view today);

  struct Verdict {
    std::optional<Suppression> accepted_by;  ///< the first one that accepts the finding
    const Nolint* expired = nullptr;         ///< otherwise, one that did until its date
    const Nolint* misnamed = nullptr;        ///< otherwise, one that names the rule without `ferry-`
  };

  /// What the comments say of a finding of `rule` at `offset`; remembers which of them speak.
  Verdict accept(std::size_t offset, std::string_view rule);

  /// The suppressions that have accepted nothing, with the edits that remove them. Judged are only names of
  /// ferry's rules for which `has_run` holds, where all lines that the comment is about were seen.
  Findings unused(const std::string& file, const LineRanges& unseen,
                  const std::function<bool(std::string_view)>& has_run) const;

  /// Those that name ferry's rules and do not mean what they seem to: no date, no end, no beginning.
  Findings malformed(const std::string& file) const;

 private:
  struct Scope {
    std::size_t opening = 0;             // index of the NOLINT, or of the NOLINTBEGIN
    std::optional<std::size_t> closing;  // index of the NOLINTEND
    unsigned first_line = 0;             // the lines it is about
    unsigned last_line = 0;
    bool is_expired = false;
    std::vector<bool> used;  // by name of its list
  };

  bool covers(const Scope& scope, std::size_t offset, unsigned line) const;
  unsigned line_of(std::size_t offset) const;
  void match_blocks(std::string_view today);
  std::optional<Finding> unused(const Scope& scope, const std::string& file,
                                const std::function<bool(std::string_view)>& has_run) const;
  Finding finding_at(const Nolint& nolint, const std::string& file) const;

  std::string_view text_;
  std::vector<std::size_t> line_begins_ = {0};
  std::vector<Nolint> nolints_;
  std::vector<Scope> scopes_;
  std::vector<std::size_t> unmatched_;  // a NOLINTBEGIN or NOLINTEND without the other
};

/// The edit that takes `nolint` out of its comment, or these names out of its list; with the comment where
/// nothing else is in it, and the line where nothing else is there. What is said after the colon goes with
/// it.
Edit removal(const std::string& file, std::string_view text, const Nolint& nolint,
             const std::vector<bool>& unused);

/// Marks what the source accepts, says what has expired, and adds what is wrong with the comments themselves.
void suppress(Plan& plan, const std::vector<JudgedFile>& judged, const ResolveOptions& options);

}  // namespace ferry::rewriter
