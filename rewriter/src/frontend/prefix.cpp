#include "frontend/prefix.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <llvm/ADT/BitVector.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;
using llvm::BitVector;

// What has to be saved, in bytes of headers that are not parsed again, for another process to pay.
constexpr std::size_t kWorthwhile = std::size_t{64} << 10;

bool is_file_of(const std::string& argument, const Job& job) {
  if (argument.starts_with('-')) return false;
  llvm::SmallString<256> path(argument);
  fs::make_absolute(job.directory, path);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return path == job.file;
}

// The command without what differs from unit to unit: equal ones read the same header in the same way.
std::vector<std::string> shared_command(const Job& job) {
  std::vector<std::string> result = {job.directory};
  for (std::size_t i = 0; i < job.arguments.size(); ++i) {
    const std::string& argument = job.arguments[i];
    if (argument == "-o" || argument == "-MF" || argument == "-MT" || argument == "-MQ")
      ++i;
    else if (!is_file_of(argument, job))
      result.push_back(argument);
  }
  return result;
}

/// Which files a file brings along, by whichever unit, itself included.
class Closures {
 public:
  Closures(std::size_t files, const std::vector<Inclusions>& units) : includes_(files) {
    for (const Inclusions& unit : units)
      for (const Inclusion& directive : unit.directives)
        includes_[directive.includer].push_back(directive.file);
    for (std::vector<std::uint32_t>& included : includes_) {
      std::ranges::sort(included);
      included.erase(std::ranges::unique(included).begin(), included.end());
    }
  }

  const BitVector& of(std::uint32_t file) {
    const auto [entry, is_new] = known_.try_emplace(file);
    if (!is_new) return entry->second;
    BitVector reached(static_cast<unsigned>(includes_.size()));
    std::vector<std::uint32_t> open = {file};
    while (!open.empty()) {
      const std::uint32_t next = open.back();
      open.pop_back();
      if (reached.test(next)) continue;
      reached.set(next);
      open.insert(open.end(), includes_[next].begin(), includes_[next].end());
    }
    return entry->second = std::move(reached);
  }

 private:
  std::vector<std::vector<std::uint32_t>> includes_;
  std::map<std::uint32_t, BitVector> known_;
};

class Planner {
 public:
  Planner(const std::vector<IncludedFile>& files, const std::vector<Inclusions>& units, const Texts& overlay)
      : files_(files), closures_(files.size(), units) {
    for (const auto& [path, text] : overlay)
      if (fs::UniqueID id; !fs::getUniqueID(path, id)) overlaid_.insert(id);
    for (const Inclusions& unit : units) {
      headers_.push_back(headers_of(unit));
      sorted_.push_back(headers_.back());
      std::ranges::sort(sorted_.back());
    }
  }

  /// The jobs behind `prefix`, of whose files `parsed` are parsed already.
  void grow(Prefix& prefix, BitVector parsed, std::vector<std::size_t> jobs) {
    for (const std::uint32_t header : headers_[jobs.front()])
      if (!parsed.test(header) &&
          std::ranges::all_of(jobs, [&](std::size_t job) { return has(job, header); })) {
        prefix.includes.push_back(files_[header].include);
        parsed |= closures_.of(header);
      }
    while (jobs.size() > 1) {
      const auto [header, saved] = best_split(parsed, jobs);
      if (saved < kWorthwhile) break;
      const auto has_header = [&](std::size_t job) { return has(job, header); };
      std::vector<std::size_t> with;
      std::ranges::copy_if(jobs, std::back_inserter(with), has_header);
      std::erase_if(jobs, has_header);
      grow(prefix.branches.emplace_back(), parsed, std::move(with));
    }
    prefix.jobs = std::move(jobs);
  }

 private:
  // What could be in a prefix of the unit, in the order in which it comes by it.
  std::vector<std::uint32_t> headers_of(const Inclusions& unit) {
    std::vector<std::uint32_t> result;
    BitVector seen(static_cast<unsigned>(files_.size()));
    for (const auto& [includer, file] : unit.directives) {
      if (seen.test(file)) continue;
      seen.set(file);
      if (is_sharable(file)) result.push_back(file);
    }
    return result;
  }

  bool is_sharable(std::uint32_t file) {
    const auto [entry, is_new] = sharable_.try_emplace(file, false);
    if (!is_new || files_[file].include.empty() || !files_[file].is_guarded) return entry->second;
    entry->second = true;
    for (const unsigned nested : closures_.of(file).set_bits())
      if (overlaid_.contains(files_[nested].id)) entry->second = false;
    return entry->second;
  }

  bool has(std::size_t job, std::uint32_t header) const {
    return std::ranges::binary_search(sorted_[job], header);
  }

  // The header by which to part the jobs, and what that saves.
  std::pair<std::uint32_t, std::size_t> best_split(const BitVector& parsed,
                                                   const std::vector<std::size_t>& jobs) {
    std::map<std::uint32_t, std::size_t> counts;
    for (const std::size_t job : jobs)
      for (const std::uint32_t header : sorted_[job])
        if (!parsed.test(header)) ++counts[header];
    std::pair<std::uint32_t, std::size_t> best = {0, 0};
    for (const auto& [header, count] : counts) {
      if (count < 2) continue;
      BitVector added = closures_.of(header);
      added.reset(parsed);
      std::size_t bytes = 0;
      for (const unsigned file : added.set_bits()) bytes += files_[file].size;
      if (bytes * (count - 1) > best.second) best = {header, bytes * (count - 1)};
    }
    return best;
  }

  const std::vector<IncludedFile>& files_;
  Closures closures_;
  std::set<fs::UniqueID> overlaid_;
  std::map<std::uint32_t, bool> sharable_;
  std::vector<std::vector<std::uint32_t>> headers_;  // by job, in its order
  std::vector<std::vector<std::uint32_t>> sorted_;
};

}  // namespace

std::vector<Prefix> plan_prefixes(const Jobs& jobs, const std::vector<std::size_t>& which,
                                  const std::vector<IncludedFile>& files,
                                  const std::vector<Inclusions>& units, const Texts& overlay) {
  std::map<std::vector<std::string>, std::vector<std::size_t>> groups;
  Prefix alone;
  for (const std::size_t job : which)
    if (units[job].is_known)
      groups[shared_command(jobs[job])].push_back(job);
    else
      alone.jobs.push_back(job);

  std::vector<Prefix> result;
  Planner planner(files, units, overlay);
  for (auto& [command, group] : groups) {
    Prefix prefix;
    planner.grow(prefix, BitVector(static_cast<unsigned>(files.size())), std::move(group));
    if (!prefix.includes.empty()) {
      result.push_back(std::move(prefix));
      continue;
    }
    std::ranges::move(prefix.branches, std::back_inserter(result));
    std::ranges::move(prefix.jobs, std::back_inserter(alone.jobs));
  }
  std::ranges::sort(alone.jobs);
  if (!alone.jobs.empty()) result.push_back(std::move(alone));
  return result;
}

}  // namespace ferry::rewriter
