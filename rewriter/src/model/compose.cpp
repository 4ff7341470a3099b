#include "model/compose.hpp"

#include <algorithm>
#include <tuple>

namespace ferry::rewriter {
namespace {

enum class Place { Ends, Stands, Begins, Replaces };

struct Placed {
  const Edit* edit = nullptr;
  std::size_t finding = 0;
  Place place = Place::Replaces;
  std::size_t nesting = 0;   // among edits at one place: smaller comes first
  std::size_t sequence = 0;  // among the finding's own edits

  auto order() const { return std::tuple(edit->offset, place, nesting, finding, sequence); }
};

// What one finding's edits span in each file decides how they nest with those of others.
void place_edits(const Finding& finding, std::size_t index,
                 std::map<std::string, std::vector<Placed>>& placed) {
  struct Hull {
    std::size_t begin = static_cast<std::size_t>(-1);
    std::size_t end = 0;
  };
  std::map<std::string_view, Hull> hulls;
  for (const Edit& edit : finding.edits) {
    Hull& hull = hulls[edit.file];
    hull.begin = std::min(hull.begin, edit.offset);
    hull.end = std::max(hull.end, edit.offset + edit.length);
  }
  for (const Edit& edit : finding.edits) {
    const Hull hull = hulls[edit.file];
    Placed where{.edit = &edit, .finding = index, .sequence = placed[edit.file].size()};
    if (edit.length == 0) {
      const bool begins = edit.offset == hull.begin;
      const bool ends = edit.offset == hull.end;
      where.place = begins == ends ? Place::Stands : ends ? Place::Ends : Place::Begins;
      // Of those that end here the innermost began last; of those that begin here the outermost ends last.
      where.nesting = where.place == Place::Ends ? ~hull.begin : where.place == Place::Begins ? ~hull.end : 0;
    }
    placed[edit.file].push_back(where);
  }
}

Composed make_edits(std::string_view text, std::vector<Placed> edits) {
  std::ranges::sort(edits, {}, &Placed::order);
  Composed result;
  std::size_t copied = 0;
  std::size_t first_here = 0;  // the first edit at the same offset
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const Edit& edit = *edits[i].edit;
    if (edits[first_here].edit->offset != edit.offset) first_here = i;
    const bool is_made = std::any_of(edits.data() + first_here, edits.data() + i,
                                     [&](const Placed& other) { return *other.edit == edit; });
    if (is_made && is_shared(edit)) continue;
    result.text += text.substr(copied, edit.offset - copied);
    const std::string replacement = with_line_ends_of(text, edit.replacement);
    result.pieces.push_back({.finding = edits[i].finding,
                             .old_offset = edit.offset,
                             .old_length = edit.length,
                             .new_offset = result.text.size(),
                             .new_length = replacement.size()});
    result.text += replacement;
    copied = edit.offset + edit.length;
  }
  result.text += text.substr(copied);
  return result;
}

}  // namespace

std::map<std::string, Composed> compose(const Plan& plan, const std::vector<bool>& taken) {
  std::map<std::string, std::vector<Placed>> placed;
  for (std::size_t i = 0; i < plan.findings.size(); ++i)
    if (taken[i]) place_edits(plan.findings[i].finding, i, placed);
  std::map<std::string, Composed> result;
  for (auto& [file, edits] : placed) result.emplace(file, make_edits(plan.texts.at(file), std::move(edits)));
  return result;
}

std::vector<bool> applied(const Plan& plan) {
  std::vector<bool> taken;
  for (const PlannedFinding& planned : plan.findings) taken.push_back(planned.decision == Decision::Apply);
  return taken;
}

std::size_t offset_before(const Composed& composed, std::size_t new_offset) {
  std::size_t old_offset = new_offset;
  for (const Piece& piece : composed.pieces) {
    if (new_offset < piece.new_offset) break;
    if (new_offset < piece.new_offset + piece.new_length) return piece.old_offset;
    old_offset = piece.old_offset + piece.old_length + (new_offset - piece.new_offset - piece.new_length);
  }
  return old_offset;
}

std::size_t offset_after(const Composed& composed, std::size_t old_offset) {
  std::size_t new_offset = old_offset;
  for (const Piece& piece : composed.pieces) {
    if (old_offset < piece.old_offset) break;
    const std::size_t behind = piece.old_offset + piece.old_length;
    new_offset = piece.new_offset + piece.new_length + (old_offset > behind ? old_offset - behind : 0);
  }
  return new_offset;
}

std::string with_line_ends_of(std::string_view text, std::string_view replacement) {
  const std::size_t line_end = text.find('\n');
  const bool is_crlf = line_end != std::string_view::npos && line_end > 0 && text[line_end - 1] == '\r';
  std::string result;
  for (const char c : replacement) {
    if (c == '\n' && is_crlf && !result.ends_with('\r')) result.push_back('\r');
    result.push_back(c);
  }
  return result;
}

bool is_shared(const Edit& edit) {
  return edit.length > 0 || (edit.replacement.starts_with('#') && edit.replacement.ends_with('\n'));
}

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is the text's beginning
  return {.line = static_cast<unsigned>(std::ranges::count(before, '\n')) + 1,
          .column = static_cast<unsigned>(before.size() - line_start) + 1};
}

std::size_t offset_of(std::string_view text, Position position) {
  std::size_t start = 0;
  for (unsigned line = 1; line < position.line; ++line) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) return text.size();
    start = end + 1;
  }
  return std::min(start + (position.column - 1), text.size());
}

}  // namespace ferry::rewriter
