/// Channels, and tasks that wake each other through them.
#include <utility>
#include <vector>

#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>

#include "micro/ferry/workloads.hpp"

namespace bench {
namespace {

using ferry::Task;
using ferry::sync::Semaphore;
namespace broadcast = ferry::sync::broadcast;
namespace mpsc = ferry::sync::mpsc;
namespace oneshot = ferry::sync::oneshot;
namespace watch = ferry::sync::watch;

Task<void> answer_ping(oneshot::Receiver<std::size_t> ping, oneshot::Sender<std::size_t> pong) {
  expect(std::move(pong).send((co_await ping).value()).has_value());
}
Task<void> ping_pong_oneshot() {
  for (std::size_t i = 0; i < kOperations; ++i) {
    auto [ping_sender, ping_receiver] = oneshot::channel<std::size_t>();
    auto [pong_sender, pong_receiver] = oneshot::channel<std::size_t>();
    static_cast<void>(ferry::spawn(answer_ping(std::move(ping_receiver), std::move(pong_sender))));
    expect(std::move(ping_sender).send(i).has_value());
    expect((co_await pong_receiver).value() == i);
  }
}

Task<void> forward(mpsc::Receiver<std::size_t> from, mpsc::Sender<std::size_t> to, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    const auto value = co_await from.recv();
    expect((co_await to.send(*value + 1)).has_value());
  }
}
Task<void> ping_pong() {
  auto [ping_sender, ping_receiver] = mpsc::channel<std::size_t>(1);
  auto [pong_sender, pong_receiver] = mpsc::channel<std::size_t>(1);
  auto other = ferry::spawn(forward(std::move(ping_receiver), std::move(pong_sender), kOperations));
  for (std::size_t i = 0; i < kOperations; ++i) {
    expect((co_await ping_sender.send(i)).has_value());
    const auto value = co_await pong_receiver.recv();
    expect(*value == i + 1);
  }
  (co_await other).value();
}

Task<void> chain() {
  auto [first, receiver] = mpsc::channel<std::size_t>(1);
  std::vector<ferry::task::JoinHandle<void>> tasks;
  tasks.reserve(kMany);
  for (std::size_t i = 0; i < kMany; ++i) {
    auto [next_sender, next_receiver] = mpsc::channel<std::size_t>(1);
    tasks.push_back(ferry::spawn(forward(std::move(receiver), std::move(next_sender), kOperations / kMany)));
    receiver = std::move(next_receiver);
  }
  for (std::size_t i = 0; i < kOperations / kMany; ++i) {
    expect((co_await first.send(0)).has_value());
    const auto value = co_await receiver.recv();
    expect(*value == kMany);
  }
  co_await join_all(tasks);
}

Task<void> produce(mpsc::Sender<std::size_t> sender, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) expect((co_await sender.send(i)).has_value());
}
template <std::size_t kProducers>
Task<void> consume() {
  auto [sender, receiver] = mpsc::channel<std::size_t>(kChannelCapacity);
  constexpr std::size_t kEach = kOperations / kProducers;
  std::vector<ferry::task::JoinHandle<void>> producers;
  for (std::size_t i = 0; i < kProducers; ++i) producers.push_back(ferry::spawn(produce(sender, kEach)));
  {
    const auto last = std::move(sender);
  }
  std::size_t sum = 0;
  while (const auto value = co_await receiver.recv()) sum += *value;
  expect(sum == kProducers * (kEach * (kEach - 1) / 2));
  co_await join_all(producers);
}

Task<void> hear(broadcast::Receiver<std::size_t> receiver, Semaphore& heard) {
  for (std::size_t i = 0; i < kOperations / kReceivers; ++i) {
    benchmark::DoNotOptimize((co_await receiver.recv()).value());
    if ((i + 1) % kChannelCapacity == 0) heard.add_permits(1);
  }
  heard.add_permits(1);
}
Task<void> broadcast_8() {
  const broadcast::Sender<std::size_t> sender(kChannelCapacity);
  Semaphore heard(0);
  std::vector<ferry::task::JoinHandle<void>> tasks;
  for (std::size_t i = 0; i < kReceivers; ++i) tasks.push_back(ferry::spawn(hear(sender.subscribe(), heard)));
  for (std::size_t i = 0; i < kOperations / kReceivers; ++i) {
    expect(sender.send(i).has_value());
    if ((i + 1) % kChannelCapacity == 0) {  // nobody may lag behind
      auto permits = co_await heard.acquire_many(kReceivers);
      std::move(*permits).forget();
    }
  }
  co_await join_all(tasks);
}

Task<void> look(watch::Receiver<std::size_t> receiver, Semaphore& seen) {
  for (std::size_t i = 0; i < kOperations / kReceivers; ++i) {
    expect((co_await receiver.changed()).has_value());
    benchmark::DoNotOptimize(*receiver.borrow_and_update());
    seen.add_permits(1);
  }
}
Task<void> watch_8() {
  const watch::Sender<std::size_t> sender(std::size_t{0});
  Semaphore seen(0);
  std::vector<ferry::task::JoinHandle<void>> tasks;
  for (std::size_t i = 0; i < kReceivers; ++i) tasks.push_back(ferry::spawn(look(sender.subscribe(), seen)));
  for (std::size_t i = 0; i < kOperations / kReceivers; ++i) {
    expect(sender.send(i).has_value());
    auto permits = co_await seen.acquire_many(kReceivers);
    std::move(*permits).forget();
  }
  co_await join_all(tasks);
}

}  // namespace

void add_channels() {
  add({"ping_pong"}, ping_pong);
  add({"ping_pong_oneshot"}, ping_pong_oneshot);
  add({"chain"}, chain);
  add({"mpsc_1p"}, consume<1>);
  add({"mpsc_4p"}, consume<4>);
  add({"broadcast_8"}, broadcast_8);
  add({"watch_8"}, watch_8);
}

}  // namespace bench
