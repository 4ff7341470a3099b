#include "report/rewriter.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <regex>
#include <stdexcept>

#include "report/compiling.hpp"
#include "report/programs.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;

void run_rewriter(const std::string& folder, const std::vector<CompileCommand>& commands,
                  const Options& options, Table& table) {
  constexpr int kFound = 1;
  double compiling = 0;
  for (const CompileCommand& command : commands) compiling += syntax_only_ms(command);
  const double checking = cpu_ms(
      {options.rewriter, "check", "-j", "1", "-p", options.compile_commands.parent_path(), folder}, kFound);
  Row& row = table.row(folder + ", " + std::to_string(commands.size()) + " files", "1");
  row.samples["ferry check"].push_back(checking);
  row.samples["clang++ -fsyntax-only"].push_back(compiling);
}

}  // namespace

Table measure_rewriter(const Options& options) {
  const std::vector<std::string> peers{"ferry check", "clang++ -fsyntax-only"};
  Table table{"rewriter", "The rewriter beside the compiler", "Milliseconds of CPU time for all files", peers,
              each_other(peers)};
  if (!std::regex_search("rewriter", std::regex(options.filter))) return table;
  if (!fs::exists(options.rewriter) || !fs::exists(options.compile_commands)) {
    progress("the rewriter is skipped: it needs --rewriter, --compile-commands and --code");
    return table;
  }
  const std::vector<CompileCommand> database = read_compile_commands(options.compile_commands);
  for (int round = 0; round < options.rounds(); ++round) {
    progress("rewriter, round " + std::to_string(round + 1) + " of " + std::to_string(options.rounds()));
    for (const std::string& folder : options.code) {
      const std::string prefix = fs::canonical(folder).string() + "/";
      std::vector<CompileCommand> commands;
      std::ranges::copy_if(database, std::back_inserter(commands),
                           [&](const CompileCommand& command) { return command.file.starts_with(prefix); });
      if (commands.empty()) throw std::runtime_error("the compile database has no files below " + prefix);
      run_rewriter(folder, commands, options, table);
    }
  }
  return table;
}

}  // namespace bench
