#include "child.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace traffic {

Child::Child(const std::vector<std::string>& command) : messages_(::memfd_create("messages", MFD_CLOEXEC)) {
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) throw Failure("pipe2 failed");
  output_ = Fd(pipe_ends[0]);
  const Fd write_end(pipe_ends[1]);
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw Failure("fork failed");
  if (pid_ == 0) {
    ::dup2(write_end.get(), STDOUT_FILENO);
    ::dup2(messages_.get(), STDERR_FILENO);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
}

Child::~Child() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::string Child::read_line(const std::string& prefix, Deadline deadline) {
  for (;;) {
    for (std::size_t end; (end = buffered_.find('\n')) != std::string::npos;) {
      const std::string line = buffered_.substr(0, end);
      buffered_.erase(0, end + 1);
      if (line.starts_with(prefix)) return line.substr(prefix.size());
    }
    if (!wait_for(output_.get(), POLLIN, deadline))
      throw Failure("the program never said \"" + prefix + "\"");
    char bytes[512];
    const auto count = ::read(output_.get(), bytes, sizeof bytes);
    if (count <= 0) throw Failure("the program ended without having said \"" + prefix + "\"");
    buffered_.append(bytes, static_cast<std::size_t>(count));
  }
}

std::string Child::read_rest(Deadline deadline) {
  for (;;) {
    if (!wait_for(output_.get(), POLLIN, deadline)) throw Failure("the program does not end its output");
    char bytes[512];
    const auto count = ::read(output_.get(), bytes, sizeof bytes);
    if (count <= 0) return std::exchange(buffered_, {});
    buffered_.append(bytes, static_cast<std::size_t>(count));
  }
}

std::string Child::messages() const {
  std::string text(static_cast<std::size_t>(::lseek(messages_.get(), 0, SEEK_END)), '\0');
  const auto count = ::pread(messages_.get(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<long>(count, 0)));
  return text;
}

void Child::signal(int number) { ::kill(pid_, number); }

int Child::wait(Deadline deadline) {
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (Clock::now() >= deadline) throw Failure("the program does not end");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  pid_ = -1;
  if (WIFSIGNALED(status)) {
    throw Failure(std::string("the program was ended by a signal: ") + ::strsignal(WTERMSIG(status)));
  }
  return WEXITSTATUS(status);
}

}  // namespace traffic
