#include "support/git.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace ferry::rewriter {
namespace {

// What `git rev-parse --local-env-vars` lists and may lead astray.
constexpr std::array<std::string_view, 12> kLocalVariables = {
    "GIT_DIR=",        "GIT_WORK_TREE=",        "GIT_INDEX_FILE=",
    "GIT_PREFIX=",     "GIT_OBJECT_DIRECTORY=", "GIT_ALTERNATE_OBJECT_DIRECTORIES=",
    "GIT_COMMON_DIR=", "GIT_NAMESPACE=",        "GIT_IMPLICIT_WORK_TREE=",
    "GIT_GRAFT_FILE=", "GIT_SHALLOW_FILE=",     "GIT_REPLACE_REF_BASE="};

// Memory that a child can have as one of its standard streams: no pipe to keep from filling up, no file that
// is left.
class Stream {
 public:
  explicit Stream(std::string_view content = {}) : descriptor_(::memfd_create("ferry", MFD_CLOEXEC)) {
    while (!content.empty()) {
      const ssize_t written = ::write(descriptor_, content.data(), content.size());
      if (written < 0) break;
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    ::lseek(descriptor_, 0, SEEK_SET);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  int descriptor() const { return descriptor_; }
  std::string content() const {
    std::string all;
    std::array<char, 1 << 16> buffer;
    for (;;) {
      const ssize_t got = ::pread(descriptor_, buffer.data(), buffer.size(), static_cast<off_t>(all.size()));
      if (got <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  int descriptor_;
};

}  // namespace

GitRan run_git(const std::string& directory, const std::vector<std::string>& arguments,
               std::string_view input) {
  const Stream in(input);
  const Stream out;
  const Stream err;

  std::vector<std::string> words = {"git", "--literal-pathspecs", "-C", directory};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable)
    if (std::ranges::none_of(kLocalVariables, [&](std::string_view name) {
          return std::string_view(*variable).starts_with(name);
        }))
      variables.push_back(*variable);
  variables.push_back(nullptr);

  posix_spawn_file_actions_t streams;
  ::posix_spawn_file_actions_init(&streams);
  ::posix_spawn_file_actions_adddup2(&streams, in.descriptor(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&streams, out.descriptor(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&streams, err.descriptor(), STDERR_FILENO);
  pid_t child = -1;
  const int failed = ::posix_spawnp(&child, "git", &streams, nullptr, argv.data(), variables.data());
  ::posix_spawn_file_actions_destroy(&streams);
  if (failed != 0) return {};

  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return {};
  return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1, .out = out.content(), .err = err.content()};
}

}  // namespace ferry::rewriter
