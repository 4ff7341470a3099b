#include "report/programs.hpp"

#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "support/process.hpp"

namespace bench {

std::string output_of(const std::vector<std::string>& command) {
  auto process = Process::start(command);
  std::string output = process.read_all();
  if (const int status = process.wait().status; status != 0) {
    throw std::runtime_error(command[0] + " exited with " + std::to_string(status));
  }
  return output;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(text)};
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(std::move(part));
  return parts;
}

void progress(const std::string& what) { std::fprintf(stderr, "bench: %s\n", what.c_str()); }

}  // namespace bench
