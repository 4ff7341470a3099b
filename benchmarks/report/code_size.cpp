#include "report/code_size.hpp"

#include <filesystem>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "report/programs.hpp"

namespace bench {
namespace {

/// Bytes of code and constants, by binutils' `size`: text, data, bss, their sum, the name.
double text_bytes(const std::string& program) {
  const std::vector<std::string> lines = split(output_of({"size", program}), '\n');
  double text = 0;
  if (lines.size() < 2 || !(std::istringstream(lines[1]) >> text))
    throw std::runtime_error("size says nothing of " + program);
  return text;
}

}  // namespace

Table measure_code_size(const Options& options) {
  const std::vector<std::string> peers{"0.2", "1.x"};
  Table table{"code_size", "A program of the 0.2 API and what it migrates to", "Bytes of code and constants",
              peers, each_other(peers)};
  if (!std::regex_search("code_size", std::regex(options.filter)) || options.twins.empty()) return table;
  Row& row = table.row(std::filesystem::path(options.twins.back()).filename(), "–");
  for (std::size_t i = 0; i < peers.size(); ++i)
    row.samples[peers[i]].push_back(text_bytes(options.twins[i]));
  return table;
}

}  // namespace bench
