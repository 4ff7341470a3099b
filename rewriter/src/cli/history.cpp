#include "cli/history.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FileUtilities.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include "apply/tree.hpp"
#include "cli/check.hpp"
#include "cli/words.hpp"
#include "cli/worktree.hpp"
#include "discover/paths.hpp"
#include "discover/relocate.hpp"
#include "filter/cache.hpp"
#include "model/digest.hpp"
#include "model/packer.hpp"
#include "support/files.hpp"
#include "support/git.hpp"

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;

constexpr const char* kFormat = "--format=%H%x09%ct%x09%s";

std::string in_utc(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return llvm::formatv("{0,0+4}-{1,0+2}-{2,0+2}T{3,0+2}:{4,0+2}:{5,0+2}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count())
      .str();
}

std::vector<Commit> read_log(llvm::StringRef text) {
  std::vector<Commit> commits;
  while (!text.empty()) {
    const auto [line, rest] = text.split('\n');
    text = rest;
    const auto [revision, tail] = line.split('\t');
    const auto [seconds, subject] = tail.split('\t');
    if (long long since = 0; !seconds.getAsInteger(10, since))
      commits.push_back({.revision = revision.str(),
                         .date = in_utc(std::chrono::sys_seconds(std::chrono::seconds(since))),
                         .subject = subject.str()});
  }
  return commits;
}

// The newest first, as git lists them.
std::vector<Commit> log(const std::string& root, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"log", "--first-parent", "--no-show-signature", kFormat});
  return read_log(run_git(root, arguments).out);
}

// --from as a commit; empty when there is none.
std::optional<Commit> commit_of(const std::string& root, const std::string& name) {
  const GitRan parsed =
      run_git(root, {"rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"});
  if (!parsed.ok()) return std::nullopt;
  const auto found = log(root, {"-1", llvm::StringRef(parsed.out).trim().str()});
  return found.empty() ? std::nullopt : std::optional(found.front());
}

// The oldest first.
std::vector<Commit> commits_of(const std::string& root, const Commit& head,
                               const std::optional<Commit>& from) {
  std::vector<Commit> commits =
      log(root, {from ? from->revision + ".." + head.revision : head.revision, "--", "."});
  if (from) commits.push_back(*from);
  std::ranges::reverse(commits);
  if (commits.empty() || commits.back().revision != head.revision) commits.push_back(head);
  return commits;
}

void visit(auto& pass, Is<Sample> auto& sample) {
  pass(sample.revision), pass(sample.date), pass(sample.subject), pass(sample.counts.safe);
  pass(sample.counts.unsafe), pass(sample.counts.manual), pass(sample.suppressed), pass(sample.errors);
}

class History {
 public:
  History(const Project& project, const RunOptions& options, std::string top)
      : project_(project), options_(options), root_(project.discovery.scope.root), top_(std::move(top)) {
    if (options.use_cache) cache_ = options.cache.value_or(default_cache_directory());
    find_settings();
  }

  std::optional<Sample> at(const Commit& commit, Problem& error) {
    if (auto known = find(commit)) return known;
    if (!worktree_ && !make_worktree(error)) return std::nullopt;
    if (!worktree_->check_out(commit.revision, error)) return std::nullopt;
    Sample sample = look_at(commit);
    store(sample);
    return sample;
  }

 private:
  // One that is there for every run lets the cache know its units again; two runs at a time need two.
  bool make_worktree(Problem& error) {
    std::string directory;
    if (!cache_.empty() && !fs::create_directories(cache_ + "/history")) {
      directory = cache_ + "/history/" + digest(top_);
      const std::string lock = directory + ".lock";
      if (fs::openFileForReadWrite(lock, lock_, fs::CD_OpenAlways, fs::OF_None) || fs::tryLockFile(lock_))
        directory.clear();
    }
    if (directory.empty()) {
      llvm::SmallString<256> unique;
      if (const auto failed = fs::createUniqueDirectory("ferry-history", unique)) {
        error = {.message = "no temporary directory can be made: " + failed.message()};
        return false;
      }
      directory = real_path(std::string(unique));
    }
    auto made = Worktree::make(top_, directory, error);
    if (!made) return false;
    worktree_.emplace(*std::move(made));
    return true;
  }

  std::string in_worktree(const std::string& path) const {
    return is_below(path, top_) ? worktree_->path() + path.substr(top_.size()) : path;
  }

  Sample look_at(const Commit& commit) {
    Sample sample{.revision = commit.revision, .date = commit.date, .subject = commit.subject};
    RunOptions options = options_;
    DiscoverOptions discover{.working_directory = in_worktree(root_), .excludes = options_.discover.excludes};
    discover.root = in_worktree(root_);
    for (const std::string& path : options_.discover.paths)
      if (const std::string copy = in_worktree(absolute_path(path, options_.working_directory));
          fs::exists(copy))
        discover.paths.push_back(copy);
    const Jobs jobs = relocate(project_.discovery.jobs, top_, worktree_->path(), worktree_->files());
    const bool is_any_below =
        std::ranges::any_of(jobs, [&](const Job& job) { return is_below(job.file, *discover.root); });
    // What is not there yet has no old calls.
    if (!is_any_below || discover.paths.empty() != options_.discover.paths.empty()) return sample;
    discover.builds = write_databases(jobs);
    options.discover = std::move(discover);
    options.today = commit.date.substr(0, 10);
    options.checks_rule_names = false;
    auto project = open_project(options);
    if (!project) return ++sample.errors, sample;
    KnownFindings known;
    const Checked checked = check(*project, options, known, project->candidates, {});
    const Status status = status_of(checked.all.plan, {}, *options.discover.root, {});
    sample.counts = status.counts;
    sample.suppressed = status.suppressed;
    sample.errors = status.problems.size();
    return sample;
  }

  // One for each configuration.
  std::vector<std::string> write_databases(const Jobs& jobs) const {
    std::map<std::string, Jobs> by_configuration;
    for (const Job& job : jobs) by_configuration[job.configuration].push_back(job);
    std::vector<std::string> names;
    for (const auto& [configuration, own] : by_configuration) {
      names.push_back(worktree_->directory() + "/" + std::to_string(names.size()) + ".json");
      (void)write_bytes(names.back(), write_database(own), Create::Replace);
    }
    return names;
  }

  // Everything but the commit that a sample depends on. Rules come from annotations, wherever they are.
  void find_settings() {
    settings_ = program_digest() + '\0' + relative_to(root_, top_);
    const auto add = [&](const std::string& text) { settings_ += '\0' + text; };
    if (options_.packs) add(options_.packs->digest);
    for (const std::string& name : options_.discover.paths)
      add("p" + absolute_path(name, options_.working_directory));
    for (const std::string& glob : options_.discover.excludes) add("x" + glob);
    for (const std::string& name : options_.select) add("s" + name);
    for (const std::string& name : options_.ignore) add("i" + name);
    for (const RuleSetting& rule : options_.rules)
      add("r" + rule.prefix + "=" +
          (rule.applicability ? std::string(to_string(*rule.applicability)) : "off"));
    for (const Job& job : project_.discovery.jobs) {
      add("j" + job.file + '\0' + job.directory + '\0' + job.configuration);
      for (const std::string& argument : job.arguments) add(argument);
    }
    for (const std::string& file : project_.annotated)
      if (!is_below(file, top_)) add(file + '\0' + digest(read_bytes(file).value_or("")));
  }

  std::string file_of(const Commit& commit) const {
    return cache_ + "/llvmcache-history-" + digest(commit.revision + settings_);
  }

  std::optional<Sample> find(const Commit& commit) const {
    if (cache_.empty()) return std::nullopt;
    const auto bytes = read_bytes(file_of(commit));
    if (!bytes) return std::nullopt;
    Unpacker pass{llvm::StringRef(*bytes)};
    Sample sample;
    visit(pass, sample);
    if (!pass.is_good() || sample.revision != commit.revision) return std::nullopt;
    return sample;
  }

  // What could not be analysed may be for a reason that goes away.
  void store(const Sample& sample) const {
    if (cache_.empty() || sample.errors != 0 || fs::create_directories(cache_)) return;
    const std::string file = file_of({.revision = sample.revision, .date = {}, .subject = {}});
    llvm::consumeError(llvm::writeToOutput(file, [&](llvm::raw_ostream& out) {
      Packer pass(out);
      visit(pass, sample);
      return llvm::Error::success();
    }));
  }

  const Project& project_;
  const RunOptions& options_;
  const std::string root_;
  const std::string top_;
  std::string settings_;
  std::string cache_;  // the directory; empty without one
  int lock_ = -1;      // held until the process that removes the work tree has ended
  std::optional<Worktree> worktree_;
};

// The top of the work tree by the name that the project's files go by, where links lead there.
std::string named_top(const std::string& root) {
  const std::string top = work_tree_of(root);
  const std::string real = real_path(root);
  const llvm::StringRef below = llvm::StringRef(real).drop_front(std::min(top.size(), real.size()));
  llvm::StringRef named(root);
  return !top.empty() && named.consume_back(below) ? named.str() : top;
}

bool is_clean(const std::string& root) {
  const GitRan ran =
      run_git(root, {"--no-optional-locks", "status", "--porcelain=v1", "--untracked-files=no", "--", "."});
  return ran.ok() && ran.out.empty();
}

}  // namespace

std::vector<Commit> spread(const std::vector<Commit>& commits, std::size_t count) {
  if (commits.empty() || count == 0) return {};
  const std::size_t last = commits.size() - 1;
  std::size_t stride = 1;
  while (count > 1 && (last + stride - 1) / stride + 1 > count) stride *= 2;
  std::vector<Commit> chosen;
  for (std::size_t i = 0; count > 1 && i < last; i += stride) chosen.push_back(commits[i]);
  chosen.push_back(commits[last]);
  return chosen;
}

std::optional<Commit> head_of(const std::string& root) { return commit_of(root, "HEAD"); }

std::optional<std::vector<Sample>> history_of(const Project& project, const RunOptions& options,
                                              const Status& status) {
  const std::string& root = project.discovery.scope.root;
  const std::string top = named_top(root);
  const auto head = head_of(root);
  if (top.empty() || !head) {
    print_error({.file = root, .message = "--history needs commits, and git knows none here; leave it out"});
    return std::nullopt;
  }
  const auto from = options.from.empty() ? std::nullopt : commit_of(root, options.from);
  if (!options.from.empty() && !from) {
    print_error({.file = root,
                 .message = "git knows no revision '" + options.from + "'; fetch it, or correct --from"});
    return std::nullopt;
  }
  std::vector<Sample> samples;
  const auto add_now = [&](const Commit& commit) {
    samples.push_back({.revision = commit.revision,
                       .date = commit.date,
                       .subject = commit.subject,
                       .counts = status.counts,
                       .suppressed = status.suppressed,
                       .errors = status.problems.size()});
  };
  const bool is_head = is_clean(root);
  History history(project, options, top);
  for (const Commit& commit : spread(commits_of(root, *head, from), options.history)) {
    if (is_head && commit.revision == head->revision) {
      add_now(commit);
      continue;
    }
    Problem error;
    auto sample = history.at(commit, error);
    if (!sample) {
      print_error(error);
      return std::nullopt;
    }
    samples.push_back(*std::move(sample));
  }
  if (!is_head)
    add_now({.revision = "",
             .date = in_utc(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
             .subject = "with what is not committed"});
  return samples;
}

}  // namespace ferry::rewriter
