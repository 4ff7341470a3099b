#include "process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace bench {
namespace {

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::chrono::nanoseconds to_duration(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

bool try_pin_to(Processors processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (unsigned i = 0; i < processors.count; ++i) CPU_SET(processors.first + i, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

}  // namespace

void pin_to(Processors processors) {
  if (!try_pin_to(processors)) throw_errno("sched_setaffinity");
}

Process Process::start(const std::vector<std::string>& command, std::optional<Processors> processors) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("pipe2");
  const pid_t pid = fork();
  if (pid < 0) throw_errno("fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a server must not outlive its load generator
    if (processors && !try_pin_to(*processors)) _exit(126);
    dup2(ends[1], STDOUT_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  return {pid, ends[0]};
}

Process::~Process() {
  if (output_ >= 0) close(output_);
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

std::string Process::read_line() {
  std::string line;
  char next = 0;
  for (;;) {
    const ssize_t count = read(output_, &next, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("read");
    if (count == 0 || next == '\n') return line;
    line.push_back(next);
  }
}

std::string Process::read_all() {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = read(output_, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("read");
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::chrono::nanoseconds Process::cpu_time() const {
  clockid_t clock{};
  if (const int error = clock_getcpuclockid(pid_, &clock); error != 0) {
    throw std::system_error(error, std::generic_category(), "clock_getcpuclockid");
  }
  timespec now{};
  if (clock_gettime(clock, &now) != 0) throw_errno("clock_gettime");
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::size_t Process::resident_bytes() const {
  // Unlike `statm`, which lags behind by what each processor has counted but not told yet.
  std::ifstream file("/proc/" + std::to_string(pid_) + "/smaps_rollup");
  for (std::string word; file >> word;) {
    std::size_t kilobytes = 0;
    if (word == "Rss:" && file >> kilobytes) return kilobytes * 1024;
  }
  throw std::runtime_error("cannot tell how much memory process " + std::to_string(pid_) + " has");
}

void Process::terminate() const { kill(pid_, SIGTERM); }

Process::Exit Process::wait() {
  int status = 0;
  rusage usage{};
  while (wait4(pid_, &status, 0, &usage) < 0) {
    if (errno != EINTR) throw_errno("wait4");
  }
  pid_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          to_duration(usage.ru_utime) + to_duration(usage.ru_stime),
          static_cast<std::size_t>(usage.ru_maxrss) * 1024};
}

}  // namespace bench
