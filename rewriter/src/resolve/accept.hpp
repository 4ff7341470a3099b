// accept: puts a NOLINT to each finding that is left.
#pragma once

#include <string>
#include <string_view>

#include "model/plan.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {

/// What keeps `reason` from being what a NOLINT comment says, as `what is wrong; what to do`; empty when
/// nothing does.
std::string fault_of_reason(std::string_view reason);

/// The plan with other edits: comments that suppress its open findings, with the reason. A NOLINT in the line
/// is extended, and so is a NOLINTNEXTLINE before it; else the line gets a comment at its end, or a line
/// before it if it would become too long, or a comment within where a backslash continues it. What is wrong
/// with suppressions themselves is left as it is, and so is one with a date: its finding gets another one.
Plan accept_findings(Plan plan, const std::string& reason, const Scope& scope);

}  // namespace ferry::rewriter
