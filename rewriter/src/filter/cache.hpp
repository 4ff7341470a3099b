// The cache: what earlier runs found out about units whose inputs have not changed since.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/file_states.hpp"
#include "model/finding.hpp"
#include "model/job.hpp"

namespace ferry::rewriter {

/// What is known of a unit after a scan, and after the analysis if it needed one.
struct KnownUnit {
  std::vector<std::string> annotated;  ///< see Scan
  Analysis analysis;
};

/// Entries are files of one directory; each names what the unit has looked up, where nothing was, too, and
/// counts as long as all of that is as it was. Several programs may use a directory at a time.
class Cache {
 public:
  /// `settings` is everything besides a job and its inputs that its findings depend on. `states` must outlive
  /// the cache.
  Cache(std::string directory, std::string settings, FileStates& states);

  /// Thread safety: may be called for several jobs at once.
  std::optional<KnownUnit> find(const Job& job) const;
  /// `lookups` is what the unit has looked up. A unit that cannot be stored is not.
  void store(const Job& job, const std::vector<FileStates::Number>& lookups, const KnownUnit& unit) const;
  /// Removes what has not been used for longest, while the directory is larger than it may be.
  void prune() const;

 private:
  std::string file_of(const Job& job) const;

  std::string directory_;
  std::string settings_;
  FileStates& states_;
};

/// Changes with every build of ferry and of the Clang that it uses.
std::string program_digest();

/// The directory that a user's caches of ferry are in; empty when the system knows none.
std::string default_cache_directory();

}  // namespace ferry::rewriter
