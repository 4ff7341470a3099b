#include "board/board.hpp"

#include <utility>

#include <ferry/v0_2/join.hpp>
#include <ferry/v0_2/sync.hpp>

#include "clock/clock.hpp"

namespace rt = ferry::v0_2;

namespace {

rt::Task<int> listen(rt::sync::Notify& bell, rt::sync::watch::Receiver<int> round) {
  int sum = 0;
  co_await bell.notified();
  while (auto number = co_await round.recv()) sum += *number;
  co_return sum;
}

}  // namespace

rt::Task<int> add_up_rounds() {
  rt::sync::Notify bell;
  auto [sender, receiver] = rt::sync::watch::channel(0);
  auto ticking = tick(bell, std::move(sender), 3);
  auto listening = listen(bell, std::move(receiver));
  auto both = co_await rt::join(std::move(ticking), std::move(listening));
  co_return std::get<1>(both);
}
