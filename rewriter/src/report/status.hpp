// status: how far the migration is, as counts.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <llvm/Support/raw_ostream.h>

#include "model/plan.hpp"
#include "model/rule.hpp"

namespace ferry::rewriter {

/// Old call sites, by applicability.
struct Counts {
  std::size_t safe = 0;
  std::size_t unsafe = 0;
  std::size_t manual = 0;

  std::size_t total() const { return safe + unsafe + manual; }
  void add(Applicability applicability);
  void add(const Counts& other);
};

/// A rule, a directory or a file.
struct StatusRow {
  std::string name;   ///< a path is relative to the root
  std::string title;  ///< of a rule, if it has a card
  Counts counts;
  std::size_t files = 0;  ///< with old call sites
  std::size_t lines = 0;  ///< of a directory's own files, or of a file
};

/// One revision of the project.
struct Sample {
  std::string revision;  ///< empty for the work tree as it is
  std::string date;      ///< of the commit, YYYY-MM-DDTHH:MM:SSZ
  std::string subject;   ///< the first line of its message
  Counts counts;
  std::size_t suppressed = 0;
  std::size_t errors = 0;  ///< what could not be analysed: there may be more than is counted
};

struct Status {
  std::string project;   ///< the name of the root
  std::string revision;  ///< of HEAD; empty without git
  std::string date;      ///< of that commit
  std::string version;   ///< of the program
  Counts counts;
  std::size_t rewritten = 0;         ///< how many `ferry fix` rewrites
  std::size_t rewritten_unsafe = 0;  ///< how many it does with --unsafe
  std::size_t suppressed = 0;
  std::vector<StatusRow> rules;        ///< sorted by name, as all of these
  std::vector<StatusRow> directories;  ///< those with sources, each without what is in directories below it
  std::vector<StatusRow> files;        ///< all that the project's units read, with old call sites or not
  std::vector<Sample> history;         ///< the oldest first; empty when it was not asked for
  Problems problems;
};

/// Counts the plan's findings, as far as they are old call sites and no comment accepts them. `lines` has the
/// files that are looked at, absolute, with the number of their lines.
Status status_of(const Plan& plan, const std::map<std::string, std::size_t>& lines, const std::string& root,
                 const Rules& rules);

/// For a person: a summary, and tables by rule, by directory and of the history. The directories with most
/// come first.
void print_status_table(llvm::raw_ostream& out, const Status& status);

/// One JSON object: docs/cli.md describes it.
void print_status_json(llvm::raw_ostream& out, const Status& status);

/// A page that stands by itself: it loads nothing.
void print_status_html(llvm::raw_ostream& out, const Status& status);

}  // namespace ferry::rewriter
