#include "verify/references.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace ferry::rewriter {
namespace {

// "fresh" of "lib::fresh(int)".
std::string_view last_name(std::string_view name) {
  if (name.ends_with(')')) {
    int depth = 0;
    std::size_t at = name.size();
    do {
      --at;
      if (name[at] == ')') ++depth;
      if (name[at] == '(') --depth;
    } while (at > 0 && depth > 0);
    name = name.substr(0, at);
  }
  const std::size_t colons = name.rfind("::");
  return colons == std::string_view::npos ? name : name.substr(colons + 2);
}

// Where the declaration was before the edits.
Declared before(Declared declared, const ComposedFiles& composed) {
  if (const auto file = composed.find(declared.file); file != composed.end())
    declared.offset = offset_before(file->second, declared.offset);
  return declared;
}

// The edit that wrote what stands at the offset; nullptr when none did.
const Piece* piece_at(const Composed& composed, std::size_t offset) {
  const auto behind = std::ranges::upper_bound(composed.pieces, offset, {}, &Piece::new_offset);
  if (behind == composed.pieces.begin()) return nullptr;
  const Piece& piece = *std::prev(behind);
  return offset < piece.new_offset + piece.new_length ? &piece : nullptr;
}

using Targets = std::vector<const References::Target*>;

// The functions of one file, by where they are called.
std::map<std::size_t, Targets> calls_of(const References& references, const std::string& name) {
  std::map<std::size_t, Targets> calls;
  const auto file = std::ranges::find(references.files, name, &References::File::file);
  if (file == references.files.end()) return calls;
  for (const References::Place& place : file->places)
    if (const References::Target& target = references.targets[place.target]; target.is_function)
      calls[place.offset].push_back(&target);
  return calls;
}

// Of `targets` the first that has no equal among `others`.
const References::Target* first_missing(const Targets& targets, const Targets& others, const auto& is_equal) {
  const auto found = std::ranges::find_if(targets, [&](const References::Target* target) {
    return std::ranges::none_of(others, [&](const auto* other) { return is_equal(*target, *other); });
  });
  return found == targets.end() ? nullptr : *found;
}

}  // namespace

FileRanges written_ranges(const ComposedFiles& composed) {
  FileRanges ranges;
  for (const auto& [file, text] : composed)
    for (const Piece& piece : text.pieces)
      ranges[file].push_back({piece.new_offset, piece.new_offset + piece.new_length});
  return ranges;
}

void check_new_names(const Plan& plan, const ComposedFiles& composed, const References& after,
                     const std::function<void(std::size_t, std::string)>& fault) {
  std::set<std::size_t> faulty;
  for (const References::File& file : after.files) {
    const auto text = composed.find(file.file);
    if (text == composed.end()) continue;
    for (const References::Place& place : file.places) {
      const Piece* piece = piece_at(text->second, place.offset);
      if (piece == nullptr || faulty.contains(piece->finding)) continue;
      const std::vector<Declared>& wanted = plan.findings[piece->finding].finding.wanted;
      const Declared& declared = after.targets[place.target].declared;
      const std::string_view name = last_name(declared.name);
      const bool is_new_name = !name.empty() && std::ranges::any_of(wanted, [&](const Declared& each) {
        return last_name(each.name) == name;
      });
      const Declared meant = before(declared, composed);
      if (!is_new_name ||
          std::ranges::any_of(wanted, [&](const Declared& each) { return is_same(each, meant); }))
        continue;
      faulty.insert(piece->finding);
      fault(piece->finding, "the new name would mean `" + declared.name + "` here");
    }
  }
}

Problems changed_calls(const References& before_edits, const References& after, const ComposedFiles& composed,
                       const Texts& texts) {
  Problems warnings;
  const auto is_equal = [&](const References::Target& old_target, const References::Target& new_target) {
    return is_same(old_target.declared, before(new_target.declared, composed));
  };
  for (const auto& [file, text] : composed) {
    const std::map<std::size_t, Targets> old_calls = calls_of(before_edits, file);
    std::map<std::size_t, Targets> new_calls;
    for (auto& [offset, targets] : calls_of(after, file))
      if (piece_at(text, offset) == nullptr) new_calls[offset_before(text, offset)] = targets;
    for (const auto& [offset, targets] : new_calls) {
      const auto old_call = old_calls.find(offset);
      if (old_call == old_calls.end()) continue;
      const References::Target* gone = first_missing(old_call->second, targets, is_equal);
      const References::Target* come = first_missing(
          targets, old_call->second,
          [&](const auto& new_target, const auto& old_target) { return is_equal(old_target, new_target); });
      if (gone == nullptr || come == nullptr || gone->is_old || gone->owner != come->owner) continue;
      const Position position = position_of(texts.at(file), offset);
      warnings.push_back({.file = file,
                          .line = position.line,
                          .column = position.column,
                          .message = "`" + come->declared.name + "` is called here with the edits, and `" +
                                     gone->declared.name + "` was before; see whether that is right"});
    }
  }
  return warnings;
}

}  // namespace ferry::rewriter
