// shards: one check on many machines, each with a part of the jobs, and the results joined.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discover/discover.hpp"
#include "model/finding.hpp"

namespace ferry::rewriter {

/// Which part of a run: the `number`th of `count`, from 1.
struct Shard {
  unsigned number = 1;
  unsigned count = 1;
};

/// Reads "2/5". On failure `error` says what is expected.
std::optional<Shard> parse_shard(std::string_view text, std::string& error);

/// The shard's part of these jobs: every `count`th. Each job is in one shard's part, and parts differ by one
/// job at most, however long the jobs take.
std::vector<std::size_t> part_of(const std::vector<std::size_t>& jobs, Shard shard);

/// What is known of one job.
struct ShardUnit {
  std::size_t job = 0;
  bool is_scanned = false;             ///< what it reads is known
  bool is_candidate = false;           ///< it had to be analysed
  std::vector<std::string> annotated;  ///< the files with annotations that it reads
  std::string analysis;                ///< packed; of a job that was not analysed, what it reads only
};

/// A file as a shard has seen it.
struct SeenFile {
  std::string path;    ///< absolute
  std::string digest;  ///< of its text
};

/// What one shard gives: all that a run of the whole needs to know of its part.
struct ShardResult {
  std::string program;  ///< tells builds of ferry apart
  unsigned number = 0;
  unsigned count = 0;
  std::string root;                ///< absolute
  DiscoverOptions discover;        ///< what was asked for; lists of files are read
  std::vector<std::string> rules;  ///< --select, --ignore and --rule, as words
  std::string jobs;                ///< digest of the commands, and of which of them were asked for
  std::vector<ShardUnit> units;
  std::vector<SeenFile> files;  ///< that any of the units reads, below the root
};

/// The result as bytes.
std::string pack(const ShardResult& result);
/// What pack() gave; empty when `bytes` are anything else.
std::optional<ShardResult> unpack_shard(std::string_view bytes);

/// Tells commands and choices apart.
std::string digest_of(const Discovery& discovery);

/// A result and the name of its file.
struct ShardFile {
  std::string name;
  ShardResult result;
};

/// Joins the results of all shards of one run into one. They must be of one program, one tree and one set of
/// options, and each there once: otherwise `error` says which file does not go with which, and what to do.
std::optional<ShardResult> join(std::vector<ShardFile> files, Problem& error);

/// Whether the disk still has the files that the shards have seen.
bool is_same_tree(const ShardResult& joined, Problem& error);

}  // namespace ferry::rewriter
