#include "net/quiet_write.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace ferry::net::detail {
namespace {

constexpr int kNoSignal = 0x100;  // RWF_NOSIGNAL, since Linux 6.18; not in all headers yet

int size_of(std::span<const iovec> pieces) noexcept { return static_cast<int>(pieces.size()); }

}  // namespace

ssize_t quiet_writev(int fd, std::span<const iovec> pieces) noexcept {
  static constinit std::atomic<bool> is_known{true};
  if (is_known.load(std::memory_order_relaxed)) {
    const ssize_t size = ::pwritev2(fd, pieces.data(), size_of(pieces), -1, kNoSignal);
    if (size >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS)) return size;
    is_known.store(false, std::memory_order_relaxed);
  }
  return masked_writev(fd, pieces);
}

ssize_t masked_writev(int fd, std::span<const iovec> pieces) noexcept {
  sigset_t only_pipe;
  ::sigemptyset(&only_pipe);
  ::sigaddset(&only_pipe, SIGPIPE);
  sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &only_pipe, &before);
  const ssize_t size = ::writev(fd, pieces.data(), size_of(pieces));
  const int error = errno;
  // Who had blocked the signal may have one pending already, and does not mind another.
  if (::sigismember(&before, SIGPIPE) == 0) {
    if (size < 0 && error == EPIPE) {
      const timespec at_once{};
      ::sigtimedwait(&only_pipe, nullptr, &at_once);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  errno = error;
  return size;
}

}  // namespace ferry::net::detail
