#include "apply/records.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/Path.h>

#include "model/digest.hpp"
#include "support/files.hpp"

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;

// Of the last runs, so many are kept, and no more than so many bytes; the last one always.
constexpr std::size_t kMaxRecords = 20;
constexpr std::uint64_t kMaxBytes = 32 << 20;

constexpr llvm::StringLiteral kEnding = ".run";

std::string directory_of(const Tree& tree) { return tree.memory + "/undo"; }

std::string path_of(const Tree& tree, const std::string& name) {
  return directory_of(tree) + "/" + name + kEnding.str();
}

// The names of the records, the last run first.
std::vector<std::string> names(const Tree& tree) {
  std::vector<std::string> found;
  if (tree.memory.empty()) return found;
  std::error_code error;
  for (fs::directory_iterator at(directory_of(tree), error), end; at != end && !error; at.increment(error))
    if (llvm::sys::path::extension(at->path()) == kEnding)
      found.push_back(llvm::sys::path::stem(at->path()).str());
  std::ranges::sort(found, std::greater());
  return found;
}

// Names sort as their runs did.
std::string next_name(const Tree& tree) {
  const std::vector<std::string> known = names(tree);
  unsigned last = 0;
  if (!known.empty()) (void)llvm::StringRef(known.front()).getAsInteger(10, last);
  return llvm::formatv("{0,0+8}", last + 1);
}

void forget_the_oldest(const Tree& tree) {
  std::uint64_t bytes = 0;
  std::size_t kept = 0;
  for (const std::string& name : names(tree)) {
    std::uint64_t size = 0;
    (void)fs::file_size(path_of(tree, name), size);
    bytes += size;
    if (kept > 0 && (kept >= kMaxRecords || bytes > kMaxBytes))
      (void)drop_record(tree, name);
    else
      ++kept;
  }
}

}  // namespace

std::optional<Record> last_record(const Tree& tree) {
  for (const std::string& name : names(tree)) {
    const auto text = read_bytes(path_of(tree, name));
    if (!text) continue;
    if (auto journal = parse_journal(*text, tree.top)) return Record{name, std::move(*journal)};
  }
  return std::nullopt;
}

std::error_code keep_record(const Tree& tree, const Journal& journal, Stage stage) {
  if (tree.memory.empty() || fs::create_directories(directory_of(tree))) return end_journal(tree, stage);
  const std::string path = path_of(tree, next_name(tree));
  // Without git the journal may be on another file system than the memory.
  if (fs::rename(journal_path(tree, stage), path)) {
    (void)write_bytes(path, print_journal(journal, tree.top), Create::Replace);
    if (const auto error = end_journal(tree, stage)) return error;
  }
  forget_the_oldest(tree);
  return {};
}

std::error_code add_record(const Tree& tree, const Journal& journal) {
  if (tree.memory.empty()) return {};
  if (const auto error = fs::create_directories(directory_of(tree))) return error;
  const std::string path = path_of(tree, next_name(tree));
  if (const auto error = write_bytes(path + ".new", print_journal(journal, tree.top), Create::Replace))
    return error;
  if (const auto error = fs::rename(path + ".new", path)) return error;
  forget_the_oldest(tree);
  return {};
}

std::error_code drop_record(const Tree& tree, const std::string& name) {
  return remove_file(path_of(tree, name));
}

Problems take_back(const Record& record, Texts& now, Texts& before) {
  Problems problems;
  for (const JournalEntry& entry : record.journal.entries) {
    auto content = read_bytes(entry.target);
    auto old = content && digest(*content) == entry.after ? reverse(*content, entry.back) : std::nullopt;
    if (!old || digest(*old) != entry.before) {
      problems.push_back({.file = entry.target,
                          .message = content ? "changed since that run; put it back as it was, or use git"
                                             : "is gone since that run; put it back as it was, or use git"});
      continue;
    }
    now.emplace(entry.target, std::move(*content));
    before.emplace(entry.target, std::move(*old));
  }
  return problems;
}

}  // namespace ferry::rewriter
