#include "process/pidfd.hpp"

#include <atomic>
#include <cerrno>
#include <sys/syscall.h>

namespace ferry::process::detail {
namespace {

constinit std::atomic<bool> g_is_refused{false};

}  // namespace

OwnedFd open_pidfd(pid_t child) noexcept {
  if (g_is_refused.load(std::memory_order_relaxed)) {
    errno = ENOSYS;
    return OwnedFd(-1);
  }
  return OwnedFd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));  // always close-on-exec
}

void refuse_pidfds(bool is_refused) noexcept { g_is_refused.store(is_refused, std::memory_order_relaxed); }

}  // namespace ferry::process::detail
