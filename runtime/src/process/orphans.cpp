#include "process/orphans.hpp"

#include <cerrno>
#include <cstdint>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <thread>
#include <utility>
#include <vector>

#include "process/all_signals.hpp"
#include "process/pidfd.hpp"

// A runtime that could reap them may be shut down long before they end, or be one that nobody drives. So they
// are left to a thread, which exists as long as there are any.
namespace ferry::process::detail {
namespace {

class Orphans {
 public:
  void adopt(pid_t child) {
    const std::lock_guard lock(mutex_);
    orphans_.push_back({child, open_pidfd(child)});
    if (is_attended_) {
      const std::uint64_t one = 1;
      static_cast<void>(!::write(news_.get(), &one, sizeof(one)));
      return;
    }
    news_ = OwnedFd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    const AllSignalsBlocked blocked;  // they are for the program's own threads
    std::thread([this] { attend(); }).detach();
    is_attended_ = true;
  }

 private:
  struct Orphan {
    pid_t pid;
    OwnedFd pidfd;
  };

  // Where there is no pidfd, or no descriptor left for the news.
  static constexpr int kLookEveryMilliseconds = 1000;

  static bool has_ended(const Orphan& orphan) noexcept {
    return ::waitpid(orphan.pid, nullptr, WNOHANG) != 0;  // reaped, or no child of ours any more
  }

  void attend() noexcept {
    ::pthread_setname_np(::pthread_self(), "ferry-orphans");
    std::vector<pollfd> watched;
    for (;;) {
      bool sees_all = false;
      {
        const std::lock_guard lock(mutex_);
        std::erase_if(orphans_, has_ended);
        if (orphans_.empty()) {
          is_attended_ = false;
          news_ = OwnedFd(-1);
          return;
        }
        sees_all = news_.get() >= 0;
        watched.assign(1, {.fd = news_.get(), .events = POLLIN, .revents = 0});
        for (const Orphan& orphan : orphans_) {
          watched.push_back({.fd = orphan.pidfd.get(), .events = POLLIN, .revents = 0});
          if (orphan.pidfd.get() < 0) sees_all = false;
        }
      }
      ::poll(watched.data(), watched.size(), sees_all ? -1 : kLookEveryMilliseconds);
      std::uint64_t count = 0;
      static_cast<void>(!::read(news_.get(), &count, sizeof(count)));
    }
  }

  std::mutex mutex_;
  std::vector<Orphan> orphans_;
  bool is_attended_ = false;
  OwnedFd news_{-1};  // an eventfd, while they are attended
};

// Never destroyed: the thread may outlive main.
Orphans& orphans() {
  static Orphans& all = *new Orphans;
  return all;
}

}  // namespace

void adopt_orphan(pid_t child) noexcept {
  try {
    orphans().adopt(child);
  } catch (...) {
    // No memory or no thread: the next orphan tries again for all that are left.
  }
}

}  // namespace ferry::process::detail
