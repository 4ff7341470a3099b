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

double cpu_ms(const std::vector<std::string>& command, int also_good) {
  auto process = Process::start(command);
  (void)process.read_all();
  const auto exit = process.wait();
  if (exit.status != 0 && exit.status != also_good)
    throw std::runtime_error(command.back() + " exited with " + std::to_string(exit.status));
  return std::chrono::duration<double, std::milli>(exit.cpu).count();
}

double syntax_only_ms(const CompileCommand& command) {
  // Of several things to do, clang does the one that stops earliest.
  return cpu_ms(
      {"/bin/sh", "-c", R"(cd "$1" && eval "$2 -fsyntax-only")", "sh", command.directory, command.command});
}

}  // namespace bench
