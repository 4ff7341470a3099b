#include "packs/load.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "model/digest.hpp"
#include "packs/read_pack.hpp"
#include "support/files.hpp"
#include "support/hint.hpp"

namespace ferry::rewriter {
namespace {

constexpr std::string_view kOwn = "ferry";  // rules about what suppresses findings
constexpr std::string_view kDefault = "ferry-0.2";
constexpr std::string_view kInline = "inline";
constexpr std::string_view kHead = "pack.yaml";

const EmbeddedFile* find_embedded(std::string_view pack, std::string_view name) {
  const auto files = embedded_files();
  const auto found = std::ranges::find_if(
      files, [&](const EmbeddedFile& file) { return file.pack == pack && file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

// Cards of rules whose annotations are in headers, and what rules say of others' headers.
std::optional<Pack> built_in(std::string_view name, Problem& error) {
  Pack pack{.name = std::string(name)};
  if (const EmbeddedFile* head = find_embedded(name, kHead)) {
    const auto read_part = [&](const std::string& path) -> std::optional<std::string> {
      const EmbeddedFile* file = find_embedded(name, llvm::sys::path::filename(path).str());
      return file == nullptr ? std::nullopt : std::optional<std::string>(file->text);
    };
    auto read = read_pack(pack.name + "/" + std::string(kHead), head->text, read_part, error);
    if (!read) return std::nullopt;
    pack = *std::move(read);
  }
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.pack != name || !file.name.ends_with(".md")) continue;
    CardError card_error;
    auto card = parse_card(file.text, name, card_error);
    const std::string path = pack.name + "/" + std::string(file.name);
    if (!card) {
      error = {.file = path, .line = card_error.line, .column = 1, .message = card_error.message};
      return std::nullopt;
    }
    for (Example& example : card->examples) example.file = path;
    pack.cards.push_back(*std::move(card));
  }
  return pack;
}

std::optional<Pack> from_file(const std::string& path, std::string& digested, Problem& error) {
  const auto read = [&](const std::string& file) {
    auto text = read_bytes(file);
    if (text) digested += file + '\0' + *text + '\0';
    return text;
  };
  const auto text = read(path);
  if (text) return read_pack(path, *text, read, error);
  error = {.file = path, .message = "this pack cannot be read"};
  return std::nullopt;
}

// The id that a card begins with.
std::string_view id_of(const EmbeddedFile& card) {
  const std::string_view heading = card.text.substr(0, card.text.find(": "));
  return heading.substr(std::min<std::size_t>(2, heading.size()));
}

bool is_path(llvm::StringRef name) {
  return name.contains('/') || name.ends_with(".yaml") || name.ends_with(".yml");
}

// Whether each rule is in one pack only.
bool have_rules_of_their_own(const std::vector<Pack>& packs, Problem& error) {
  std::map<std::string, const Pack*> owners;
  for (const Pack& pack : packs)
    for (const Card& card : pack.cards)
      if (const auto [owner, is_new] = owners.emplace(card.rule.id, &pack); !is_new) {
        error = {.message = "pack '" + owner->second->name + "': rule '" + card.rule.id + "' is in pack '" +
                            pack.name + "', too; each needs its own identifier"};
        return false;
      }
  return true;
}

}  // namespace

std::vector<std::string> built_in_packs() {
  std::set<std::string> names;
  for (const EmbeddedFile& file : embedded_files())
    if (file.pack != kOwn) names.emplace(file.pack);
  names.emplace(kInline);
  return {names.begin(), names.end()};
}

std::optional<Packs> load_packs(const std::vector<std::string>& names, const std::string& directory,
                                Problem& error) {
  Packs result{.annotated = Packs::Annotated::None};
  std::vector<std::string> wanted = names;
  if (wanted.empty()) wanted.emplace_back(kDefault);
  wanted.emplace_back(kOwn);
  const std::vector<std::string> known = built_in_packs();
  std::string digested;
  std::set<std::string> seen;
  for (const std::string& name : wanted) {
    std::optional<Pack> pack;
    if (name == kOwn || std::ranges::find(known, name) != known.end()) {
      if (!seen.insert(name).second) continue;
      if (name == kDefault) result.annotated = Packs::Annotated::All;
      if (name == kInline && result.annotated == Packs::Annotated::None)
        result.annotated = Packs::Annotated::Inline;
      pack = built_in(name, error);
      digested += name + '\0';
    } else {
      llvm::SmallString<256> path(name);
      llvm::sys::fs::make_absolute(directory, path);
      llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
      if (!seen.insert(std::string(path)).second) continue;
      if (!is_path(name) && !llvm::sys::fs::exists(path)) {
        error = {.message = "unknown pack '" + name + "'" + hint(name, known) +
                            "; it is the name of a file or one of " + llvm::join(known, ", ")};
        return std::nullopt;
      }
      pack = from_file(std::string(path), digested, error);
    }
    if (!pack) return std::nullopt;
    result.packs.push_back(*std::move(pack));
  }
  if (!have_rules_of_their_own(result.packs, error)) return std::nullopt;
  for (const EmbeddedFile& file : embedded_files())
    if (file.name.ends_with(".md") && !result.has(file.pack)) result.strangers.emplace(id_of(file));
  result.digest = digest(digested);
  return result;
}

Packs load_built_in_packs() {
  Packs result;
  std::vector<std::string> names = built_in_packs();
  names.emplace_back(kOwn);
  for (const std::string& name : names) {
    Problem error;
    if (auto pack = built_in(name, error)) result.packs.push_back(*std::move(pack));
  }
  return result;
}

Rules Packs::rules() const {
  Rules rules;
  for (const Pack& pack : packs)
    for (const Card& card : pack.cards) rules.push_back(card.rule);
  std::ranges::sort(rules, {}, &Rule::id);
  return rules;
}

bool Packs::has_changes() const {
  return std::ranges::any_of(packs, [](const Pack& pack) { return !pack.changes.empty(); });
}

bool Packs::has(std::string_view name) const {
  return std::ranges::find(packs, name, &Pack::name) != packs.end();
}

}  // namespace ferry::rewriter
