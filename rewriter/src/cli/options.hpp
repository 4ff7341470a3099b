// The command line, read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "discover/discover.hpp"
#include "model/rule.hpp"

namespace ferry::rewriter {

enum class ExitStatus { Done = 0, FindingsRemain = 1, BadUsage = 2, Failed = 3 };

enum class Format { Text, Json };

struct Output {
  Format format = Format::Text;
  std::string file;  ///< empty: standard output, or what -o names
};

/// What `check` and `fix` take.
struct RunOptions {
  DiscoverOptions discover;
  std::vector<std::string> select;  ///< identifiers or prefixes of them; empty: every rule
  std::vector<std::string> ignore;
  std::vector<Output> outputs;
  std::string output_file;  ///< -o
  unsigned threads = 1;
  bool unsafe = false;
  bool verify = true;
  bool diff = false;
  std::string color = "auto";
  std::optional<std::string> cache;  ///< --cache; empty: the user's
  bool use_cache = true;
  bool shortcuts = true;
};

struct Options {
  std::string command;  ///< "check", "fix", "rules", "explain"
  RunOptions run;
  std::string rule;  ///< of `explain`
};

/// Reads the command line. Empty when there is nothing to run: `status` then is the program's, and what is to
/// be said has been printed.
std::optional<Options> parse_command_line(int argc, const char* const* argv, ExitStatus& status);

/// Whether --select and --ignore leave a rule in.
bool is_selected(const RunOptions& options, std::string_view rule);

}  // namespace ferry::rewriter
