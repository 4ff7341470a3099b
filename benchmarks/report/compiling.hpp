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

/// CPU time in milliseconds of a program. Throws when it exits with another status than 0 or `also_good`.
double cpu_ms(const std::vector<std::string>& command, int also_good = 0);
/// The same of a compiler that only looks whether a file is right.
double syntax_only_ms(const CompileCommand& command);

}  // namespace bench
