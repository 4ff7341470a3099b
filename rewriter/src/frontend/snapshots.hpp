// Snapshots: processes that have parsed what a unit includes, and wait for its text to change.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/results.hpp"
#include "model/job.hpp"
#include "support/stamps.hpp"

namespace ferry::rewriter {

/// The compiler's whole state behind a unit's headers, kept from one run to the next of the same program. A
/// unit whose headers have not changed since is parsed from there. The processes end with the object, and
/// with the process that made it, however that ends.
class Snapshots {
 public:
  /// So many are kept at a time; the one that was not asked for longest has to go.
  static constexpr std::size_t kMost = 4;

  Snapshots() = default;
  Snapshots(const Snapshots&) = delete;
  Snapshots& operator=(const Snapshots&) = delete;
  ~Snapshots();

  /// Parses the job again from where its headers end, with its text as it is now: what UnitWork::result gave.
  /// Nothing when that cannot be done: there is no snapshot, a file that the unit has looked up is another
  /// one by now, or there is an error or a doubt.
  std::optional<std::string> parse(const Job& job);
  /// Whether there still is a snapshot of the job.
  bool has(const Job& job) { return find(job) != snapshots_.end(); }

  /// To be said before a process is started that will serve(): `lookups` is all that the unit has looked up.
  /// Gives the snapshot's number.
  std::size_t expect(const Job& job, std::vector<Stamp> lookups);
  /// In a process that is to be the snapshot: waits for questions, and returns in a new process for each.
  /// Ends with the process that asks.
  void serve(std::size_t number);
  /// Where a process that serve() has returned in leaves what it found out.
  void put(std::size_t number, std::string_view bytes) const { results_.put(number, bytes); }

 private:
  struct Snapshot {
    std::size_t number = 0;
    Job job;
    std::vector<Stamp> stamps;
    int asking = -1;   // one end of a connection
    int serving = -1;  // the other one
  };

  std::list<Snapshot>::iterator find(const Job& job);
  void drop(std::list<Snapshot>::iterator snapshot);

  std::size_t next_ = 0;
  std::list<Snapshot> snapshots_;  // the one asked last comes first
  Results results_;
};

}  // namespace ferry::rewriter
