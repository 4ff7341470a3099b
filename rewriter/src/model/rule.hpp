// A rule: what `ferry rules` lists and `ferry explain` prints. What finds the places lives in rules/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::rewriter {

/// How far a rule's edits may be trusted.
enum class Applicability {
  Safe,    ///< behaviour is kept; applied by `ferry fix`
  Unsafe,  ///< mechanical, but behaviour may change; applied with --unsafe
  Manual,  ///< a person decides; only reported
};

/// "safe", "unsafe" or "manual".
std::string_view to_string(Applicability applicability);
std::optional<Applicability> parse_applicability(std::string_view text);

/// One rule, as its card describes it.
struct Rule {
  std::string id;  ///< "TIME-01"
  std::string pack;
  Applicability applicability = Applicability::Manual;
  std::string title;  ///< one line
  std::string card;   ///< for a person: what the rule does and why, with examples
};

using Rules = std::vector<Rule>;  // sorted by id

}  // namespace ferry::rewriter
