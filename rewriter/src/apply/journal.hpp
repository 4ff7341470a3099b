// The journal: what apply() is about to do, on disk before it does it.
#pragma once

#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace ferry::rewriter {

struct JournalEntry {
  std::string temporary;  ///< holds the new content
  std::string target;     ///< the file that it is renamed to
  std::string before;     ///< digest of the content that it replaces
};

struct Journal {
  bool is_complete = false;  ///< every temporary file is written: renaming may have begun
  std::vector<JournalEntry> entries;
};

std::string journal_path(const std::string& root);

/// Writes the journal. A first one must not find another: that run is still going on or was interrupted.
std::error_code write_journal(const std::string& root, const Journal& journal);

/// Empty when there is none. One that cannot be read, as from an interrupted first write, has no entries.
std::optional<Journal> read_journal(const std::string& root);

/// Reads a whole file, byte by byte.
std::optional<std::string> read_bytes(const std::string& path);

/// Writes a new file and has the disk keep it.
std::error_code write_durably(const std::string& path, std::string_view content, bool must_be_new);

}  // namespace ferry::rewriter
