#include "support/line_diff.hpp"

#include <algorithm>
#include <utility>

namespace ferry::rewriter {
namespace {

using Lines = std::vector<std::string_view>;

// Myers, "An O(ND) Difference Algorithm": furthest[k] is how far into the old lines the best path on diagonal
// k (old - new) has come with d insertions and deletions. Every round is kept to walk the way back.
std::vector<std::vector<std::ptrdiff_t>> furthest_paths(const Lines& a, const Lines& b) {
  const auto n = static_cast<std::ptrdiff_t>(a.size());
  const auto m = static_cast<std::ptrdiff_t>(b.size());
  std::vector<std::vector<std::ptrdiff_t>> rounds;
  std::vector<std::ptrdiff_t> furthest(3, 0);  // diagonals -(d+1) to d+1, at index k + d + 1
  for (std::ptrdiff_t d = 0;; ++d) {
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      const auto at = [&](std::ptrdiff_t diagonal) {
        return furthest[static_cast<std::size_t>(diagonal + d + 1)];
      };
      std::ptrdiff_t x = 0;
      if (d > 0) x = k == -d || (k != d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
      while (x < n && x - k < m && x - k >= 0 &&
             a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)])
        ++x;
      furthest[static_cast<std::size_t>(k + d + 1)] = x;
      if (k == n - m && x >= n) {
        rounds.push_back(furthest);
        return rounds;
      }
    }
    rounds.push_back(furthest);
    furthest.insert(furthest.begin(), 0);
    furthest.push_back(0);
  }
}

}  // namespace

Lines split_lines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

std::vector<LineChange> line_diff(const Lines& old_lines, const Lines& new_lines) {
  const auto rounds = furthest_paths(old_lines, new_lines);
  std::vector<LineChange> changes;  // from the last to the first
  const auto add = [&](std::size_t x, std::size_t y, std::size_t deleted, std::size_t inserted) {
    if (!changes.empty() && changes.back().old_begin == x + deleted &&
        changes.back().new_begin == y + inserted) {
      changes.back().old_begin = x;
      changes.back().new_begin = y;
    } else {
      changes.push_back({.old_begin = x, .old_end = x + deleted, .new_begin = y, .new_end = y + inserted});
    }
  };
  auto x = static_cast<std::ptrdiff_t>(old_lines.size());
  auto y = static_cast<std::ptrdiff_t>(new_lines.size());
  for (auto d = static_cast<std::ptrdiff_t>(rounds.size()) - 1; d > 0; --d) {
    const auto& previous = rounds[static_cast<std::size_t>(d - 1)];  // diagonal k at index k + d
    const auto at = [&](std::ptrdiff_t diagonal) { return previous[static_cast<std::size_t>(diagonal + d)]; };
    const std::ptrdiff_t k = x - y;
    const bool is_insertion = k == -d || (k != d && at(k - 1) < at(k + 1));
    const std::ptrdiff_t from = is_insertion ? k + 1 : k - 1;
    x = at(from);
    y = x - from;
    add(static_cast<std::size_t>(x), static_cast<std::size_t>(y), is_insertion ? 0 : 1, is_insertion ? 1 : 0);
  }
  std::ranges::reverse(changes);
  return changes;
}

}  // namespace ferry::rewriter
