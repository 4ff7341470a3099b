#include "apply/journal.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include <llvm/Support/Base64.h>
#include <llvm/Support/Chrono.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include "model/scope.hpp"
#include "support/files.hpp"
#include "support/line_diff.hpp"

namespace ferry::rewriter {
namespace {

namespace json = llvm::json;

// More lines than this are not compared: what lies between the first and the last difference is kept as it
// was.
constexpr std::size_t kMaxCompared = 4000;

// JSON holds text; a source file and a file's name may hold anything.
json::Value to_json(std::string_view bytes) {
  if (json::isUTF8(llvm::StringRef(bytes))) return std::string(bytes);
  return json::Object{{"base64", llvm::encodeBase64(bytes)}};
}

std::optional<std::string> bytes_of(const json::Value* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto text = value->getAsString()) return text->str();
  const json::Object* object = value->getAsObject();
  const auto encoded = object == nullptr ? std::nullopt : object->getString("base64");
  std::vector<char> decoded;
  if (!encoded) return std::nullopt;
  if (llvm::Error error = llvm::decodeBase64(*encoded, decoded)) {
    llvm::consumeError(std::move(error));
    return std::nullopt;
  }
  return std::string(decoded.begin(), decoded.end());
}

json::Value print_entry(const JournalEntry& entry, const std::string& top) {
  json::Array back;
  for (const Reversal& reversal : entry.back)
    back.push_back(json::Object{{"offset", static_cast<std::int64_t>(reversal.offset)},
                                {"length", static_cast<std::int64_t>(reversal.length)},
                                {"text", to_json(reversal.text)}});
  return json::Object{{"target", to_json(relative_to(entry.target, top))},
                      {"temporary", to_json(relative_to(entry.temporary, top))},
                      {"before", entry.before},
                      {"after", entry.after},
                      {"in_place", entry.is_in_place},
                      {"back", std::move(back)}};
}

std::string absolute(std::string name, const std::string& top) {
  return llvm::sys::path::is_absolute(name) ? name : top + "/" + name;
}

std::optional<Reversals> parse_back(const json::Array* list) {
  if (list == nullptr) return std::nullopt;
  Reversals back;
  for (const json::Value& value : *list) {
    const json::Object* object = value.getAsObject();
    if (object == nullptr) return std::nullopt;
    const auto offset = object->getInteger("offset");
    const auto length = object->getInteger("length");
    auto text = bytes_of(object->get("text"));
    if (!offset || !length || !text || *offset < 0 || *length < 0) return std::nullopt;
    back.push_back({static_cast<std::size_t>(*offset), static_cast<std::size_t>(*length), std::move(*text)});
  }
  return back;
}

std::optional<JournalEntry> parse_entry(const json::Value& value, const std::string& top) {
  const json::Object* object = value.getAsObject();
  if (object == nullptr) return std::nullopt;
  const auto target = bytes_of(object->get("target"));
  const auto temporary = bytes_of(object->get("temporary"));
  const auto before = object->getString("before");
  const auto after = object->getString("after");
  auto back = parse_back(object->getArray("back"));
  if (!target || !temporary || !before || !after || !back) return std::nullopt;
  return JournalEntry{.target = absolute(*target, top),
                      .temporary = absolute(*temporary, top),
                      .before = before->str(),
                      .after = after->str(),
                      .is_in_place = object->getBoolean("in_place").value_or(false),
                      .back = std::move(*back)};
}

}  // namespace

Reversals reversals(std::string_view before, std::string_view after) {
  const std::vector<std::string_view> old_lines = split_lines(before);
  const std::vector<std::string_view> new_lines = split_lines(after);
  const std::size_t shared = std::min(old_lines.size(), new_lines.size());
  std::size_t head = 0;
  while (head < shared && old_lines[head] == new_lines[head]) ++head;
  std::size_t tail = 0;
  while (tail < shared - head && *(old_lines.rbegin() + tail) == *(new_lines.rbegin() + tail)) ++tail;

  std::vector<LineChange> changes = {{head, old_lines.size() - tail, head, new_lines.size() - tail}};
  if (old_lines.size() + new_lines.size() - 2 * (head + tail) <= kMaxCompared) {
    const auto middle = [&](const std::vector<std::string_view>& lines) {
      return std::vector<std::string_view>(lines.begin() + head, lines.end() - tail);
    };
    changes = line_diff(middle(old_lines), middle(new_lines));
    for (LineChange& change : changes)
      for (std::size_t* line : {&change.old_begin, &change.old_end, &change.new_begin, &change.new_end})
        *line += head;
  }

  const auto offset_of = [](const std::vector<std::string_view>& lines, std::size_t line,
                            std::string_view text) {
    return line < lines.size() ? static_cast<std::size_t>(lines[line].data() - text.data()) : text.size();
  };
  Reversals back;
  for (const LineChange& change : changes) {
    const std::size_t old_begin = offset_of(old_lines, change.old_begin, before);
    const std::size_t old_end = offset_of(old_lines, change.old_end, before);
    const std::size_t offset = offset_of(new_lines, change.new_begin, after);
    const std::size_t length = offset_of(new_lines, change.new_end, after) - offset;
    if (old_begin != old_end || length != 0)
      back.push_back({offset, length, std::string(before.substr(old_begin, old_end - old_begin))});
  }
  return back;
}

std::optional<std::string> reverse(std::string_view after, const Reversals& reversals) {
  std::string before;
  std::size_t copied = 0;
  for (const Reversal& reversal : reversals) {
    if (reversal.offset < copied || reversal.offset > after.size() ||
        reversal.length > after.size() - reversal.offset)
      return std::nullopt;
    before += after.substr(copied, reversal.offset - copied);
    before += reversal.text;
    copied = reversal.offset + reversal.length;
  }
  before += after.substr(copied);
  return before;
}

std::string time_now() {
  return llvm::formatv("{0:%Y-%m-%d %H:%M}", std::chrono::time_point_cast<std::chrono::nanoseconds>(
                                                 std::chrono::system_clock::now()));
}

std::string print_journal(const Journal& journal, const std::string& top) {
  json::Array files;
  for (const JournalEntry& entry : journal.entries) files.push_back(print_entry(entry, top));
  json::Object object{
      {"version", 1}, {"when", journal.when}, {"what", to_json(journal.what)}, {"files", std::move(files)}};
  if (!journal.takes_back.empty()) object["takes_back"] = journal.takes_back;
  if (!journal.base.empty()) object["base"] = journal.base;
  if (!journal.commits.empty()) object["commits"] = json::Array(journal.commits);
  std::string text;
  llvm::raw_string_ostream(text) << json::Value(std::move(object)) << '\n';
  return text;
}

std::optional<Journal> parse_journal(std::string_view text, const std::string& top) {
  llvm::Expected<json::Value> value = json::parse(text);
  if (!value) {
    llvm::consumeError(value.takeError());
    return std::nullopt;
  }
  const json::Object* object = value->getAsObject();
  const json::Array* files = object == nullptr ? nullptr : object->getArray("files");
  if (files == nullptr || object->getInteger("version") != 1) return std::nullopt;
  const auto text_of = [&](llvm::StringRef key) { return bytes_of(object->get(key)).value_or(""); };
  Journal journal{.when = text_of("when"),
                  .what = text_of("what"),
                  .takes_back = text_of("takes_back"),
                  .base = text_of("base"),
                  .commits = {},
                  .entries = {}};
  if (const json::Array* commits = object->getArray("commits"))
    for (const json::Value& commit : *commits) journal.commits.push_back(bytes_of(&commit).value_or(""));
  for (const json::Value& file : *files) {
    auto entry = parse_entry(file, top);
    if (!entry) return std::nullopt;
    journal.entries.push_back(std::move(*entry));
  }
  return journal;
}

std::string journal_path(const Tree& tree, Stage stage) {
  constexpr std::array<const char*, 3> kEndings = {".begun", ".committed", ".withdrawn"};
  return tree.journal + kEndings[static_cast<std::size_t>(stage)];
}

std::optional<Stage> journal_stage(const Tree& tree) {
  for (const Stage stage : {Stage::Begun, Stage::Committed, Stage::Withdrawn})
    if (llvm::sys::fs::exists(journal_path(tree, stage))) return stage;
  return std::nullopt;
}

std::error_code begin_journal(const Tree& tree, const Journal& journal) {
  const std::string path = journal_path(tree, Stage::Begun);
  const std::string directory = llvm::sys::path::parent_path(path).str();
  if (const auto error = llvm::sys::fs::create_directories(directory)) return error;
  auto error = write_bytes(path, print_journal(journal, tree.top), Create::New);
  if (error == std::errc::file_exists) return error;
  if (!error) error = sync(path);
  if (!error) error = sync(directory);
  if (error) (void)remove_file(path);
  return error;
}

std::error_code advance_journal(const Tree& tree, Stage from, Stage to) {
  return llvm::sys::fs::rename(journal_path(tree, from), journal_path(tree, to));
}

std::error_code sync_journal(const Tree& tree) {
  return sync(llvm::sys::path::parent_path(tree.journal).str());
}

std::error_code end_journal(const Tree& tree, Stage stage) { return remove_file(journal_path(tree, stage)); }

}  // namespace ferry::rewriter
