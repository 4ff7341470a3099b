#include "discover/discover.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include "discover/changes.hpp"
#include "discover/database.hpp"
#include "discover/paths.hpp"

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

constexpr std::string_view kDatabase = "compile_commands.json";

std::nullopt_t fail(Problem& error, std::string file, std::string message) {
  error = {.file = std::move(file), .message = std::move(message)};
  return std::nullopt;
}

std::string join(llvm::StringRef directory, std::string_view name) {
  llvm::SmallString<256> result(directory);
  path::append(result, name);
  return std::string(result);
}

// Databases of the builds below `directory`: build*/ and build*/*/, as presets lay them out.
void list_builds(const std::string& directory, bool is_build, std::vector<std::string>& found) {
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; at != end && !error; at.increment(error)) {
    if (!is_build && !path::filename(at->path()).starts_with("build")) continue;
    if (const std::string database = join(at->path(), kDatabase); fs::exists(database))
      found.push_back(database);
    if (!is_build && fs::is_directory(at->path())) list_builds(at->path(), true, found);
  }
}

llvm::sys::TimePoint<> written_at(const std::string& file) {
  fs::file_status status;
  return fs::status(file, status) ? llvm::sys::TimePoint<>() : status.getLastModificationTime();
}

std::optional<std::string> database_in(const std::string& build, Problem& error) {
  if (path::extension(build) == ".json") return build;
  std::string database = join(build, kDatabase);
  if (fs::exists(database)) return database;
  return fail(error, build,
              "no " + std::string(kDatabase) +
                  " here; configure with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, or name its directory with -p");
}

std::optional<std::vector<std::string>> find_databases(const DiscoverOptions& options, Problems& notes,
                                                       Problem& error) {
  std::vector<std::string> databases;
  for (const std::string& build : options.builds) {
    const auto database = database_in(absolute_path(build, options.working_directory), error);
    if (!database) return std::nullopt;
    if (std::ranges::find(databases, *database) == databases.end()) databases.push_back(*database);
  }
  if (!databases.empty()) return databases;
  const std::string start = start_directory(options);
  const std::vector<std::string> found = find_builds(start);
  // The others are mostly left over.
  if (found.size() > 1)
    notes.push_back({.file = found.front(),
                     .message = "this compile database is used, the newest of " +
                                std::to_string(found.size()) + "; name others with -p"});
  if (!found.empty()) return {{found.front()}};
  return fail(
      error, start,
      "no " + std::string(kDatabase) +
          " here, in build*/ or above; configure with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON and name its "
          "directory with -p, or give one file's flags after --");
}

// How a person knows the configuration that a database describes: by its directory.
std::string configuration_of(const std::string& database, const std::string& working_directory) {
  const std::string named =
      path::filename(database) == llvm::StringRef(kDatabase) ? path::parent_path(database).str() : database;
  return relative_to(named, working_directory);
}

// Adds the jobs of one database.
bool load(const std::string& database, const std::string& configuration, Discovery& discovery,
          Problem& error) {
  auto buffer = llvm::MemoryBuffer::getFile(database);
  if (!buffer) {
    fail(error, database,
         "the compile database cannot be read: " + buffer.getError().message() +
             "; name its directory with -p");
    return false;
  }
  auto read = read_database(database, std::string_view((*buffer)->getBuffer()), error);
  if (!read) return false;
  if (read->jobs.empty()) {
    fail(error, database, "the compile database has no command for a C++ source; name another with -p");
    return false;
  }
  if (std::ranges::none_of(read->jobs, [](const Job& job) { return fs::exists(job.file); })) {
    fail(error, database,
         "none of the files that the compile database names is there, such as " + read->jobs.front().file +
             "; write it on this machine, or name another with -p");
    return false;
  }
  for (Job& job : read->jobs) job.configuration = configuration;
  Jobs merged;  // units of the same file in the order of the databases
  std::merge(std::move_iterator(discovery.jobs.begin()), std::move_iterator(discovery.jobs.end()),
             std::move_iterator(read->jobs.begin()), std::move_iterator(read->jobs.end()),
             std::back_inserter(merged), [](const Job& a, const Job& b) { return a.file < b.file; });
  discovery.jobs = std::move(merged);
  std::ranges::move(read->notes, std::back_inserter(discovery.notes));
  discovery.databases.push_back(database);
  return true;
}

bool load_databases(const DiscoverOptions& options, Discovery& discovery, Problem& error) {
  const auto databases = find_databases(options, discovery.notes, error);
  if (!databases) return false;
  for (const std::string& database : *databases) {
    const std::string configuration =
        databases->size() == 1 ? "" : configuration_of(database, options.working_directory);
    if (!load(database, configuration, discovery, error)) return false;
  }
  return true;
}

// The paths are compiled with the flags after --.
bool make_jobs(const DiscoverOptions& options, Discovery& discovery, Problem& error) {
  const std::vector<std::string> files =
      options.place ? std::vector{absolute_path(*options.place, options.working_directory)}
                    : discovery.scope.paths;
  for (const std::string& file : files) {
    if (fs::is_directory(file)) {
      fail(error, file, "a directory, but flags after -- are for source files; name those");
      return false;
    }
    Job job{.file = file, .directory = options.working_directory, .arguments = {"clang++"}};
    job.arguments.insert(job.arguments.end(), options.flags->begin(), options.flags->end());
    job.arguments.push_back(file);
    discovery.jobs.push_back(std::move(job));
  }
  if (discovery.jobs.empty()) fail(error, "", "flags after -- need a file before it; name one");
  return !discovery.jobs.empty();
}

std::string common_directory(const Jobs& jobs) {
  std::string common = jobs.empty() ? "/" : path::parent_path(jobs.front().file).str();
  for (const Job& job : jobs)
    while (!is_below(job.file, common) && common.size() > 1) common = path::parent_path(common).str();
  return common;
}

std::string find_root(const DiscoverOptions& options, const std::vector<std::string>& paths,
                      const Jobs& jobs) {
  if (options.root) return absolute_path(*options.root, options.working_directory);
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

bool is_build_directory(const std::string& directory) {
  if (fs::exists(join(directory, "meson-private"))) return true;
  const auto cache = llvm::MemoryBuffer::getFile(join(directory, "CMakeCache.txt"));
  if (!cache) return false;
  const auto [before, source] = (*cache)->getBuffer().split("\nCMAKE_HOME_DIRECTORY:INTERNAL=");
  return !source.empty() && real_path(source.split('\n').first.rtrim('\r').str()) != real_path(directory);
}

// The build directories below the root that commands run in, but for those with a chosen path: there somebody
// wants to look.
std::vector<std::string> find_generated(const Discovery& discovery) {
  const Scope& scope = discovery.scope;
  std::set<llvm::StringRef> known;
  std::vector<std::string> generated;
  for (const Job& job : discovery.jobs)
    for (llvm::StringRef at = job.directory;
         at != scope.root && is_below(at, scope.root) && known.insert(at).second; at = path::parent_path(at))
      if (is_build_directory(at.str()) &&
          std::ranges::none_of(scope.paths, [&](const std::string& chosen) { return is_below(chosen, at); }))
        generated.push_back(at.str());
  std::ranges::sort(generated);
  return generated;
}

// What the PATH arguments and lists say. What a list names and is not there, or is nothing of ours, does not
// matter.
bool read_paths(const DiscoverOptions& options, Discovery& discovery, std::vector<bool>& is_required,
                Problem& error) {
  const auto add = [&](const std::string& path, bool required) {
    discovery.scope.paths.push_back(path);
    is_required.push_back(required);
  };
  for (const std::string& name : options.paths) {
    const std::string given = absolute_path(name, options.working_directory);
    if (fs::exists(given)) {
      add(given, true);
    } else if (llvm::StringRef(name).find_first_of("*?[{") != llvm::StringRef::npos) {
      const std::vector<std::string> found = expand_glob(given);
      if (found.empty()) return fail(error, given, "matches no file; check the PATH arguments"), false;
      for (const std::string& file : found) add(file, false);  // not all that a pattern matches is compiled
    } else {
      return fail(error, given, "no such file or directory; check the PATH arguments"), false;
    }
  }
  if (!options.listed) return true;
  std::size_t missing = 0;
  for (const std::string& file : *options.listed)
    if (fs::exists(file))
      add(file, false);
    else
      ++missing;
  if (missing != 0)
    discovery.notes.push_back({.message = std::to_string(missing) + " of the listed files " +
                                          (missing == 1 ? "is" : "are") + " not there; left out"});
  return true;
}

// Which jobs the paths ask for.
void select(Discovery& discovery, const std::vector<std::string>& paths,
            const std::vector<bool>& is_required) {
  std::map<llvm::StringRef, std::size_t> wanted;
  for (std::size_t i = 0; i < paths.size(); ++i) wanted.emplace(paths[i], i);
  std::set<llvm::StringRef> used;
  for (std::size_t job = 0; job < discovery.jobs.size(); ++job) {
    bool is_wanted = false;
    for (llvm::StringRef at = discovery.jobs[job].file; !at.empty(); at = path::parent_path(at))
      if (wanted.contains(at)) is_wanted = true, used.insert(at);
    if (is_wanted) discovery.selected.push_back(job);
  }
  for (const auto& [path, i] : wanted)
    if (!used.contains(path))
      discovery.headers.push_back({.path = path.str(), .is_required = is_required[i]});
}

// Whoever reads the file, by the name that it was given or by that of what a link leads to.
void select_readers(Discovery& discovery, const std::string& file) {
  std::vector<std::string> names{file};
  if (std::string real = real_path(file); real != file) names.push_back(std::move(real));
  select(discovery, names, std::vector<bool>(names.size(), false));
}

// Only files that have changed count, as far as they are asked for.
bool select_changed(const std::string& revision, Discovery& discovery, Problem& error) {
  Scope& scope = discovery.scope;
  scope.changed = changed_lines(scope.root, revision, error);
  if (!scope.changed) return false;
  std::vector<std::string> files;
  for (const auto& [file, lines] : *scope.changed)
    if (contains(scope, file)) files.push_back(file);
  select(discovery, files, std::vector<bool>(files.size(), false));
  return true;
}

}  // namespace

std::vector<std::string> find_builds(const std::string& start) {
  std::vector<std::string> found;
  for (llvm::StringRef directory = start; found.empty() && !directory.empty();
       directory = path::parent_path(directory)) {
    if (std::string database = join(directory, kDatabase); fs::exists(database))
      found.push_back(database);
    else
      list_builds(directory.str(), false, found);
  }
  std::ranges::sort(found, std::greater<>(),
                    [](const std::string& file) { return std::pair(written_at(file), file); });
  return found;
}

std::string start_directory(const DiscoverOptions& options) {
  if (options.paths.empty() && !options.place) return options.working_directory;
  std::string start =
      absolute_path(options.place ? *options.place : options.paths.front(), options.working_directory);
  while (!fs::is_directory(start) && path::has_parent_path(start)) start = path::parent_path(start).str();
  return start;
}

std::optional<Discovery> discover(const DiscoverOptions& options, Problem& error) {
  Discovery discovery;
  Scope& scope = discovery.scope;
  scope.excludes = options.excludes;
  std::vector<bool> is_required;  // by path
  if (!read_paths(options, discovery, is_required, error)) return std::nullopt;
  if (!(options.flags ? make_jobs(options, discovery, error) : load_databases(options, discovery, error)))
    return std::nullopt;
  add_extra_args(discovery.jobs, options.extra_args);

  std::vector<std::string> beginning = scope.paths;
  if (options.place) beginning = {absolute_path(*options.place, options.working_directory)};
  scope.root = find_root(options, beginning, discovery.jobs);
  if (!fs::is_directory(scope.root)) return fail(error, scope.root, "no such directory; correct --root");
  follow_links(discovery.jobs, scope);
  if (!has_job_below(discovery.jobs, scope.root))
    return fail(error, scope.root,
                "no command of the compile database is for a file below this root; set --root");
  for (const std::string& chosen : scope.paths)
    if (!is_below(chosen, scope.root) && !is_below(scope.root, chosen))
      return fail(error, chosen, "outside the root " + scope.root + "; move it with --root");
  scope.generated = find_generated(discovery);
  if (options.place) {
    select_readers(discovery, beginning.front());
  } else if (scope.paths.empty() && options.listed) {
    discovery.notes.push_back({.message = "the list names no file that is there: nothing to look at"});
  } else if (options.since) {
    if (!select_changed(*options.since, discovery, error)) return std::nullopt;
  } else if (scope.paths.empty()) {
    discovery.selected.resize(discovery.jobs.size());
    std::iota(discovery.selected.begin(), discovery.selected.end(), 0);
  } else {
    select(discovery, scope.paths, is_required);
  }
  if (!options.analysis_args.empty() || !options.verify_args.empty()) {
    discovery.verify_jobs = discovery.jobs;
    add_extra_args(discovery.verify_jobs, options.verify_args);
    add_extra_args(discovery.verify_jobs, {"-ferror-limit=0"});  // which errors are new is seen from all
    add_extra_args(discovery.jobs, options.analysis_args);
  }
  return discovery;
}

}  // namespace ferry::rewriter
