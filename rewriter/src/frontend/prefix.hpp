// Prefixes: what units begin with, so that it is parsed once for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <llvm/Support/FileSystem/UniqueID.h>

#include "model/job.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

/// A file that units include. Files are known by their number in a list that all units of a run share.
struct IncludedFile {
  std::string include;     ///< what includes it anywhere: `<vector>`, `"/path/to/a.hpp"`; empty: nothing does
  std::size_t size = 0;    ///< bytes
  bool is_guarded = true;  ///< including it again does nothing
  llvm::sys::fs::UniqueID id{};
};

/// One directive, as a unit's preprocessing came by it.
struct Inclusion {
  std::uint32_t includer = 0;
  std::uint32_t file = 0;

  auto operator<=>(const Inclusion&) const = default;
};

/// What one unit includes.
struct Inclusions {
  std::vector<Inclusion> directives;  ///< in the order of the preprocessor, also those that had no effect
  bool is_known = false;
};

/// A tree of prefixes: these headers, then either a unit or another prefix.
struct Prefix {
  std::vector<std::string> includes;  ///< in this order
  std::vector<std::size_t> jobs;      ///< the units that are parsed right behind them
  std::vector<Prefix> branches;
};

/// Plans prefixes for the jobs with the numbers `which`; `units[job]` is what a job includes. Every one of
/// them is in the result once, in a tree of jobs with equal commands, behind headers that it includes, none
/// of which reads a file of `overlay`. The last tree may have an empty `includes`: its units share nothing.
std::vector<Prefix> plan_prefixes(const Jobs& jobs, const std::vector<std::size_t>& which,
                                  const std::vector<IncludedFile>& files,
                                  const std::vector<Inclusions>& units, const Texts& overlay);

}  // namespace ferry::rewriter
