#include "report/headers.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <stdexcept>

#include "report/compiling.hpp"
#include "report/programs.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;

/// A source file of one line, for as long as this lives.
class Including {
 public:
  explicit Including(const std::string& header)
      : file_(fs::temp_directory_path() / ("ferry-bench-" + fs::path(header).stem().string() + ".cpp")) {
    std::ofstream(file_) << "#include <" << header << ">\n";
  }
  Including(const Including&) = delete;
  Including& operator=(const Including&) = delete;
  ~Including() {
    std::error_code ignored;
    fs::remove(file_, ignored);
  }

  /// `like`, for this file.
  CompileCommand command(CompileCommand like) const {
    const std::size_t at = like.command.rfind(like.file);
    if (at == std::string::npos) throw std::runtime_error("a compile command does not name " + like.file);
    like.command.replace(at, like.file.size(), file_.string());
    return like;
  }

 private:
  fs::path file_;
};

}  // namespace

Table measure_headers(const Options& options) {
  const std::vector<std::string> headers{"ferry/v0_2.hpp", "ferry/ferry.hpp"};
  Table table{"headers", "Including all of an API", "Milliseconds of CPU time of `clang++ -fsyntax-only`",
              headers, each_other(headers)};
  if (!std::regex_search("headers", std::regex(options.filter)) || !fs::exists(options.compile_commands))
    return table;
  const CompileCommand like = read_compile_commands(options.compile_commands).at(0);
  Row& row = table.row("a file with nothing else", "–");
  row.bars = {{headers[1], 1.3}};
  for (int round = 0; round < options.rounds(); ++round) {
    progress("headers, round " + std::to_string(round + 1) + " of " + std::to_string(options.rounds()));
    for (const std::string& header : headers)
      row.samples[header].push_back(syntax_only_ms(Including(header).command(like)));
  }
  return table;
}

}  // namespace bench
