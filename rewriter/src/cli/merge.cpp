#include <string>
#include <utility>
#include <vector>

#include <llvm/ADT/StringRef.h>

#include "cli/commands.hpp"
#include "cli/words.hpp"
#include "discover/shards.hpp"
#include "support/files.hpp"

namespace ferry::rewriter {
namespace {

std::optional<ShardResult> read_results(const std::vector<std::string>& names) {
  std::vector<ShardFile> files;
  for (const std::string& name : names) {
    const auto bytes = read_bytes(name);
    auto result = bytes ? unpack_shard(*bytes) : std::nullopt;
    if (!result) {
      print_usage_error(name +
                        ": not the result of a shard, or not all of it; `ferry check --shard` writes them");
      return std::nullopt;
    }
    files.push_back({.name = name, .result = *std::move(result)});
  }
  Problem error;
  auto joined = join(std::move(files), error);
  if (!joined) print_error(error);
  return joined;
}

// The choices of the shards, in the place of those of a command line.
void take_choices(const ShardResult& joined, RunOptions& options) {
  options.discover = joined.discover;
  for (const std::string& word : joined.rules) {
    llvm::StringRef value(word);
    if (value.consume_front("--select="))
      options.select.push_back(value.str());
    else if (value.consume_front("--pack="))
      options.pack_names.push_back(value.str());
    else if (value.consume_front("--ignore="))
      options.ignore.push_back(value.str());
    else if (value.consume_front("--rule=")) {
      const auto [prefix, what] = value.rsplit('=');
      options.rules.push_back({.prefix = prefix.str(), .applicability = parse_applicability(what)});
    }
  }
}

}  // namespace

ExitStatus run_merge(Options options) {
  auto joined = read_results(options.reports);
  if (!joined) return ExitStatus::BadUsage;
  take_choices(*joined, options.run);
  if (!load_packs(options.run)) return ExitStatus::BadUsage;
  options.run.joined = std::move(joined);
  return options.fix ? run_fix(options.run) : run_check(options.run);
}

}  // namespace ferry::rewriter
