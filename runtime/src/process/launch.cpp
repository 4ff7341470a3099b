#include "process/launch.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <grp.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <ferry/io/error.hpp>

#include "net/transfer.hpp"
#include "process/all_signals.hpp"
#include "support/owned_fd.hpp"

// The child reports what goes wrong through a pipe that exec closes: if it reads as empty, all went well.
//
// vfork costs the same however much memory the process has, because the child borrows it until exec; fork
// copies page tables. So it is vfork unless the child runs code of others, or changes its identity: then
// another user's process would share our memory for a moment.
namespace ferry::process::detail {
namespace {

using ferry::detail::OwnedFd;
using ferry::detail::retry;

// What follows runs in the child: it allocates nothing, takes no lock, and writes to nothing but its own
// stack, errno and the Launch, which are the parent's with vfork. Each part returns 0 or errno.

int move_away_from_stdio(int& fd) noexcept {
  if (fd < 0 || fd > STDERR_FILENO) return 0;
  const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (moved < 0) return errno;
  fd = moved;
  return 0;
}

int set_stdio(std::array<int, 3> stdio) noexcept {
  // A source that has another one's number would be overwritten before its turn.
  for (int number = 0; number < 3; ++number) {
    int& source = stdio[static_cast<std::size_t>(number)];
    if (source != number)
      if (const int error = move_away_from_stdio(source)) return error;
  }
  for (int number = 0; number < 3; ++number) {
    const int source = stdio[static_cast<std::size_t>(number)];
    if (source < 0) continue;
    // Neither leaves it to be closed by exec.
    const auto place = [&] {
      return source == number ? ::fcntl(source, F_SETFD, 0) : ::dup2(source, number);
    };
    if (!retry(place)) return errno;
  }
  return 0;
}

// The calls themselves: the functions of the C library would change all threads of a process.
int set_identity(const Launch& launch) noexcept {
  if (launch.gid && ::syscall(SYS_setgid, *launch.gid) != 0) return errno;
  if (!launch.uid) return 0;
  // Who may leave the superuser's groups does so.
  if (::geteuid() == 0 && ::syscall(SYS_setgroups, 0, nullptr) != 0) return errno;
  return ::syscall(SYS_setuid, *launch.uid) != 0 ? errno : 0;
}

// Handlers are this process's code, which must not run in the child; what is ignored stays so, but for
// SIGPIPE, which programs expect to end them.
int reset_signals() noexcept {
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction now{};
    if (::sigaction(number, nullptr, &now) != 0) continue;  // no signal, or the C library's own
    const bool is_handled =
        (now.sa_flags & SA_SIGINFO) != 0 || (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN);
    if (is_handled || number == SIGPIPE) ::sigaction(number, &standard, nullptr);
  }
  sigset_t none;
  ::sigemptyset(&none);
  return ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

int run_hooks(const Launch& launch) noexcept {
  for (const auto& hook : launch.pre_exec) {
    try {
      const io::Result<void> result = hook();
      if (result) continue;
      const bool is_errno = result.error().category() == boost::system::system_category();
      return is_errno ? result.error().value() : EINVAL;
    } catch (...) {
      return ECANCELED;
    }
  }
  return 0;
}

// As execvp does, but with a search path and an environment of the child's own.
int exec(Launch& launch) noexcept {
  int result = ENOENT;
  for (std::string& path : launch.paths) {
    ::execve(path.c_str(), launch.argv.data() + 1, launch.environment);
    if (errno == ENOEXEC) {  // a script that does not say who runs it
      static char shell[] = "/bin/sh";
      launch.argv[0] = shell;
      char* const name = std::exchange(launch.argv[1], path.data());
      ::execve(shell, launch.argv.data(), launch.environment);
      launch.argv[1] = name;
    }
    switch (errno) {
      case EACCES:
        result = EACCES;  // told in the end, if nothing better is found
        break;
      case ENOENT:
      case ENOTDIR:
      case ENODEV:
      case ESTALE:
      case ETIMEDOUT:
        break;
      default:
        return errno;
    }
  }
  return result;
}

int become(Launch& launch) noexcept {
  if (const int error = set_stdio(launch.stdio)) return error;
  if (const int error = set_identity(launch)) return error;
  if (launch.directory != nullptr && ::chdir(launch.directory) != 0) return errno;
  if (launch.process_group && ::setpgid(0, *launch.process_group) != 0) return errno;
  if (const int error = reset_signals()) return error;
  if (const int error = run_hooks(launch)) return error;
  return exec(launch);
}

// Not inlined: what the compiler keeps on the stack for it is not the parent's, who goes on with its own.
[[noreturn, gnu::noinline]] void run_child(Launch& launch, int report) noexcept {
  int error = move_away_from_stdio(report);
  if (error == 0) error = become(launch);
  static_cast<void>(!::write(report, &error, sizeof(error)));
  ::_exit(127);
}

// In a function of its own, which has no variables that the child could spoil.
[[gnu::noinline]] pid_t start(Launch& launch, int report, bool shares_memory) noexcept {
  const AllSignalsBlocked blocked;
  const pid_t pid = shares_memory ? ::vfork() : ::fork();
  if (pid == 0) run_child(launch, report);
  return pid;
}

}  // namespace

io::Result<pid_t> launch(Launch& launch) {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) return io::last_os_error();
  const OwnedFd report(fds[0]);
  OwnedFd childs_report(fds[1]);

  const bool runs_foreign_code = !launch.pre_exec.empty();
  const bool changes_identity = launch.uid || launch.gid;
  const pid_t pid = start(launch, childs_report.get(), !runs_foreign_code && !changes_identity);
  if (pid < 0) return io::last_os_error();
  childs_report = OwnedFd(-1);

  int error = 0;
  const io::Result<std::size_t> size = retry([&] { return ::read(report.get(), &error, sizeof(error)); });
  if (size && *size == 0) return pid;
  static_cast<void>(retry([&] { return ::waitpid(pid, nullptr, 0); }));
  return size ? io::Error(error, boost::system::system_category()) : size.error();
}

}  // namespace ferry::process::detail
