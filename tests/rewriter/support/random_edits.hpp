// Random edits of many findings, and what must be true of the text that they lead to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/compose.hpp"
#include "resolve/resolve.hpp"

namespace ferry::rewriter::test {

inline constexpr const char* kEditedFile = "/f.cpp";

/// A plan over one text, whose findings hold edits anywhere; those of one finding do not overlap. `choose(n)`
/// is any number below n.
template <class Choose>
Plan random_plan(Choose&& choose) {
  static constexpr const char* kPieces[] = {
      "a", "bc", "(", ")", "\n", "", "#include <x>\n", "#include <y>\n"};
  std::string text;
  for (std::size_t n = choose(40); n > 0; --n)
    text += choose(6) == 0 ? '\n' : static_cast<char>('a' + choose(26));
  Plan plan{.findings = {}, .texts = {{kEditedFile, text}}, .problems = {}};
  for (std::size_t n = choose(9); n > 0; --n) {
    Finding finding{.rule = "R", .file = kEditedFile};
    std::size_t begin = 0;
    for (std::size_t edits = 1 + choose(3); edits > 0 && begin <= text.size(); --edits) {
      const std::size_t offset = begin + choose(text.size() - begin + 1);
      const std::size_t length =
          choose(3) == 0 ? 0 : choose(std::min<std::size_t>(5, text.size() - offset + 1));
      finding.edits.push_back({kEditedFile, offset, length, kPieces[choose(std::size(kPieces))]});
      begin = offset + length + 1;
    }
    finding.offset = finding.edits.front().offset;
    if (choose(5) == 0) finding.group = "group";
    // Findings that agree on an edit share it.
    if (!plan.findings.empty() && choose(4) == 0)
      finding.edits = plan.findings[choose(plan.findings.size())].finding.edits;
    plan.findings.push_back({.finding = std::move(finding), .decision = Decision::Apply});
  }
  return plan;
}

/// Whether two edits of different findings cannot both be made.
inline bool exclude_each_other(const Edit& a, const Edit& b) {
  if (a.length > 0 && a == b) return false;
  if (a.length > 0 && b.length > 0) return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
  const Edit& inserted = a.length == 0 ? a : b;
  const Edit& range = a.length == 0 ? b : a;
  return inserted.offset > range.offset && inserted.offset < range.offset + range.length;
}

/// Settles the plan's overlaps and makes its edits, beside a model that knows no order: what each place gets,
/// and which characters go. Answers what is not as it must be; empty when all is.
inline std::string check_composition(Plan plan) {
  settle_overlaps(plan);
  const std::string& before = plan.texts.at(kEditedFile);
  std::vector<const Finding*> made;
  for (const PlannedFinding& planned : plan.findings)
    if (planned.decision == Decision::Apply) made.push_back(&planned.finding);

  for (const Finding* one : made)
    for (const Finding* other : made)
      for (const Edit& edit : one->edits)
        for (const Edit& beside : other->edits)
          if (one != other && exclude_each_other(edit, beside))
            return "two edits that exclude each other are made";
  const bool has_group =
      std::ranges::any_of(plan.findings, [](const auto& planned) { return !planned.finding.group.empty(); });
  for (const PlannedFinding& planned : plan.findings)
    if (planned.decision == Decision::Deferred && !has_group &&
        std::ranges::none_of(made, [&](const Finding* finding) {
          return std::ranges::any_of(finding->edits, [&](const Edit& edit) {
            return std::ranges::any_of(planned.finding.edits,
                                       [&](const Edit& own) { return exclude_each_other(edit, own); });
          });
        }))
      return "a finding waits for nothing";

  std::vector<bool> goes(before.size());
  std::map<std::size_t, std::multiset<std::string>> put;  // at each place of the old text
  std::set<Edit> shared;
  for (const Finding* finding : made)
    for (const Edit& edit : finding->edits) {
      if (is_shared(edit) && !shared.insert(edit).second) continue;
      std::fill_n(goes.begin() + static_cast<std::ptrdiff_t>(edit.offset), edit.length, true);
      put[edit.offset].insert(edit.replacement);
    }
  std::string left;
  for (std::size_t i = 0; i < before.size(); ++i)
    if (!goes[i]) left += before[i];

  const auto composed = compose(plan, applied(plan));
  if (made.empty()) return composed.empty() ? "" : "there is a text without edits";
  const auto& [after, pieces] = composed.at(kEditedFile);
  std::string kept;
  std::size_t at = 0;
  std::map<std::size_t, std::multiset<std::string>> got;
  for (const Piece& piece : pieces) {
    if (piece.new_offset < at || piece.new_offset + piece.new_length > after.size())
      return "pieces are not in order";
    kept += after.substr(at, piece.new_offset - at);
    got[piece.old_offset].insert(after.substr(piece.new_offset, piece.new_length));
    at = piece.new_offset + piece.new_length;
  }
  kept += after.substr(at);
  if (kept != left) return "what no edit touches is not what is left";
  if (got != put) return "a place does not get what its edits say";

  const Composed& whole = composed.at(kEditedFile);
  for (std::size_t i = 0; i < before.size(); ++i)
    if (!goes[i] && !put.contains(i) && after[offset_after(whole, i)] != before[i])
      return "a character is lost";
  for (std::size_t i = 0; i < after.size(); ++i) {
    const std::size_t old_offset = offset_before(whole, i);
    if (old_offset > before.size()) return "a place leads back behind the end";
    const bool is_new = std::ranges::any_of(pieces, [&](const Piece& piece) {
      return i >= piece.new_offset && i < piece.new_offset + piece.new_length;
    });
    if (!is_new && before[old_offset] != after[i]) return "a place leads back to another character";
  }
  return {};
}

}  // namespace ferry::rewriter::test
