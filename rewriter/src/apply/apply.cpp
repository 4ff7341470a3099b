#include "apply/apply.hpp"

#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "apply/journal.hpp"
#include "apply/records.hpp"
#include "apply/replace.hpp"
#include "model/digest.hpp"
#include "model/scope.hpp"
#include "support/files.hpp"
#include "support/git.hpp"

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;

std::string directory_of(const std::string& path) { return llvm::sys::path::parent_path(path).str(); }

// The owner's wish counts even where the user, root for one, could write all the same.
bool is_read_only(const std::string& path) {
  fs::file_status status;
  return fs::status(path, status) || (status.permissions() & fs::all_write) == 0 || !fs::can_write(path);
}

// What speaks against replacing this file, in words; empty when nothing does.
std::string objection(const std::string& target, const std::string& before, const std::string& root) {
  if (!is_below(target, root))
    return "a link leads out of the root; nothing was written: leave it out with --exclude";
  const auto content = read_bytes(target);
  if (!content) return "the file cannot be read; nothing was written";
  if (*content != before) return "the file changed while ferry ran; nothing was written: run ferry again";
  if (is_read_only(target))
    return "the file is read-only; nothing was written: make it writable or leave it out with --exclude";
  if (!must_stay(target) && is_read_only(directory_of(target)))
    return "its directory is read-only; nothing was written: make it writable or leave the file out with "
           "--exclude";
  return {};
}

// What the target of an entry holds.
enum class Holds {
  Before,
  After,
  Torn,   // some of the new content, which is being written in place
  Other,  // somebody has changed or removed it
};

Holds look(const JournalEntry& entry) {
  const auto content = read_bytes(entry.target);
  if (!content) return Holds::Other;
  const std::string known = digest(*content);
  if (known == entry.after) return Holds::After;
  if (known == entry.before) return Holds::Before;
  if (!entry.is_in_place) return Holds::Other;
  const auto after = read_bytes(entry.temporary);
  const auto before = after ? reverse(*after, entry.back) : std::nullopt;
  return before && is_torn(*content, *before, *after) ? Holds::Torn : Holds::Other;
}

// Gives the target its new content. Says what is in the way; nothing may be done then until that is away.
std::optional<Problem> replace(const JournalEntry& entry) {
  const auto now = look(entry);
  if (now == Holds::After) return std::nullopt;
  if (now == Holds::Other) {
    // Without the temporary file it had been replaced, and somebody has gone on from there.
    if (!fs::exists(entry.temporary)) return std::nullopt;
    return Problem{.file = entry.target,
                   .message = "the file changed while it was to be written; nothing was changed"};
  }
  std::error_code error;
  if (entry.is_in_place) {
    const auto content = read_bytes(entry.temporary);
    error = content ? write_in_place(entry.target, *content)
                    : std::make_error_code(std::errc::no_such_file_or_directory);
  } else {
    error = fs::rename(entry.temporary, entry.target);
  }
  if (!error) return std::nullopt;
  return Problem{.file = entry.target,
                 .message = "cannot be replaced (" + error.message() + "); nothing was changed"};
}

// Gives the target its old content. An error means that it has to be tried again; what somebody has changed
// is left.
std::error_code put_back(const JournalEntry& entry, Problems& problems) {
  const auto now = look(entry);
  if (now == Holds::Before) return {};
  const auto after = read_bytes(now == Holds::Torn ? entry.temporary : entry.target);
  const auto before = after ? reverse(*after, entry.back) : std::nullopt;
  if (now == Holds::Other || !before || digest(*before) != entry.before) {
    problems.push_back(
        {.file = entry.target, .message = "changed by somebody else meanwhile; left as it is"});
    return {};
  }
  if (entry.is_in_place) return write_in_place(entry.target, *before);
  if (const auto error = remove_file(entry.temporary))
    return error;  // from putting back that was interrupted
  if (const auto error = write_temporary(entry.temporary, entry.target, *before)) return error;
  if (const auto error = sync(entry.temporary)) return error;
  return fs::rename(entry.temporary, entry.target);
}

void sync_directories(const Journal& journal) {
  std::set<std::string> directories;
  for (const JournalEntry& entry : journal.entries) directories.insert(directory_of(entry.target));
  for (const std::string& directory : directories) (void)sync(directory);
}

std::error_code remove_temporaries(const Journal& journal) {
  for (const JournalEntry& entry : journal.entries)
    if (const auto error = remove_file(entry.temporary)) return error;
  return {};
}

Problem unfinished(const Tree& tree, std::error_code error) {
  return {.file = tree.journal,
          .message = "could not be finished (" + error.message() + "); put that right and run ferry again"};
}

// A run that has touched no file is forgotten.
Problems drop(const Tree& tree, const Journal& journal) {
  auto error = remove_temporaries(journal);
  if (!error) error = end_journal(tree, Stage::Begun);
  if (error) return {unfinished(tree, error)};
  return {};
}

// From Stage::Withdrawn to the end.
Problems go_back(const Tree& tree, const Journal& journal) {
  Problems problems;
  for (const JournalEntry& entry : journal.entries)
    if (const auto error = put_back(entry, problems)) {
      problems.push_back({.file = entry.target, .message = "cannot be put back (" + error.message() + ")"});
      problems.push_back(unfinished(tree, error));
      return problems;
    }
  sync_directories(journal);
  auto error = remove_temporaries(journal);
  if (!error) error = end_journal(tree, Stage::Withdrawn);
  if (error) problems.push_back(unfinished(tree, error));
  return problems;
}

Problems turn_back(const Tree& tree, const Journal& journal) {
  if (const auto error = advance_journal(tree, Stage::Committed, Stage::Withdrawn))
    return {unfinished(tree, error)};
  (void)sync_journal(tree);
  return go_back(tree, journal);
}

// Everything is replaced: the journal becomes a record.
std::error_code conclude(const Tree& tree, const Journal& journal) {
  sync_directories(journal);
  if (const auto error = remove_temporaries(journal)) return error;
  if (journal.takes_back.empty() && journal.base.empty()) return keep_record(tree, journal, Stage::Committed);
  if (!journal.takes_back.empty())
    if (const auto error = drop_record(tree, journal.takes_back)) return error;
  return end_journal(tree, Stage::Committed);
}

// From Stage::Committed on: replaces every file, or puts all back. Problems say why it had to.
Problems go_forward(const Tree& tree, const Journal& journal) {
  for (const JournalEntry& entry : journal.entries)
    if (auto problem = replace(entry)) {
      Problems problems = {std::move(*problem)};
      std::ranges::move(turn_back(tree, journal), std::back_inserter(problems));
      return problems;
    }
  return {};
}

std::optional<Journal> read_journal(const Tree& tree, Stage stage) {
  const auto text = read_bytes(journal_path(tree, stage));
  return text ? parse_journal(*text, tree.top) : std::nullopt;
}

}  // namespace

Applied apply(const Texts& before, const Texts& after, const ApplyOptions& options) {
  const Tree& tree = options.tree;
  const std::string root = real_path(options.root);
  Applied result;
  Journal journal{.when = time_now(),
                  .what = options.what,
                  .takes_back = options.takes_back,
                  .base = options.base,
                  .commits = {},
                  .entries = {}};
  std::vector<std::string_view> contents;
  std::map<fs::UniqueID, std::size_t> known;  // one file may have several names: links
  for (const auto& [path, text] : after) {
    const std::string& old = before.at(path);
    if (old == text) continue;
    const std::string target = real_path(path);
    if (std::string words = objection(target, old, root); !words.empty()) {
      result.problems.push_back({.file = path, .message = std::move(words)});
      continue;
    }
    fs::UniqueID id;
    (void)fs::getUniqueID(target, id);
    const auto [same, is_new] = known.emplace(id, contents.size());
    if (!is_new && contents[same->second] != text)
      result.problems.push_back({.file = path,
                                 .message = "is the same file as " + journal.entries[same->second].target +
                                            ", which is to be written differently; nothing was written"});
    result.written.push_back(path);
    if (!is_new) continue;
    journal.entries.push_back({.target = target,
                               .temporary = temporary_name(target),
                               .before = digest(old),
                               .after = digest(text),
                               .is_in_place = must_stay(target),
                               .back = reversals(old, text)});
    contents.push_back(text);
  }
  if (!result.problems.empty()) return {.problems = std::move(result.problems)};
  if (journal.entries.empty()) return result;

  if (const auto error = begin_journal(tree, journal))
    return {.problems = {
                {.file = journal_path(tree, Stage::Begun),
                 .message = "the journal cannot be written (" + error.message() + "); nothing was changed"}}};
  const auto give_up = [&](const std::string& path, std::error_code error, auto end) {
    Problems problems = {
        {.file = path, .message = "cannot be written (" + error.message() + "); nothing was changed"}};
    std::ranges::move(end(tree, journal), std::back_inserter(problems));
    return Applied{.written = {}, .problems = std::move(problems)};
  };
  for (std::size_t i = 0; i < contents.size(); ++i)
    if (const auto error =
            write_temporary(journal.entries[i].temporary, journal.entries[i].target, contents[i]))
      return give_up(journal.entries[i].target, error, drop);
  // When all are written, so that the disk works on them meanwhile.
  for (const JournalEntry& entry : journal.entries)
    if (const auto error = sync(entry.temporary)) return give_up(entry.target, error, drop);
  sync_directories(journal);
  if (const auto error = advance_journal(tree, Stage::Begun, Stage::Committed))
    return give_up(tree.journal, error, drop);
  if (const auto error = sync_journal(tree)) return give_up(tree.journal, error, turn_back);

  result.problems = go_forward(tree, journal);
  if (!result.problems.empty()) return {.problems = std::move(result.problems)};
  if (!options.base.empty()) return result;
  if (const auto error = conclude(tree, journal)) result.problems.push_back(unfinished(tree, error));
  return result;
}

bool is_interrupted(const Tree& tree) { return journal_stage(tree).has_value(); }

Recovered recover(const Tree& tree) {
  const auto stage = journal_stage(tree);
  if (!stage) return {};
  const auto journal = read_journal(tree, *stage);
  if (!journal) {
    // It was interrupted while it was written: there is nothing else yet.
    if (*stage == Stage::Begun) return {.what = {}, .problems = drop(tree, {})};
    return {.what = {},
            .problems = {{.file = journal_path(tree, *stage),
                          .message =
                              "the journal of an interrupted run is damaged; compare the files with what you "
                              "have of them, remove those named .ferry-*, then this journal"}}};
  }
  Recovered result{.how = Recovered::How::TakenBack, .what = journal->what, .problems = {}};
  if (*stage == Stage::Begun) {
    result.problems = drop(tree, *journal);
  } else if (*stage == Stage::Withdrawn) {
    result.problems = go_back(tree, *journal);
  } else if (!journal->base.empty() && run_git(tree.top, {"rev-parse", "HEAD"}).out == journal->base + "\n") {
    result.problems = turn_back(tree, *journal);
  } else {
    result.problems = go_forward(tree, *journal);
    if (result.problems.empty()) {
      result.how = Recovered::How::Finished;
      if (const auto error = conclude(tree, *journal)) result.problems.push_back(unfinished(tree, error));
    }
  }
  return result;
}

void settle(const Tree& tree) {
  if (const auto journal = read_journal(tree, Stage::Committed)) (void)conclude(tree, *journal);
}

Problems withdraw(const Tree& tree) {
  const auto journal = read_journal(tree, Stage::Committed);
  return journal ? turn_back(tree, *journal) : Problems();
}

}  // namespace ferry::rewriter
