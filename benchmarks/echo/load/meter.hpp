/// Measures what the server spends while a load runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "echo/load/loops.hpp"

namespace bench {

class Meter {
 public:
  /// Measures for `duration`, after a fifth of it.
  Meter(const Process& server, Clock::duration duration)
      : server_(&server), begin_(Clock::now() + duration / 5), end_(begin_ + duration) {}

  /// To be called often, with the number of requests that have been answered; false when the time is over.
  bool is_running(std::size_t requests) {
    const auto now = Clock::now();
    if (!start_ && now >= begin_) start_ = look(now, requests);
    if (now < end_) return true;
    stop_ = look(now, requests);
    return false;
  }

  /// After is_running has said no.
  [[nodiscard]] Cost cost() const {
    const auto requests = static_cast<double>(stop_.requests - start_->requests);
    const std::chrono::duration<double> elapsed = stop_.time - start_->time;
    return {stop_.requests, static_cast<double>((stop_.cpu - start_->cpu).count()) / requests,
            requests / elapsed.count()};
  }

 private:
  struct Look {
    Clock::time_point time;
    std::chrono::nanoseconds cpu{};
    std::size_t requests = 0;
  };

  [[nodiscard]] Look look(Clock::time_point now, std::size_t requests) const {
    return {now, server_->cpu_time(), requests};
  }

  const Process* server_;
  Clock::time_point begin_;
  Clock::time_point end_;
  std::optional<Look> start_;
  Look stop_;
};

}  // namespace bench
