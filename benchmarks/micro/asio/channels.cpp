/// Channels, and coroutines that wake each other through them. Asio has nothing like broadcast and watch.
#include "micro/asio/workloads.hpp"

namespace bench {
namespace {

template <typename K>
struct Channels {
  template <typename T>
  using Awaitable = typename K::template Awaitable<T>;
  using Channel = typename K::template Channel<std::size_t>;
  using Shared = std::shared_ptr<Channel>;
  static constexpr auto kToken = K::kToken;

  static Awaitable<void> answer_ping(Shared ping, Shared pong) {
    const std::size_t value = co_await ping->async_receive(kToken);
    expect(pong->try_send(error_code{}, value));
  }
  static Awaitable<void> ping_pong_oneshot() {
    const auto executor = co_await asio::this_coro::executor;
    for (std::size_t i = 0; i < kOperations; ++i) {
      auto ping = std::make_shared<Channel>(executor, 1);
      auto pong = std::make_shared<Channel>(executor, 1);
      asio::co_spawn(executor, answer_ping(ping, pong), asio::detached);
      expect(ping->try_send(error_code{}, i));
      expect(co_await pong->async_receive(kToken) == i);
    }
  }

  static Awaitable<void> forward(Shared from, Shared to, std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) {
      const std::size_t value = co_await from->async_receive(kToken);
      co_await to->async_send(error_code{}, value + 1, kToken);
    }
  }
  static Awaitable<void> ping_pong() {
    const auto executor = co_await asio::this_coro::executor;
    const auto ping = std::make_shared<Channel>(executor, 1);
    const auto pong = std::make_shared<Channel>(executor, 1);
    Latch latch(1);
    asio::co_spawn(executor, forward(ping, pong, kOperations), K::counting_down(latch));
    for (std::size_t i = 0; i < kOperations; ++i) {
      co_await ping->async_send(error_code{}, i, kToken);
      expect(co_await pong->async_receive(kToken) == i + 1);
    }
    co_await latch.async_wait(kToken);
  }

  static Awaitable<void> chain() {
    const auto executor = co_await asio::this_coro::executor;
    const auto first = std::make_shared<Channel>(executor, 1);
    auto receiver = first;
    Latch latch(kMany);
    for (std::size_t i = 0; i < kMany; ++i) {
      auto next = std::make_shared<Channel>(executor, 1);
      asio::co_spawn(executor, forward(receiver, next, kOperations / kMany), K::counting_down(latch));
      receiver = std::move(next);
    }
    for (std::size_t i = 0; i < kOperations / kMany; ++i) {
      co_await first->async_send(error_code{}, std::size_t{0}, kToken);
      expect(co_await receiver->async_receive(kToken) == kMany);
    }
    co_await latch.async_wait(kToken);
  }

  static Awaitable<void> produce(Channel& channel, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) co_await channel.async_send(error_code{}, i, kToken);
  }
  template <std::size_t kProducers>
  static Awaitable<void> consume() {
    const auto executor = co_await asio::this_coro::executor;
    constexpr std::size_t kEach = kOperations / kProducers;
    Channel channel(executor, kChannelCapacity);
    Latch latch(kProducers);
    for (std::size_t i = 0; i < kProducers; ++i) {
      asio::co_spawn(executor, produce(channel, kEach), K::counting_down(latch));
    }
    std::size_t sum = 0;
    for (std::size_t i = 0; i < kOperations; ++i) sum += co_await channel.async_receive(kToken);
    expect(sum == kProducers * (kEach * (kEach - 1) / 2));
    co_await latch.async_wait(kToken);
  }
};

}  // namespace

void add_channels() {
  add_kinds([]<typename K>() {
    using W = Channels<K>;
    K::add({"ping_pong"}, &W::ping_pong);
    K::add({"ping_pong_oneshot"}, &W::ping_pong_oneshot);
    K::add({"chain"}, &W::chain);
    K::add({"mpsc_1p"}, &W::template consume<1>);
    K::add({"mpsc_4p"}, &W::template consume<4>);
  });
}

}  // namespace bench
