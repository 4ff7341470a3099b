// status: how far a migration is. One file a format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <llvm/Support/raw_ostream.h>

#include "model/rule.hpp"

namespace ferry::rewriter {

/// How many old call sites there are of each applicability.
struct Tally {
  std::size_t safe = 0;
  std::size_t unsafe = 0;
  std::size_t manual = 0;

  std::size_t total() const { return safe + unsafe + manual; }
  void add(Applicability applicability, std::size_t count = 1);
  Tally& operator+=(const Tally& other);
  bool operator==(const Tally&) const = default;
};

/// What was left at a revision.
struct Measure {
  std::string commit;
  std::int64_t time = 0;                ///< of the commit, in seconds since 1970
  std::optional<std::size_t> mentions;  ///< of old names in the code, as text
  std::optional<Tally> findings;        ///< as ferry found and recorded them then

  bool operator==(const Measure&) const = default;
};

struct MigrationStatus {
  std::string project;                        ///< the root's name
  std::map<std::string, Tally> rules;         ///< by identifier
  std::map<std::string, std::string> titles;  ///< rule -> what it is about, where that is known
  std::map<std::string, Tally> files;         ///< by path below the root
  std::vector<Measure> history;               ///< by time; empty without git
  std::vector<std::string> not_counted;  ///< old names that `mentions` leaves out: they are used for other
                                         ///< things, too
  std::size_t errors = 0;  ///< what could not be analysed: then there may be more than is known
};

/// All of it.
Tally total(const MigrationStatus& status);

std::map<std::string, Tally> by_directory(const MigrationStatus& status);

/// From the most mentions of old names that there ever were, at their last time, to those there are.
struct Progress {
  std::size_t most = 0;
  std::int64_t when = 0;
  std::size_t now = 0;
  std::int64_t since = 0;  ///< the time of the last revision
};

/// Empty when the history knows of no mentions.
std::optional<Progress> progress(const MigrationStatus& status);

/// Tables by rule and by directory, and how it has gone.
void print_status_text(llvm::raw_ostream& out, const MigrationStatus& status);
/// One JSON object: docs/cli.md describes it.
void print_status_json(llvm::raw_ostream& out, const MigrationStatus& status);
/// A page of its own, without scripts and outside resources: a burn-down, a treemap, the tables.
void print_status_html(llvm::raw_ostream& out, const MigrationStatus& status);

}  // namespace ferry::rewriter
