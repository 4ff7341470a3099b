// Records: what the last runs did, for `undo`.
#pragma once

#include <optional>
#include <string>

#include "apply/journal.hpp"
#include "apply/tree.hpp"
#include "model/finding.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

/// One run that has written.
struct Record {
  std::string name;
  Journal journal;
};

/// The last run that wrote in the tree and has not been taken back; empty when none is known.
std::optional<Record> last_record(const Tree& tree);

/// Turns the journal that lies at `stage` into the tree's last record, and forgets the oldest ones. Where
/// there is no place for records the journal is removed.
std::error_code keep_record(const Tree& tree, const Journal& journal, Stage stage);

/// Adds a record of what needs no journal, as commits.
std::error_code add_record(const Tree& tree, const Journal& journal);

/// Removes a record.
std::error_code drop_record(const Tree& tree, const std::string& name);

/// The texts of the record's files, as they are and as they were before the run. Problems name those that
/// have changed since the run, for which the texts are missing.
Problems take_back(const Record& record, Texts& now, Texts& before);

}  // namespace ferry::rewriter
