// Code that ends the process: what it says before.
#pragma once

#include <array>
#include <csignal>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace ferry::test {

/// What `f` writes to stderr in a process of its own, if it calls abort() there; nothing if it goes on or
/// ends in another way. There must be no other threads that `f` needs.
template <class F>
std::string last_words(F&& f) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return "";
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGABRT, SIG_DFL);  // the test program has a handler of its own
    ::dup2(pipe[1], STDERR_FILENO);
    ::close(pipe[0]);
    f();
    ::_exit(0);
  }
  ::close(pipe[1]);
  std::string words;
  std::array<char, 256> part{};
  for (ssize_t size = 0; (size = ::read(pipe[0], part.data(), part.size())) > 0;)
    words.append(part.data(), static_cast<std::size_t>(size));
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? words : "";
}

}  // namespace ferry::test
