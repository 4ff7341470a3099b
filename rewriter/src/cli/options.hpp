// The command line, read.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discover/discover.hpp"
#include "discover/shards.hpp"
#include "model/place.hpp"
#include "model/rule.hpp"
#include "packs/pack.hpp"

namespace ferry::rewriter {

class Snapshots;

enum class ExitStatus { Done = 0, FindingsRemain = 1, BadUsage = 2, Failed = 3 };

enum class Format { Text, Concise, Json, Sarif, Github, Gitlab, Junit, ClangYaml };

struct Output {
  Format format = Format::Text;
  std::string file;  ///< empty: standard output, or what -o names
};

/// What the edits of some rules are to be taken for.
struct RuleSetting {
  std::string prefix;                          ///< of the rules' identifiers
  std::optional<Applicability> applicability;  ///< empty: the rules are off
};

/// What `check` and `fix` take.
struct RunOptions {
  std::string line;               ///< the command line, for the record of the run
  std::string working_directory;  ///< absolute; what text names files as seen from
  DiscoverOptions discover;
  std::vector<std::string>
      pack_names{};  ///< --pack: names and files; empty: the pack that a run has by itself
  std::shared_ptr<const Packs> packs{};  ///< those, loaded; empty: all that is built in
  std::vector<std::string> files_from;   ///< --files-from: lists that `discover` has the content of
  std::vector<std::string> select;       ///< identifiers or prefixes of them; empty: every rule
  std::vector<std::string> ignore;
  std::vector<RuleSetting> rules;  ///< --rule: what rules are taken for; a later one wins
  std::vector<Output> outputs;
  std::string output_file;  ///< -o
  unsigned threads = 1;
  bool unsafe = false;
  bool verify = true;
  bool diff = false;
  std::string add_nolint;  ///< --add-nolint: the reason; empty without it
  bool allow_dirty = false;
  bool interactive = false;
  bool ask_again = false;
  bool per_rule_commits = false;
  std::optional<std::string> cache;  ///< --cache; empty: the user's
  bool use_cache = true;
  bool shortcuts = true;
  std::string progress = "auto";
  bool statistics = false;
  bool show_suppressed = false;
  std::string today;               ///< --today, YYYY-MM-DD; empty: the date in UTC
  bool watch = false;              ///< --watch
  Snapshots* snapshots = nullptr;  ///< of --watch: what it keeps from one look to the next
  std::string baseline;            ///< --baseline: a file; empty without it
  std::string write_baseline;      ///< --write-baseline: a file; empty without it

  std::string color = "auto";

  std::string status_format = "table";  ///< of `status`: "table", "json" or "html"
  std::size_t history = 0;              ///< of `status`: how many revisions; 0: none
  std::string from;               ///< of `status`: where the history begins; empty: with the first commit
  bool checks_rule_names = true;  ///< false: rules that are not known (yet) are none of the run's

  std::string config_file;  ///< --config, and then the file that was read; empty: the nearest one
  bool no_config = false;
  bool print_config = false;
  std::optional<Shard> shard;                    ///< --shard
  std::optional<ShardResult> joined{};           ///< of `merge`: what the shards have found
  std::map<std::string, std::string> origins{};  ///< option, without dashes -> where a .ferry.yaml sets it
};

/// What `undo` takes.
struct UndoOptions {
  std::string line;       ///< the command line
  std::string directory;  ///< absolute; in the tree that is meant
  bool diff = false;
  std::string color = "auto";
};

struct Options {
  std::string
      command;  ///< "check", "fix", "why", "status", "undo", "merge", "rules", "explain", "test", "init"
  RunOptions run;
  UndoOptions undo;
  std::string rule;                    ///< of `explain`
  std::string pages;                   ///< of `rules`: a directory
  Place place;                         ///< of `why`
  std::vector<std::string> reports;    ///< of `merge`
  bool fix = false;                    ///< of `merge`
  std::string directory = ".";         ///< of `init`
  bool schema = false;                 ///< of `init`
  std::vector<std::string> arguments;  ///< of `lsp`: what follows the command
};

/// Reads the command line. Empty when there is nothing to run: `status` then is the program's, and what is to
/// be said has been printed.
std::optional<Options> parse_command_line(int argc, const char* const* argv, ExitStatus& status);

/// Loads the packs that are named. Says what is wrong with them.
bool load_packs(RunOptions& options);

/// The rules of the run's packs, sorted by id.
Rules rules_of(const RunOptions& options);

/// Whether --select, --ignore and --rule leave a rule in.
bool is_selected(const RunOptions& options, std::string_view rule);

/// The setting of --rule that holds for a rule; nullptr when none does.
const RuleSetting* setting_of(const RunOptions& options, std::string_view rule);

/// What a finding of `rule` is taken for, where --rule says so. What a person must look at stays that.
Applicability applicability_of(const RunOptions& options, std::string_view rule, Applicability found);

}  // namespace ferry::rewriter
