/// Which connections have something to receive.
#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <span>
#include <stdexcept>
#include <sys/epoll.h>
#include <unistd.h>

#include "echo/load/connection.hpp"

namespace bench {

class Poller {
 public:
  static constexpr std::chrono::seconds kPatience{5};

  explicit Poller(std::span<const Connection> connections) : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw_errno("epoll_create1");
    for (std::size_t i = 0; i < connections.size(); ++i) {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connections[i].descriptor(), &event) != 0)
        throw_errno("epoll_ctl");
    }
  }
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  ~Poller() { close(epoll_); }

  /// Calls `receive(index)` for each of those that are ready before the time is over. Throws when the time is
  /// kPatience.
  template <typename Receive>
  void wait(std::chrono::nanoseconds at_most, Receive receive) {
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(at_most);
    const timespec time{whole.count(), (at_most - whole).count()};
    const int count = epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &time, nullptr);
    if (count < 0 && errno != EINTR) throw_errno("epoll_pwait2");
    if (count == 0 && at_most >= kPatience) throw std::runtime_error("no reply in time");
    for (int i = 0; i < count; ++i) receive(events_[static_cast<std::size_t>(i)].data.u64);
  }

 private:
  int epoll_;
  std::array<epoll_event, 256> events_;
};

}  // namespace bench
