#include "report/compiling.hpp"

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <boost/json.hpp>

#include "support/process.hpp"

namespace bench {

namespace json = boost::json;

std::vector<CompileCommand> read_compile_commands(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  std::vector<CompileCommand> commands;
  const json::value database = json::parse(text.str());
  for (const json::value& entry : database.as_array()) {
    commands.push_back({std::string(entry.at("directory").as_string()),
                        std::string(entry.at("command").as_string()),
                        std::string(entry.at("file").as_string())});
  }
  return commands;
}

Cost cost_of(const std::vector<std::string>& command, int also_good) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  constexpr double kMegabyte = 1 << 20;
  const auto start = std::chrono::steady_clock::now();
  auto process = Process::start(command);
  (void)process.read_all();
  const auto exit = process.wait();
  if (exit.status != 0 && exit.status != also_good)
    throw std::runtime_error(command.back() + " exited with " + std::to_string(exit.status));
  return {.cpu_ms = Milliseconds(exit.cpu).count(),
          .clock_ms = Milliseconds(std::chrono::steady_clock::now() - start).count(),
          .resident = static_cast<double>(exit.most_resident) / kMegabyte};
}

double cpu_ms(const std::vector<std::string>& command, int also_good) {
  return cost_of(command, also_good).cpu_ms;
}

Cost cost_of_syntax_only(const CompileCommand& command, const std::string& flags) {
  // Of several things to do, clang does the one that stops earliest.
  return cost_of({"/bin/sh", "-c", R"(cd "$1" && eval "$2 -fsyntax-only $3" 2>/dev/null)", "sh",
                  command.directory, command.command, flags});
}

double syntax_only_ms(const CompileCommand& command) { return cost_of_syntax_only(command).cpu_ms; }

}  // namespace bench
