// The journal: what a run is about to do to the files, on disk before it does it. Afterwards it is the record
// of what the run did, which `undo` reads.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "apply/tree.hpp"

namespace ferry::rewriter {

/// Leads from a new text to the old one: `length` bytes at `offset` of the new one become `text`.
struct Reversal {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string text;

  bool operator==(const Reversal&) const = default;
};

using Reversals = std::vector<Reversal>;

/// What takes `after` back to `before`, in the order of the text.
Reversals reversals(std::string_view before, std::string_view after);

/// The old text; empty when `after` is not the text that the reversals were made for.
std::optional<std::string> reverse(std::string_view after, const Reversals& reversals);

struct JournalEntry {
  std::string target;        ///< the file to be replaced, behind any link
  std::string temporary;     ///< holds its new content
  std::string before;        ///< digest of the content that is replaced
  std::string after;         ///< digest of the new content
  bool is_in_place = false;  ///< the content is copied into the target, which is not replaced
  Reversals back;

  bool operator==(const JournalEntry&) const = default;
};

/// What one run does. Written once, before any file is touched, and not changed any more: how far the run has
/// come is said by the journal's name.
struct Journal {
  std::string when;        ///< "2025-03-08 14:05"
  std::string what;        ///< the command line
  std::string takes_back;  ///< the name of the record that this run undoes; empty for others
  std::string base;        ///< the commit that was checked out, where the run is to be committed; or empty
  std::vector<std::string> commits;  ///< in a record only: what the run has committed, the first one first
  std::vector<JournalEntry> entries;

  bool operator==(const Journal&) const = default;
};

enum class Stage {
  Begun,      ///< temporary files are being written; no file is touched
  Committed,  ///< files are being replaced: all of them will be
  Withdrawn,  ///< files are being put back: all of them will be
};

/// The time, as `when` has it.
std::string time_now();

/// The journal as text. Paths are as seen from `top`, so that a tree can be moved.
std::string print_journal(const Journal& journal, const std::string& top);
/// Empty when the text is no journal, or only the beginning of one.
std::optional<Journal> parse_journal(std::string_view text, const std::string& top);

/// Where the journal lies at this stage.
std::string journal_path(const Tree& tree, Stage stage);
/// The stage of the journal that is there, if there is one.
std::optional<Stage> journal_stage(const Tree& tree);

/// Writes the journal of a run that begins; there must be none.
std::error_code begin_journal(const Tree& tree, const Journal& journal);
/// Takes the journal to its next stage, in one step.
std::error_code advance_journal(const Tree& tree, Stage from, Stage to);
/// Has the disk keep the stage that the journal is at.
std::error_code sync_journal(const Tree& tree);
/// Removes the journal of a run that has ended.
std::error_code end_journal(const Tree& tree, Stage stage);

}  // namespace ferry::rewriter
