#include "cli/worktree.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "support/files.hpp"
#include "support/git.hpp"

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;

constexpr llvm::StringLiteral kName = "ferry-history";

std::string tree_in(const std::string& directory) { return directory + "/" + kName.str(); }

// Neither hooks nor filters that fetch files nor daemons belong to a look at old sources.
std::vector<std::string> quietly(std::initializer_list<std::string> arguments) {
  std::vector<std::string> all = {"-c", "core.fsmonitor=false",     "-c", "gc.auto=0",
                                  "-c", "maintenance.auto=false",   "-c", "core.hooksPath=/dev/null",
                                  "-c", "filter.lfs.smudge=",       "-c", "filter.lfs.process=",
                                  "-c", "filter.lfs.required=false"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

void remove(const std::string& top, const std::string& directory) {
  const std::string tree = tree_in(directory);
  run_git(top, {"worktree", "remove", "--force", "--force", tree});
  fs::remove_directories(directory);
  // What git does not take for a work tree: it was killed while it made one.
  const GitRan common = run_git(top, {"rev-parse", "--path-format=absolute", "--git-common-dir"});
  if (!common.ok()) return;
  const std::string entries = llvm::StringRef(common.out).trim().str() + "/worktrees";
  std::error_code error;
  for (fs::directory_iterator at(entries, error), end; !error && at != end; at.increment(error)) {
    if (!llvm::sys::path::filename(at->path()).starts_with(kName)) continue;
    const auto leads_to = read_bytes(at->path() + "/gitdir");
    if (!leads_to || llvm::StringRef(*leads_to).trim() == tree + "/.git") fs::remove_directories(at->path());
  }
  ::rmdir(entries.c_str());  // as git does, when it was the last
}

// What the process does that removes the work tree.
[[noreturn]] void wait_and_remove(int begin, const std::string& top, const std::string& directory) {
  ::setsid();  // what a terminal interrupts is not this one
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) std::signal(signal, SIG_IGN);
  if (const int nothing = ::open("/dev/null", O_RDWR); nothing >= 0)
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, stream);
  char byte = 0;
  while (::read(begin, &byte, 1) < 0 && errno == EINTR) {
  }
  remove(top, directory);
  ::_exit(0);
}

}  // namespace

Worktree::Worktree(std::string directory, int end, pid_t remover)
    : directory_(std::move(directory)), path_(tree_in(directory_)), end_(end), remover_(remover) {}

Worktree::Worktree(Worktree&& other) noexcept
    : directory_(std::move(other.directory_)),
      path_(std::move(other.path_)),
      end_(std::exchange(other.end_, -1)),
      remover_(std::exchange(other.remover_, -1)) {}

Worktree::~Worktree() {
  if (remover_ < 0) return;
  // A word, not only the end of the pipe: whatever else may still hold it, all is done.
  while (::write(end_, "", 1) < 0 && errno == EINTR) {
  }
  ::close(end_);
  while (::waitpid(remover_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<Worktree> Worktree::make(const std::string& top, const std::string& directory, Problem& error) {
  const auto fail = [&](const std::string& why) {
    error = {.file = directory, .message = "no work tree can be made here: " + why};
    return std::nullopt;
  };
  remove(top, directory);  // what a machine that was switched off has left
  if (const auto failed = fs::create_directories(directory)) return fail(failed.message());
  int pipe[2];
  // Calls of git inherit the end that is written to: one that outlives this process is waited for.
  if (::pipe(pipe) != 0) return fail("the system has no pipe to give");
  const pid_t remover = ::fork();
  if (remover == 0) {
    ::close(pipe[1]);
    wait_and_remove(pipe[0], top, directory);
  }
  ::close(pipe[0]);
  if (remover < 0) {
    ::close(pipe[1]);
    return fail("the system has no process to give");
  }
  Worktree made(directory, pipe[1], remover);
  const GitRan ran = run_git(top, quietly({"worktree", "add", "--force", "--quiet", "--detach",
                                           "--no-checkout", made.path_, "HEAD"}));
  if (!ran.ok()) return fail(llvm::StringRef(ran.err).trim().str());
  return made;
}

bool Worktree::check_out(const std::string& revision, Problem& error) {
  const GitRan ran = run_git(path_, quietly({"checkout", "--quiet", "--force", "--detach", revision}));
  if (!ran.ok())
    error = {.file = path_,
             .message = "git cannot check out " + revision + ": " + llvm::StringRef(ran.err).trim().str()};
  return ran.ok();
}

std::vector<std::string> Worktree::files() const {
  const GitRan ran = run_git(path_, {"ls-files", "-z"});
  std::vector<std::string> names;
  for (llvm::StringRef rest(ran.out); !rest.empty();) {
    const auto [name, behind] = rest.split('\0');
    names.push_back(name.str());
    rest = behind;
  }
  return names;
}

}  // namespace ferry::rewriter
