// A burn-down: how much was left, over time.
#pragma once

#include <string>
#include <vector>

#include "report/status.hpp"

namespace ferry::rewriter {

/// The chart as an SVG element, whose colours a style sheet decides: classes `grid`, `axis`, `area`, `line`,
/// `record`, `note`. Empty when there are not two measures to draw.
std::string burn_down(const std::vector<Measure>& history);

/// "2025-03-08" of seconds since 1970, in UTC.
std::string date_of(std::int64_t time);

}  // namespace ferry::rewriter
