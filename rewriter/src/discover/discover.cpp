#include "discover/discover.hpp"

#include <algorithm>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

constexpr std::string_view kDatabase = "compile_commands.json";

std::nullopt_t fail(Problem& error, std::string file, std::string message) {
  error = {.file = std::move(file), .message = std::move(message)};
  return std::nullopt;
}

std::string absolute(const std::string& name, const std::string& directory) {
  llvm::SmallString<256> result(name);
  fs::make_absolute(directory, result);
  path::remove_dots(result, /*remove_dot_dot=*/true);
  // `dir/` and `dir` are the same directory.
  llvm::StringRef text = result;
  while (text.size() > 1 && text.ends_with("/")) text = text.drop_back();
  return text.str();
}

std::string join(llvm::StringRef directory, std::string_view name) {
  llvm::SmallString<256> result(directory);
  path::append(result, name);
  return std::string(result);
}

// Databases of the builds below `directory`: build*/ and build*/*/, as presets lay them out.
void find_builds(const std::string& directory, bool is_build, std::vector<std::string>& found) {
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; at != end && !error; at.increment(error)) {
    if (!is_build && !path::filename(at->path()).starts_with("build")) continue;
    if (const std::string database = join(at->path(), kDatabase); fs::exists(database))
      found.push_back(database);
    if (!is_build && fs::is_directory(at->path())) find_builds(at->path(), true, found);
  }
}

// The newest of several: the others are left over from other configurations.
std::string newest(std::vector<std::string> files) {
  std::ranges::sort(files);
  return *std::ranges::max_element(files, {}, [](const std::string& file) {
    fs::file_status status;
    return fs::status(file, status) ? llvm::sys::TimePoint<>() : status.getLastModificationTime();
  });
}

std::optional<std::string> find_database(const DiscoverOptions& options, const std::string& start,
                                         Problem& error) {
  if (options.build) {
    std::string given = absolute(*options.build, options.working_directory);
    if (path::extension(given) == ".json") return given;
    std::string database = join(given, kDatabase);
    if (fs::exists(database)) return database;
    return fail(
        error, given,
        "no " + std::string(kDatabase) +
            " here; configure with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, or name its directory with -p");
  }
  for (llvm::StringRef directory = start; !directory.empty(); directory = path::parent_path(directory)) {
    std::vector<std::string> found;
    if (std::string database = join(directory, kDatabase); fs::exists(database)) return database;
    find_builds(directory.str(), false, found);
    if (!found.empty()) return newest(std::move(found));
  }
  return fail(
      error, start,
      "no " + std::string(kDatabase) +
          " here, in build*/ or above; configure with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON and name its "
          "directory with -p, or give one file's flags after --");
}

std::optional<Jobs> load(const std::string& database, Problem& error) {
  auto buffer = llvm::MemoryBuffer::getFile(database);
  if (!buffer)
    return fail(error, database,
                "the compile database cannot be read: " + buffer.getError().message() +
                    "; name its directory with -p");
  return read_database(database, std::string_view((*buffer)->getBuffer()), error);
}

std::string common_directory(const Jobs& jobs) {
  std::string common = jobs.empty() ? "/" : path::parent_path(jobs.front().file).str();
  for (const Job& job : jobs)
    while (!is_below(job.file, common) && common.size() > 1) common = path::parent_path(common).str();
  return common;
}

std::string find_root(const DiscoverOptions& options, const std::vector<std::string>& paths,
                      const Jobs& jobs) {
  if (options.root) return absolute(*options.root, options.working_directory);
  const std::string common = common_directory(jobs);
  for (llvm::StringRef at = paths.empty() ? common : paths.front(); !at.empty(); at = path::parent_path(at))
    if (fs::exists(join(at, ".git"))) return at.str();
  return is_below(common, options.working_directory) ? options.working_directory : common;
}

std::string real_path(const std::string& name) {
  llvm::SmallString<256> real;
  return fs::real_path(name, real) ? name : std::string(real);
}

bool has_job_below(const Jobs& jobs, const std::string& directory) {
  return std::ranges::any_of(jobs, [&](const Job& job) { return is_below(job.file, directory); });
}

// A shell in a linked directory and a database with real paths mean the same files: the database's names
// count.
void follow_links(const Jobs& jobs, Scope& scope) {
  if (const std::string real = real_path(scope.root);
      !has_job_below(jobs, scope.root) && has_job_below(jobs, real))
    scope.root = real;
  for (std::string& chosen : scope.paths)
    if (const std::string real = real_path(chosen);
        !is_below(chosen, scope.root) && is_below(real, scope.root))
      chosen = real;
}

void add_extra_args(Jobs& jobs, const std::vector<std::string>& extra) {
  for (Job& job : jobs)
    job.arguments.insert(std::ranges::find(job.arguments, "--"), extra.begin(), extra.end());
}

// Which jobs the paths ask for.
void select(Discovery& discovery) {
  const std::vector<std::string>& paths = discovery.scope.paths;
  std::vector<bool> is_used(paths.size());
  for (std::size_t job = 0; job < discovery.jobs.size(); ++job) {
    bool is_wanted = paths.empty();
    for (std::size_t i = 0; i < paths.size(); ++i)
      if (is_below(discovery.jobs[job].file, paths[i])) is_wanted = is_used[i] = true;
    if (is_wanted) discovery.selected.push_back(job);
  }
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (!is_used[i]) discovery.headers.push_back(paths[i]);
}

}  // namespace

std::optional<Discovery> discover(const DiscoverOptions& options, Problem& error) {
  Discovery discovery;
  Scope& scope = discovery.scope;
  scope.excludes = options.excludes;
  for (const std::string& name : options.paths) {
    scope.paths.push_back(absolute(name, options.working_directory));
    if (!fs::exists(scope.paths.back()))
      return fail(error, scope.paths.back(), "no such file or directory; check the PATH arguments");
  }

  if (options.flags) {
    for (const std::string& file : scope.paths) {
      if (fs::is_directory(file))
        return fail(error, file, "a directory, but flags after -- are for source files; name those");
      Job job{.file = file, .directory = options.working_directory, .arguments = {"clang++"}};
      job.arguments.insert(job.arguments.end(), options.flags->begin(), options.flags->end());
      job.arguments.push_back(file);
      discovery.jobs.push_back(std::move(job));
    }
    if (discovery.jobs.empty()) return fail(error, "", "flags after -- need a file before it; name one");
  } else {
    std::string start = scope.paths.empty() ? options.working_directory : scope.paths.front();
    if (!fs::is_directory(start)) start = path::parent_path(start).str();
    const auto database = find_database(options, start, error);
    if (!database) return std::nullopt;
    auto jobs = load(*database, error);
    if (!jobs) return std::nullopt;
    discovery.jobs = std::move(*jobs);
    if (discovery.jobs.empty())
      return fail(error, *database,
                  "the compile database has no command for a C++ source; name another with -p");
  }
  add_extra_args(discovery.jobs, options.extra_args);

  scope.root = find_root(options, scope.paths, discovery.jobs);
  if (!fs::is_directory(scope.root)) return fail(error, scope.root, "no such directory; correct --root");
  follow_links(discovery.jobs, scope);
  if (!has_job_below(discovery.jobs, scope.root))
    return fail(error, scope.root,
                "no command of the compile database is for a file below this root; set --root");
  for (const std::string& chosen : scope.paths)
    if (!is_below(chosen, scope.root) && !is_below(scope.root, chosen))
      return fail(error, chosen, "outside the root " + scope.root + "; move it with --root");
  select(discovery);
  return discovery;
}

}  // namespace ferry::rewriter
