/// Compile commands, and what they cost.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bench {

struct CompileCommand {
  std::string directory, command, file;
};

/// What `compile_commands.json` says. Throws when it cannot be read.
std::vector<CompileCommand> read_compile_commands(const std::filesystem::path& file);

/// What a program costs, with the processes that it starts.
struct Cost {
  double cpu_ms = 0;    ///< user and system time
  double clock_ms = 0;  ///< time on the clock
  double resident = 0;  ///< megabytes of the largest process at its peak
};

/// Throws when the program exits with another status than 0 or `also_good`.
Cost cost_of(const std::vector<std::string>& command, int also_good = 0);
double cpu_ms(const std::vector<std::string>& command, int also_good = 0);
/// Of a compiler that only looks whether a file is right. `flags` are added to its command.
Cost cost_of_syntax_only(const CompileCommand& command, const std::string& flags = "");
double syntax_only_ms(const CompileCommand& command);

}  // namespace bench
