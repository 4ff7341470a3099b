#include <filesystem>
#include <string>
#include <vector>

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include "cli/commands.hpp"
#include "cli/schema.hpp"
#include "cli/words.hpp"
#include "discover/config.hpp"
#include "discover/discover.hpp"
#include "support/yaml.hpp"

namespace ferry::rewriter {
namespace {

// Directories of compile databases, as seen from the new file.
std::vector<std::string> builds_seen_from(const std::string& directory) {
  std::vector<std::string> builds;
  for (const std::string& database : find_builds(directory))
    builds.push_back(yaml::scalar(
        std::filesystem::path(database).parent_path().lexically_relative(directory).generic_string()));
  return builds;
}

void write_settings(llvm::raw_ostream& out, const std::vector<std::string>& builds) {
  out << "# What ferry does in this project. Every setting may stay out; the command line has the last "
         "word.\n"
         "# Paths are relative to this file. `ferry check --print-config` shows what is in effect.\n";
  for (const ConfigKey& key : config_keys()) {
    out << "\n# " << key.about;
    if (!key.fallback.empty()) out << "; without it: " << key.fallback;
    out << '\n';
    if (key.name != "build" || builds.empty()) {
      out << "# " << key.name << ": " << key.example << '\n';
      continue;
    }
    out << "build: [" << builds.front() << "]\n";
    for (std::size_t i = 1; i < builds.size(); ++i) out << "# there is " << builds[i] << ", too\n";
  }
}

}  // namespace

ExitStatus run_init(const Options& options) {
  if (options.schema) {
    print_schema(llvm::outs());
    return ExitStatus::Done;
  }
  llvm::SmallString<256> directory(options.directory);
  llvm::sys::fs::make_absolute(directory);
  llvm::sys::path::remove_dots(directory, /*remove_dot_dot=*/true);
  llvm::SmallString<256> path(directory);
  llvm::sys::path::append(path, ".ferry.yaml");

  int file = -1;
  if (const auto error = llvm::sys::fs::openFileForWrite(path, file, llvm::sys::fs::CD_CreateNew)) {
    print_usage_error(path.str().str() + ": " +
                      (error == std::errc::file_exists ? "is there already; edit it, or remove it first"
                                                       : "cannot be written: " + error.message()));
    return ExitStatus::BadUsage;
  }
  const std::vector<std::string> builds = builds_seen_from(std::string(directory));
  llvm::raw_fd_ostream out(file, /*shouldClose=*/true);
  write_settings(out, builds);
  out.close();
  if (const auto error = out.error()) {
    out.clear_error();
    llvm::sys::fs::remove(path);
    print_usage_error(path.str().str() + ": cannot be written: " + error.message());
    return ExitStatus::Failed;
  }
  llvm::outs() << "Wrote " << path
               << (builds.empty() ? ". There is no compile_commands.json yet: set `build` once there is.\n"
                                  : " with `build: [" + builds.front() + "]`.\n");
  return ExitStatus::Done;
}

}  // namespace ferry::rewriter
