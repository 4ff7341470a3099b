/// Spawning and joining.
#include <boost/asio/thread_pool.hpp>

#include "micro/asio/workloads.hpp"

namespace bench {
namespace {

template <typename K>
struct Tasks {
  template <typename T>
  using Awaitable = typename K::template Awaitable<T>;
  static constexpr auto kToken = K::kToken;

  static Awaitable<std::size_t> answer(std::size_t value) { co_return value; }

  static Awaitable<void> spawn_and_join(std::size_t tasks_at_once, std::size_t operations) {
    const auto executor = co_await asio::this_coro::executor;
    for (std::size_t batch = 0; batch < operations / tasks_at_once; ++batch) {
      Latch latch(tasks_at_once);
      for (std::size_t i = 0; i < tasks_at_once; ++i) {
        asio::co_spawn(executor, answer(i), K::counting_down(latch));
      }
      co_await latch.async_wait(kToken);
    }
  }
  static Awaitable<void> spawn_join() { return spawn_and_join(kFew, kOperations); }
  static Awaitable<void> spawn_batch() { return spawn_and_join(kMany, kOperations); }
  static Awaitable<void> spawn_fresh() { return spawn_and_join(kMillion, kMillion); }

  static Awaitable<void> spawn_one() {
    const auto executor = co_await asio::this_coro::executor;
    for (std::size_t i = 0; i < kOperations; ++i) {
      benchmark::DoNotOptimize(co_await asio::co_spawn(executor, answer(i), kToken));
    }
  }

  static Awaitable<void> spawn_remote() {
    const auto executor = co_await asio::this_coro::executor;
    // Never full, so the thread never waits.
    typename K::template ConcurrentChannel<Latch*> channel(executor, kOperations / kMany);
    const auto guard = asio::make_work_guard(executor);
    std::jthread thread([executor, &channel] {
      for (std::size_t batch = 0; batch < kOperations / kMany; ++batch) {
        auto latch = std::make_unique<Latch>(kMany);
        for (std::size_t i = 0; i < kMany; ++i) {
          asio::co_spawn(executor, answer(i), K::counting_down(*latch));
        }
        expect(channel.try_send(error_code{}, latch.release()));
      }
    });
    for (std::size_t batch = 0; batch < kOperations / kMany; ++batch) {
      const std::unique_ptr<Latch> latch(co_await channel.async_receive(kToken));
      co_await latch->async_wait(kToken);
    }
  }

  static Awaitable<void> tree(std::size_t levels) {
    if (levels == 0) co_return;
    const auto executor = co_await asio::this_coro::executor;
    Latch latch(kChildren);
    for (std::size_t i = 0; i < kChildren; ++i) {
      asio::co_spawn(executor, tree(levels - 1), K::counting_down(latch));
    }
    co_await latch.async_wait(kToken);
  }
  static Awaitable<void> fan_out() { return tree(kLevels); }

  static Awaitable<std::size_t> fib_of(std::size_t n) {
    if (n < 2) co_return n;
    const auto executor = co_await asio::this_coro::executor;
    Latch latch(1);
    std::size_t first = 0;
    asio::co_spawn(executor, fib_of(n - 1), [&](const std::exception_ptr&, std::size_t result) {
      first = result;
      latch.count_down();
    });
    const std::size_t second = co_await fib_of(n - 2);
    co_await latch.async_wait(kToken);
    co_return first + second;
  }
  static Awaitable<void> fib() { expect(co_await fib_of(kFib) == kFibResult); }

  static Awaitable<void> count(std::atomic<std::size_t>& counter) {
    counter.fetch_add(1, std::memory_order_relaxed);
    co_return;
  }
  static Awaitable<void> scope_batch() {
    const auto executor = co_await asio::this_coro::executor;
    std::atomic<std::size_t> counter = 0;
    for (std::size_t batch = 0; batch < kOperations / kMany; ++batch) {
      Latch latch(kMany);
      for (std::size_t i = 0; i < kMany; ++i) {
        asio::co_spawn(executor, count(counter), K::counting_down(latch));
      }
      co_await latch.async_wait(kToken);
    }
    expect(counter == kOperations);
  }

  static Awaitable<void> spawn_blocking() {
    const auto executor = co_await asio::this_coro::executor;
    const auto guard = asio::make_work_guard(executor);
    static asio::thread_pool pool(2);  // which has to be given a size
    for (std::size_t batch = 0; batch < kBlockingJobs / kFew; ++batch) {
      Latch latch(kFew);
      for (std::size_t i = 0; i < kFew; ++i) {
        asio::post(pool, [&latch, i] {
          auto result = i;
          benchmark::DoNotOptimize(result);
          latch.count_down();
        });
      }
      co_await latch.async_wait(kToken);
    }
  }
};

}  // namespace

void add_tasks() {
  add_kinds([]<typename K>() {
    using W = Tasks<K>;
    K::add({"spawn_one"}, &W::spawn_one);
    K::add({"spawn_join"}, &W::spawn_join);
    K::add({"spawn_batch"}, &W::spawn_batch);
    K::add({"spawn_fresh", kMillion, true}, &W::spawn_fresh);
    K::add({"spawn_remote"}, &W::spawn_remote);
    K::add({"fan_out", kTreeTasks}, &W::fan_out);
    K::add({"fib", kFibTasks}, &W::fib);
    K::add({"fork_join", kFibTasks}, &W::fib);
    K::add({"scope_batch"}, &W::scope_batch);
    K::add({"spawn_blocking", kBlockingJobs}, &W::spawn_blocking);
  });
}

}  // namespace bench
