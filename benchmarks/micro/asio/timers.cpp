/// Timers.
#include <boost/asio/steady_timer.hpp>

#include "micro/asio/workloads.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::atomic<std::size_t> sleeping = 0;

template <typename K>
struct Timers {
  template <typename T>
  using Awaitable = typename K::template Awaitable<T>;
  using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, typename K::Executor>;
  static constexpr auto kToken = K::kToken;

  static Awaitable<void> sleep(Clock::duration duration) {
    Timer timer(co_await asio::this_coro::executor, duration);
    co_await timer.async_wait(kToken);
  }

  static Awaitable<void> start_and_drop(std::size_t times) {
    const auto executor = co_await asio::this_coro::executor;
    for (std::size_t i = 0; i < times; ++i) {
      {
        Timer timer(executor, 1h);
        timer.async_wait([](const error_code& error) { expect(error == asio::error::operation_aborted); });
      }
      if (i % kFew == 0) co_await asio::post(kToken);  // runs the handlers
    }
  }
  static Awaitable<void> timer_cancel() {
    const auto executor = co_await asio::this_coro::executor;
    // Another one ends sooner, as it does in a program that has timers, and the driver knows: so none of
    // these is the next to end, for which it would have to be woken.
    Timer sooner(executor, 1min);
    sooner.async_wait([](const error_code&) {});
    co_await sleep(1ms);
    Latch latch(kContenders);
    for (std::size_t i = 0; i < kContenders; ++i) {
      asio::co_spawn(executor, start_and_drop(kOperations / kContenders), K::counting_down(latch));
    }
    co_await latch.async_wait(kToken);
  }

  // The only timer there is: always the next to end.
  static Awaitable<void> timer_cancel_alone() { return start_and_drop(kOperations); }

  static Awaitable<void> sleep_until(Clock::time_point deadline, std::int64_t& late_ns) {
    Timer timer(co_await asio::this_coro::executor, deadline);
    co_await timer.async_wait(kToken);
    late_ns = std::chrono::nanoseconds(Clock::now() - deadline).count();
  }
  static Awaitable<Figures> timer_fire() {
    const auto executor = co_await asio::this_coro::executor;
    std::vector<std::int64_t> late_ns(kOperations);
    Latch latch(kOperations);
    const auto first = Clock::now() + 200ms;  // until then they are spawned
    for (std::size_t i = 0; i < kOperations; ++i) {
      asio::co_spawn(executor, sleep_until(first + timer_offset(i), late_ns[i]), K::counting_down(latch));
    }
    co_await latch.async_wait(kToken);
    co_return lateness(std::move(late_ns));
  }

  static Awaitable<void> sleep_for_ever() {
    Timer timer(co_await asio::this_coro::executor, 1h);
    sleeping.fetch_add(1, std::memory_order_relaxed);
    co_await timer.async_wait(kToken);
  }
  static Awaitable<Figures> sleep_idle() {
    const auto executor = co_await asio::this_coro::executor;
    const std::size_t before = resident_bytes();
    for (std::size_t i = 0; i < kMillion; ++i) asio::co_spawn(executor, sleep_for_ever(), asio::detached);
    while (sleeping.load(std::memory_order_relaxed) < kMillion) co_await sleep(1ms);
    co_await sleep(100ms);
    Figures figures;
    figures["rss_bytes"] = static_cast<double>(resident_bytes() - before) / kMillion;
    co_return figures;
  }
};

}  // namespace

void add_timers() {
  add_kinds([]<typename K>() {
    using W = Timers<K>;
    K::add({"timer_cancel"}, &W::timer_cancel);
    K::add({"timer_cancel_alone"}, &W::timer_cancel_alone);
    K::add({"timer_fire", kOperations, true}, &W::timer_fire);
    K::add({"sleep_idle", kMillion, true}, &W::sleep_idle);
  });
}

}  // namespace bench
