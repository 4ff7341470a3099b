#include "console.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <sys/wait.h>

#include "files.hpp"

namespace ferry::test {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool line_matches(const std::string& shown, const std::string& actual) {
  static const std::regex special(R"([.^$|()\[\]{}*+?\\])");
  std::string pattern = std::regex_replace(shown, special, R"(\$&)");
  for (std::size_t at; (at = pattern.find(R"(\.\.\.)")) != pattern.npos;) pattern.replace(at, 6, ".*");
  return std::regex_match(actual, std::regex(pattern));
}

bool lines_match(const std::vector<std::string>& shown, std::size_t i, const std::vector<std::string>& actual,
                 std::size_t j) {
  for (; i < shown.size(); ++i, ++j) {
    if (shown[i] == "...") {
      for (std::size_t rest = j; rest <= actual.size(); ++rest)
        if (lines_match(shown, i + 1, actual, rest)) return true;
      return false;
    }
    if (j == actual.size() || !line_matches(shown[i], actual[j])) return false;
  }
  return j == actual.size();
}

}  // namespace

std::vector<Step> steps_of(std::string_view block) {
  std::vector<Step> steps;
  bool continues = false;
  for (const std::string& line : lines_of(block)) {
    if (continues)
      steps.back().command += "\n" + line;
    else if (line.starts_with("$ "))
      steps.push_back({.command = line.substr(2), .output = {}});
    else if (steps.empty())
      steps.push_back({.command = {}, .output = line + "\n"});
    else
      steps.back().output += line + "\n";
    continues = (continues || line.starts_with("$ ")) && line.ends_with('\\');
  }
  return steps;
}

bool matches(std::string_view shown, std::string_view actual) {
  return lines_match(lines_of(shown), 0, lines_of(actual), 0);
}

Scratch::Scratch(const std::string& folder) {
  std::string pattern = (fs::temp_directory_path() / "ferry-docs-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  root_ = fs::canonical(pattern).string();
  directory_ = root_ + "/project";
  fs::copy(fs::path(source_dir()) / folder, directory_, fs::copy_options::recursive);
  fs::create_directory_symlink(source_dir(), root_ + "/ferry");
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

std::vector<Result> Scratch::run(const std::vector<std::string>& commands) {
  const fs::path log = fs::path(root_) / "log";
  fs::remove_all(log);
  fs::create_directory(log);
  const auto file = [&](const std::string& what, std::size_t step) {
    return "'" + (log / (what + std::to_string(step))).string() + "'";
  };
  std::ofstream script(log / "script");
  script << "export PATH='" FERRY_PROGRAM_DIR "':\"$PATH\" HOME='" << root_ << "' LC_ALL=C TERM=dumb\n"
         << "export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=docs GIT_AUTHOR_EMAIL=docs@localhost\n"
         << "export GIT_COMMITTER_NAME=docs GIT_COMMITTER_EMAIL=docs@localhost GIT_PAGER=cat\n"
         << "cd '" << directory_ << "' || exit\ntrue\n";
  for (std::size_t i = 0; i < commands.size(); ++i)
    script << "{ " << commands[i] << "\n} >" << file("output", i)
           << " 2>&1 </dev/null\nstatus=$?\necho $status >" << file("status", i) << "\n(exit $status)\n";
  script << "pwd >" << file("directory", 0) << "\n";
  script.close();
  const int ended = std::system(("bash '" + (log / "script").string() + "'").c_str());
  if (ended == -1 || !WIFEXITED(ended)) throw std::runtime_error("bash did not end");

  std::vector<Result> results;
  for (std::size_t i = 0; i < commands.size(); ++i)
    results.push_back({.status = std::atoi(contents(log / ("status" + std::to_string(i))).c_str()),
                       .output = contents(log / ("output" + std::to_string(i)))});
  if (const auto directory = lines_of(contents(log / "directory0")); !directory.empty())
    directory_ = directory.front();
  return results;
}

}  // namespace ferry::test
