/// Coroutines that contend. Asio has no locks; a channel that holds permits does the same.
#include "micro/asio/workloads.hpp"

namespace bench {
namespace {

template <typename K>
struct Locks {
  template <typename T>
  using Awaitable = typename K::template Awaitable<T>;
  using Permits = typename K::template Channel<std::size_t>;

  static constexpr std::size_t kEach = kOperations / kContenders;

  static Awaitable<void> count(Permits& permits, std::size_t& counter, bool is_yielding) {
    for (std::size_t i = 0; i < kEach; ++i) {
      const std::size_t permit = co_await permits.async_receive(K::kToken);
      if (permits.capacity() == 1) ++counter;
      if (is_yielding) co_await asio::post(K::kToken);
      expect(permits.try_send(error_code{}, permit));
    }
  }
  template <std::size_t kPermits, bool kIsYielding>
  static Awaitable<void> contend() {
    const auto executor = co_await asio::this_coro::executor;
    Permits permits(executor, kPermits);
    for (std::size_t i = 0; i < kPermits; ++i) expect(permits.try_send(error_code{}, i));
    std::size_t counter = 0;
    Latch latch(kContenders);
    for (std::size_t i = 0; i < kContenders; ++i) {
      asio::co_spawn(executor, count(permits, counter, kIsYielding), K::counting_down(latch));
    }
    co_await latch.async_wait(K::kToken);
    expect(kPermits > 1 || counter == kOperations);
  }
};

}  // namespace

void add_locks() {
  add_kinds([]<typename K>() {
    using W = Locks<K>;
    K::add({"mutex"}, &W::template contend<1, false>);
    K::add({"mutex_yield"}, &W::template contend<1, true>);
    K::add({"semaphore"}, &W::template contend<kPermits, true>);
  });
}

}  // namespace bench
