// accept: puts a NOLINT to each finding that is left.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "model/plan.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {

/// What keeps `reason` from being what a NOLINT comment says, as `what is wrong; what to do`; empty when
/// nothing does.
std::string fault_of_reason(std::string_view reason);

/// The edit of `file`, whose text this is, by which a comment suppresses the rules in the line of the byte at
/// `offset`, where a token begins. A NOLINT in the line is extended, and so is a NOLINTNEXTLINE before it;
/// else the line gets a comment at its end, or a line before it if it would become too long, or a comment
/// within where a backslash continues it.
Edit suppression(const std::string& file, std::string_view text, std::size_t offset,
                 const std::set<std::string>& rules, const std::string& reason);

/// The plan with other edits: comments that suppress its open findings, with the reason, as suppression()
/// makes them. What is wrong with suppressions themselves is left as it is. A finding whose suppression has a
/// date gets another one.
Plan accept_findings(Plan plan, const std::string& reason, const Scope& scope);

}  // namespace ferry::rewriter
