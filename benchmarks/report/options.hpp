/// What ferry-bench is told to do.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bench {

/// A code base that somebody else wrote, with its compile database in `build`.
struct Corpus {
  std::filesystem::path root;
  std::string files;             ///< a regular expression: which of its sources
  std::filesystem::path header;  ///< the one to touch, as seen from the root
};

struct Options {
  bool quick = false;
  std::string json_file;
  std::string markdown_file;
  std::string filter = ".*";
  std::filesystem::path programs;  // where the benchmarks are
  std::filesystem::path rewriter;
  std::filesystem::path compile_commands;
  std::vector<std::string> code;  // folders with files in there
  std::vector<Corpus> corpora;
  std::vector<std::string> twins;  // a program of 0.2, and the one that it migrates to

  [[nodiscard]] int rounds() const { return quick ? 3 : 7; }
  [[nodiscard]] std::string min_time() const { return quick ? "0.02" : "0.1"; }
  [[nodiscard]] std::string echo_seconds() const { return quick ? "0.1" : "1"; }
};

}  // namespace bench
