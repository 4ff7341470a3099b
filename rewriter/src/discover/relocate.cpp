#include "discover/relocate.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include "discover/paths.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

// Options that take a path, joined or behind them.
constexpr std::array kPathOptions = {"-isystem",    "-iquote",      "-idirafter", "-include", "-imacros",
                                     "-iframework", "-iwithprefix", "-I",         "-F"};

class Relocating {
 public:
  Relocating(std::string from, std::string to) : from_(std::move(from)), to_(std::move(to)) {}

  std::string copy_of(const std::string& absolute) const {
    return is_below(absolute, from_) ? to_ + absolute.substr(from_.size()) : absolute;
  }

  Job relocated(const Job& job, const std::string& file) const {
    Job result{.file = copy_of(file), .directory = copy_of(job.directory), .arguments = {}};
    result.configuration = job.configuration;
    // Where a build directory was, names that lead out of it have to lead somewhere.
    if (result.directory != job.directory) (void)fs::create_directories(result.directory);
    bool is_path = false;
    for (std::size_t i = 0; i < job.arguments.size(); ++i) {
      const std::string& argument = job.arguments[i];
      if (i == 0)
        result.arguments.push_back(argument);
      else if (absolute_path(argument, job.directory) == job.file && !argument.starts_with("-"))
        result.arguments.push_back(result.file);
      else
        result.arguments.push_back(argument_for(argument, is_path, job.directory));
      is_path = std::ranges::find(kPathOptions, argument) != kPathOptions.end();
    }
    return result;
  }

 private:
  static bool is_empty_directory(const std::string& name) {
    std::error_code error;
    return fs::is_directory(name) && fs::directory_iterator(name, error) == fs::directory_iterator();
  }

  std::string argument_for(const std::string& argument, bool is_path, const std::string& directory) const {
    if (is_path || !argument.starts_with("-")) return path_for(argument, is_path, directory);
    for (const llvm::StringRef option : kPathOptions)
      if (llvm::StringRef joined(argument); joined.consume_front(option) && !joined.empty())
        return option.str() + path_for(joined.str(), true, directory);
    return argument;
  }

  std::string path_for(const std::string& name, bool is_path, const std::string& directory) const {
    const std::string original = absolute_path(name, directory);
    const std::string copy = copy_of(original);
    if (copy == original) return is_path || path::is_absolute(name) ? original : name;
    if (fs::exists(copy) && !is_empty_directory(copy)) return copy;
    if (fs::exists(original)) return original;
    return is_path || path::is_absolute(name) ? copy : name;  // no file, as far as anybody knows
  }

  const std::string from_;
  const std::string to_;
};

bool is_source(llvm::StringRef name) {
  constexpr std::array kExtensions = {".cpp", ".cc", ".cxx", ".c++", ".C"};
  return std::ranges::find(kExtensions, path::extension(name)) != kExtensions.end();
}

std::size_t common_length(llvm::StringRef a, llvm::StringRef b) {
  std::size_t common = 0;
  for (auto left = path::begin(a), right = path::begin(b);
       left != path::end(a) && right != path::end(b) && *left == *right; ++left, ++right)
    ++common;
  return common;
}

// The job whose file lies nearest to this one; in the same directory, if any does.
const Job* neighbour_of(const std::string& file, const Jobs& jobs) {
  const Job* nearest = nullptr;
  std::size_t best = 0;
  for (const Job& job : jobs)
    if (const std::size_t common = common_length(path::parent_path(job.file), path::parent_path(file));
        nearest == nullptr || common > best)
      nearest = &job, best = common;
  return nearest;
}

}  // namespace

Jobs relocate(const Jobs& jobs, const std::string& from, const std::string& to,
              const std::vector<std::string>& sources) {
  const Relocating relocating(from, to);
  Jobs result;
  for (const Job& job : jobs)
    if (is_below(job.file, from) && fs::exists(relocating.copy_of(job.file)))
      result.push_back(relocating.relocated(job, job.file));
  for (const std::string& source : sources) {
    const std::string original = from + "/" + source;
    if (!is_source(source) || fs::exists(original)) continue;
    if (const Job* neighbour = neighbour_of(original, jobs))
      result.push_back(relocating.relocated(*neighbour, original));
  }
  std::ranges::sort(result, {},
                    [](const Job& job) { return std::tie(job.file, job.configuration, job.arguments); });
  return result;
}

std::string write_database(const Jobs& jobs) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out);
  json.array([&] {
    for (const Job& job : jobs)
      json.object([&] {
        json.attribute("directory", job.directory);
        json.attribute("file", job.file);
        json.attributeArray("arguments", [&] {
          for (const std::string& argument : job.arguments) json.value(argument);
        });
      });
  });
  return text;
}

}  // namespace ferry::rewriter
