#include "verify/references.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

namespace ferry::rewriter {
namespace {

using Targets = std::vector<const References::Target*>;

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

// A declaration of the texts that result, where it was before the edits.
Declared as_before(Declared declared, const ComposedFiles& composed) {
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

const References::File* file_of(const References& references, const std::string& name) {
  const auto file = std::ranges::find(references.files, name, &References::File::file);
  return file == references.files.end() ? nullptr : &*file;
}

// Of `targets` the first by name that has no equal among `others`.
const References::Target* first_missing(const Targets& targets, const Targets& others, const auto& is_equal) {
  const References::Target* first = nullptr;
  for (const References::Target* target : targets)
    if ((first == nullptr || target->declared < first->declared) &&
        std::ranges::none_of(others, [&](const auto* other) { return is_equal(*target, *other); }))
      first = target;
  return first;
}

// Whether the edit took this name over from the text that it replaced.
bool was_there(const Piece& piece, const Declared& declared, const References& before,
               const std::string& name) {
  const References::File* file = file_of(before, name);
  return file != nullptr && std::ranges::any_of(file->places, [&](const References::Place& place) {
           return place.offset >= piece.old_offset && place.offset < piece.old_offset + piece.old_length &&
                  is_same(before.targets[place.target].declared, declared);
         });
}

}  // namespace

FileRanges written_ranges(const ComposedFiles& composed) {
  FileRanges ranges;
  for (const auto& [file, text] : composed)
    for (const Piece& piece : text.pieces)
      ranges[file].push_back({piece.new_offset, piece.new_offset + piece.new_length});
  return ranges;
}

void check_new_names(const Plan& plan, const ComposedFiles& composed, const References& before,
                     const References& after, const std::function<void(std::size_t, std::string)>& fault) {
  std::map<std::size_t, std::string> faults;  // of each the first by name
  for (const References::File& file : after.files) {
    const auto text = composed.find(file.file);
    if (text == composed.end()) continue;
    for (const References::Place& place : file.places) {
      const Piece* piece = piece_at(text->second, place.offset);
      if (piece == nullptr) continue;
      const std::vector<Declared>& wanted = plan.findings[piece->finding].finding.wanted;
      const References::Target& target = after.targets[place.target];
      const std::string_view name = last_name(target.declared.name);
      const bool is_constructor = target.is_function && last_name(target.owner) == name;
      const Declared meant = as_before(target.declared, composed);
      const auto has_name = [&](const Declared& each) { return last_name(each.name) == name; };
      const auto is_meant = [&](const Declared& each) { return is_same(each, meant); };
      if (name.empty() || is_constructor || target.overrides || std::ranges::none_of(wanted, has_name) ||
          std::ranges::any_of(wanted, is_meant) || was_there(*piece, meant, before, file.file))
        continue;
      const auto [known, is_new] = faults.emplace(piece->finding, target.declared.name);
      if (!is_new) known->second = std::min(known->second, target.declared.name);
    }
  }
  for (const auto& [finding, name] : faults) fault(finding, "the new name would mean `" + name + "` here");
}

std::vector<ChangedCall> changed_calls(const References& before, const References& after,
                                       const ComposedFiles& composed) {
  std::vector<ChangedCall> changed;
  const auto is_equal = [&](const References::Target& old_target, const References::Target& new_target) {
    return is_same(old_target.declared, as_before(new_target.declared, composed));
  };
  for (const References::File& old_file : before.files) {
    const References::File* new_file = file_of(after, old_file.file);
    if (new_file == nullptr) continue;
    std::map<std::size_t, Targets> new_calls;
    const auto edited = composed.find(old_file.file);
    for (const auto& [offset, number] : new_file->places) {
      if (!after.targets[number].is_function) continue;
      if (edited == composed.end())
        new_calls[offset].push_back(&after.targets[number]);
      else if (piece_at(edited->second, offset) == nullptr)
        new_calls[offset_before(edited->second, offset)].push_back(&after.targets[number]);
    }
    std::map<std::size_t, Targets> old_calls;
    for (const auto& [offset, number] : old_file.places)
      if (new_calls.contains(offset)) old_calls[offset].push_back(&before.targets[number]);
    for (const auto& [offset, was] : old_calls) {
      const Targets& now = new_calls[offset];
      const auto* gone = first_missing(was, now, is_equal);
      const auto* come = first_missing(
          now, was, [&](const auto& new_one, const auto& old_one) { return is_equal(old_one, new_one); });
      if (gone == nullptr || come == nullptr || gone->is_old || gone->owner != come->owner) continue;
      changed.push_back({old_file.file, offset, gone->declared.name, come->declared.name});
    }
  }
  return changed;
}

}  // namespace ferry::rewriter
