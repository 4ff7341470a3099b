// The cache: what earlier runs found out about units whose inputs have not changed since.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <llvm/ADT/StringMap.h>

#include "filter/filter.hpp"
#include "filter/project_texts.hpp"
#include "frontend/file_states.hpp"
#include "model/finding.hpp"
#include "model/job.hpp"

namespace ferry::rewriter {

struct CacheEntry;

/// What is known of a unit after a scan, and after the analysis if it needed one.
struct KnownUnit {
  std::vector<std::string> annotated;  ///< see Scan
  Analysis analysis;
};

/// Entries are files of one directory; each names what the unit has looked up, where nothing was, too, and
/// counts as long as all of that is as it was. Where nothing was found, texts of the project may change as
/// long as nothing old can be in them; see Vocabulary. Several programs may use a directory at a time.
class Cache {
 public:
  /// `settings` is everything besides a job and its inputs that its findings depend on. `states` must outlive
  /// the cache.
  Cache(std::string directory, std::string settings, FileStates& states);

  /// Thread safety: may be called for several jobs at once.
  std::optional<KnownUnit> find(const Job& job) const;
  /// `scan` is that of the job, and `vocabulary` what its analysis had, if anything. A unit that cannot be
  /// stored is not.
  void store(const Job& job, const Scan& scan, const Analysis& analysis,
             const std::optional<Vocabulary>& vocabulary) const;
  /// Removes what has not been used for longest, while the directory is larger than it may be.
  void prune() const;

 private:
  using Number = FileStates::Number;

  /// Whether everything that is named in a chunk of an entry's dependencies is as it was.
  bool is_unchanged(const std::string& chunk) const;
  /// Whether anything old may be in any of the texts, of which some have changed.
  bool may_say_old(const Vocabulary& vocabulary, const std::set<Number>& texts,
                   const std::set<Number>& changed) const;
  void write(const Job& job, const std::vector<Number>& lookups, const std::set<Number>& texts,
             CacheEntry entry) const;
  std::string file_of(const Job& job) const;

  std::string directory_;
  std::string settings_;
  FileStates& states_;
  mutable ProjectTexts texts_;
  mutable std::mutex mutex_;
  mutable llvm::StringMap<bool> chunks_;  // whether unchanged: units have most in common
};

/// Changes with every build of ferry and of the Clang that it uses.
std::string program_digest();

/// The directory that a user's caches of ferry are in; empty when the system knows none.
std::string default_cache_directory();

}  // namespace ferry::rewriter
