#include "clock/clock.hpp"

#include <chrono>

#include <ferry/v0_2/time.hpp>

namespace rt = ferry::v0_2;

rt::Task<void> tick(rt::sync::Notify& bell, rt::sync::watch::Sender<int> round, int times) {
  for (int i = 1; i <= times; ++i) {
    (void)round.broadcast(i);
    bell.notify();
    co_await rt::time::delay_for(std::chrono::milliseconds(10));
  }
}
