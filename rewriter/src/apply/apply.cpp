#include "apply/apply.hpp"

#include <unistd.h>

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "apply/journal.hpp"
#include "model/digest.hpp"

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;

// Where the bytes are, behind any link.
std::string target_of(const std::string& path) {
  llvm::SmallString<256> real;
  return fs::real_path(path, real) ? path : std::string(real);
}

// What speaks against replacing this file, in words; empty when nothing does.
std::string objection(const std::string& target, const std::string& before) {
  const auto content = read_bytes(target);
  if (!content) return "the file cannot be read; nothing was written";
  if (*content != before) return "the file changed while ferry ran; nothing was written: run ferry again";
  fs::file_status status;
  // The owner's wish counts even where the user, root for one, could write all the same.
  if (fs::status(target, status) || (status.permissions() & fs::all_write) == 0 || !fs::can_write(target))
    return "the file is read-only; nothing was written: make it writable or leave it out with --exclude";
  return {};
}

std::error_code write_temporary(const JournalEntry& entry, std::string_view content) {
  fs::file_status status;
  if (const auto error = fs::status(entry.target, status)) return error;
  if (const auto error = write_durably(entry.temporary, content, /*must_be_new=*/false)) return error;
  // Only root can give a file away; for anyone else it is theirs already, or the group decides nothing.
  [[maybe_unused]] const int kept = ::chown(entry.temporary.c_str(), status.getUser(), status.getGroup());
  return fs::setPermissions(entry.temporary, status.permissions());
}

void roll_back(const std::string& root, const Journal& journal) {
  for (const JournalEntry& entry : journal.entries) fs::remove(entry.temporary);
  fs::remove(journal_path(root));
}

Problem failure(const std::string& path, std::error_code error) {
  return {.file = path, .message = "cannot be written (" + error.message() + "); nothing was changed"};
}

}  // namespace

Applied apply(const Texts& before, const Texts& after, const std::string& root) {
  Applied result;
  Journal journal;
  std::vector<std::string> contents;
  for (const auto& [path, text] : after) {
    if (before.at(path) == text) continue;
    const std::string target = target_of(path);
    if (std::string words = objection(target, before.at(path)); !words.empty())
      result.problems.push_back({.file = path, .message = std::move(words)});
    const std::string directory = llvm::sys::path::parent_path(target).str();
    const std::string name = llvm::sys::path::filename(target).str();
    journal.entries.push_back({.temporary = directory + "/." + name + ".ferry-new",
                               .target = target,
                               .before = digest(before.at(path))});
    contents.push_back(text);
    result.written.push_back(path);
  }
  const auto give_up = [&](Problem problem) {
    roll_back(root, journal);
    return Applied{.problems = {std::move(problem)}};
  };

  if (!result.problems.empty()) return {.problems = std::move(result.problems)};
  if (journal.entries.empty()) return result;
  if (const auto error = write_journal(root, journal))
    return {.problems = {{.file = journal_path(root),
                          .message = "the journal cannot be written (" + error.message() +
                                     "); nothing was changed: see whether another ferry runs here"}}};
  for (std::size_t i = 0; i < contents.size(); ++i)
    if (const auto error = write_temporary(journal.entries[i], contents[i]))
      return give_up(failure(result.written[i], error));
  journal.is_complete = true;
  if (const auto error = write_journal(root, journal)) return give_up(failure(journal_path(root), error));
  // From here on the run counts as done: what is not renamed now is renamed by recover().
  for (std::size_t i = 0; i < journal.entries.size(); ++i)
    if (const auto error = fs::rename(journal.entries[i].temporary, journal.entries[i].target))
      return {.problems = {{.file = result.written[i],
                            .message = "cannot be replaced (" + error.message() +
                                       "); run ferry fix again to finish what this run has begun"}}};
  fs::remove(journal_path(root));
  return result;
}

bool is_interrupted(const std::string& root) { return fs::exists(journal_path(root)); }

Problems recover(const std::string& root) {
  const auto journal = read_journal(root);
  if (!journal) return {};
  if (!journal->is_complete) {
    roll_back(root, *journal);
    return {};
  }
  Problems problems;
  for (const JournalEntry& entry : journal->entries) {
    if (!fs::exists(entry.temporary)) continue;  // renamed before the interruption
    const auto content = read_bytes(entry.target);
    if (content && digest(*content) == entry.before) {
      if (const auto error = fs::rename(entry.temporary, entry.target)) {
        problems.push_back({.file = entry.target, .message = "cannot be replaced (" + error.message() + ")"});
        return problems;  // the journal stays
      }
    } else {
      fs::remove(entry.temporary);
      problems.push_back({.file = entry.target,
                          .message = "changed since an earlier run of ferry was interrupted; left as it is"});
    }
  }
  fs::remove(journal_path(root));
  return problems;
}

}  // namespace ferry::rewriter
