/// The first of two, and deadlines that are not reached. Both branches of `||` are coroutines of their own:
/// with several threads they need a strand, which only the type-erased executor can be.
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "micro/asio/workloads.hpp"

namespace bench {
namespace {

using namespace asio::experimental::awaitable_operators;

template <typename K>
struct Selects {
  template <typename T>
  using Awaitable = typename K::template Awaitable<T>;
  using Channel = typename K::template Channel<std::size_t>;
  using Timer =
      asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                 typename K::Executor>;
  static constexpr auto kToken = K::kToken;

  static Awaitable<std::size_t> ready() { co_return 1; }

  static Awaitable<void> select_ready() {
    Channel never(co_await asio::this_coro::executor, 1);
    std::size_t sum = 0;
    for (std::size_t i = 0; i < kOperations; ++i) {
      const auto first = co_await (ready() || never.async_receive(kToken));
      sum += std::get<0>(first);
    }
    expect(sum == kOperations);
  }

  static Awaitable<void> select_yield() {
    Channel never(co_await asio::this_coro::executor, 1);
    for (std::size_t i = 0; i < kOperations; ++i) {
      const auto first = co_await (K::yield(1) || never.async_receive(kToken));
      expect(first.index() == 0);
    }
  }

  static Awaitable<void> timeout_yield() {
    for (std::size_t i = 0; i < kOperations; ++i) {
      Timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
      const auto first = co_await (K::yield(1) || timer.async_wait(kToken));
      expect(first.index() == 0);
    }
  }

  template <Awaitable<void> (*kWork)()>
  static Awaitable<void> serialised() {
    if constexpr (K::kThreads == 1) {
      return kWork();
    } else {
      return on_strand(kWork);
    }
  }
  static Awaitable<void> on_strand(Awaitable<void> (*work)()) {
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::co_spawn(asio::any_io_executor(asio::make_strand(executor)), work(), kToken);
  }
};

}  // namespace

void add_selects() {
  add_kinds([]<typename K>() {
    if constexpr (K::kThreads == 1 || !K::kIsTyped) {
      using W = Selects<K>;
      K::add({"select_ready"}, &W::template serialised<&W::select_ready>);
      K::add({"select_yield"}, &W::template serialised<&W::select_yield>);
      K::add({"timeout_yield"}, &W::template serialised<&W::timeout_yield>);
    }
  });
}

}  // namespace bench
