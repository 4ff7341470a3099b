/// Yielding, and coroutines that await coroutines.
#include <string>

#include "micro/asio/workloads.hpp"

namespace bench {
namespace {

template <typename K>
struct Calls {
  template <typename T>
  using Awaitable = typename K::template Awaitable<T>;

  static Awaitable<void> yield_one() { return K::yield(kOperations); }
  static Awaitable<void> yield_1000() {
    const auto executor = co_await asio::this_coro::executor;
    Latch latch(kMany);
    for (std::size_t i = 0; i < kMany; ++i) {
      asio::co_spawn(executor, K::yield(kOperations / kMany), K::counting_down(latch));
    }
    co_await latch.async_wait(K::kToken);
  }

  static Awaitable<void> yield_below(std::size_t depth) {
    if (depth == 0) {
      co_await K::yield(kOperations);
    } else {
      co_await yield_below(depth - 1);
    }
  }
  static Awaitable<void> deep_yield() { return yield_below(kDepth); }

  static Awaitable<std::size_t> nest(std::size_t depth) {
    if (depth == 0) co_return 0;
    co_return 1 + co_await nest(depth - 1);
  }
  template <std::size_t kLevels>
  static Awaitable<void> nested() {
    for (std::size_t i = 0; i < kOperations / kLevels; ++i) {
      std::size_t depth = kLevels;
      benchmark::DoNotOptimize(depth);
      expect(co_await nest(depth) == kLevels);
    }
  }
};

}  // namespace

void add_calls() {
  add_kinds([]<typename K>() {
    using W = Calls<K>;
    K::add({"yield_one"}, &W::yield_one);
    K::add({"yield_1000"}, &W::yield_1000);
    // Every C++ coroutine has a frame of its own, so what Rust calls boxed is the same program here.
    for (const std::string kind : {"", "_boxed"}) {
      K::add({"deep_yield" + kind + "_100"}, &W::deep_yield);
      K::add({"nested" + kind + "_1"}, &W::template nested<1>);
      K::add({"nested" + kind + "_10"}, &W::template nested<10>);
      K::add({"nested" + kind + "_100"}, &W::template nested<100>);
    }
  });
}

}  // namespace bench
