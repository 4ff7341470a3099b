/// The micro benchmarks on raw Boost.Asio: `asio` with the default, type-erased executor, `asio-typed` with
/// io_context's own, which is faster and less known.
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "micro/support.hpp"

namespace asio = boost::asio;
using bench::kBatch;
using bench::kChannelCapacity;
using bench::kOperations;
using boost::system::error_code;

namespace {

void expect(bool holds) {
  if (!holds) throw std::logic_error("a benchmark computed something wrong");
}

/// One io_context, run by the thread that waits for the work, or by two others.
class Context {
 public:
  explicit Context(int threads) : context_(threads) {
    if (threads == 1) return;
    guard_.emplace_back(context_.get_executor());
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { context_.run(); });
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { guard_.clear(); }

  template <typename Executor>
  void run(asio::awaitable<void, Executor> work) {
    std::promise<std::exception_ptr> done;
    asio::co_spawn(Executor(context_.get_executor()), std::move(work),
                   [&done](std::exception_ptr error) { done.set_value(std::move(error)); });
    if (threads_.empty()) {
      context_.run();
      context_.restart();
    }
    if (auto error = done.get_future().get()) std::rethrow_exception(error);
  }

 private:
  asio::io_context context_;
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guard_;
  std::vector<std::jthread> threads_;
};

/// Completes its one wait when it has been counted down: joins a batch of coroutines with less work than
/// parallel_group does.
class Latch {
 public:
  explicit Latch(std::size_t count) : remaining_(count + 1) {}

  void count_down() {
    if (remaining_.fetch_sub(1, std::memory_order_acq_rel) == 1) complete_();
  }

  template <typename Token>
  auto async_wait(Token token) {
    return asio::async_initiate<Token, void()>(
        [this]<typename Handler>(Handler handler) {
          complete_ = [handler = std::make_shared<Handler>(std::move(handler))] {
            auto executor = asio::get_associated_executor(*handler);
            asio::post(executor, std::move(*handler));
          };
          count_down();
        },
        token);
  }

 private:
  std::atomic<std::size_t> remaining_;
  std::function<void()> complete_;
};

template <typename Executor, bool kConcurrent>
struct Workloads {
  template <typename T>
  using Awaitable = asio::awaitable<T, Executor>;
  template <typename T>
  using Channel =
      std::conditional_t<kConcurrent, asio::experimental::concurrent_channel<Executor, void(error_code, T)>,
                         asio::experimental::channel<Executor, void(error_code, T)>>;
  static constexpr asio::use_awaitable_t<Executor> kToken{};

  static Awaitable<std::size_t> answer(std::size_t value) { co_return value; }

  static Awaitable<void> spawn_join() {
    const auto executor = co_await asio::this_coro::executor;
    for (std::size_t batch = 0; batch < kOperations / kBatch; ++batch) {
      Latch latch(kBatch);
      for (std::size_t i = 0; i < kBatch; ++i) {
        asio::co_spawn(executor, answer(i), [&latch](const std::exception_ptr&, std::size_t value) {
          benchmark::DoNotOptimize(value);
          latch.count_down();
        });
      }
      co_await latch.async_wait(kToken);
    }
  }

  static Awaitable<void> spawn_one() {
    const auto executor = co_await asio::this_coro::executor;
    for (std::size_t i = 0; i < kOperations; ++i) {
      benchmark::DoNotOptimize(co_await asio::co_spawn(executor, answer(i), kToken));
    }
  }

  static Awaitable<void> yield(std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) co_await asio::post(kToken);
  }
  static Awaitable<void> yield_one() { return yield(kOperations); }
  static Awaitable<void> yield_many() {
    const auto executor = co_await asio::this_coro::executor;
    Latch latch(kBatch);
    for (std::size_t i = 0; i < kBatch; ++i) {
      asio::co_spawn(executor, yield(kOperations / kBatch),
                     [&latch](const std::exception_ptr&) { latch.count_down(); });
    }
    co_await latch.async_wait(kToken);
  }

  using Oneshot = std::shared_ptr<Channel<std::size_t>>;
  static Awaitable<void> answer_ping(Oneshot ping, Oneshot pong) {
    const std::size_t value = co_await ping->async_receive(kToken);
    expect(pong->try_send(error_code{}, value));
  }
  static Awaitable<void> ping_pong() {
    const auto executor = co_await asio::this_coro::executor;
    for (std::size_t i = 0; i < kOperations; ++i) {
      auto ping = std::make_shared<Channel<std::size_t>>(executor, 1);
      auto pong = std::make_shared<Channel<std::size_t>>(executor, 1);
      asio::co_spawn(executor, answer_ping(ping, pong), asio::detached);
      expect(ping->try_send(error_code{}, i));
      expect(co_await pong->async_receive(kToken) == i);
    }
  }

  static Awaitable<void> produce(Channel<std::size_t>& channel) {
    for (std::size_t i = 0; i < kOperations; ++i) co_await channel.async_send(error_code{}, i, kToken);
  }
  static Awaitable<void> mpsc() {
    const auto executor = co_await asio::this_coro::executor;
    Channel<std::size_t> channel(executor, kChannelCapacity);
    Latch latch(1);
    asio::co_spawn(executor, produce(channel), [&latch](const std::exception_ptr&) { latch.count_down(); });
    std::size_t sum = 0;
    for (std::size_t i = 0; i < kOperations; ++i) sum += co_await channel.async_receive(kToken);
    expect(sum == kOperations * (kOperations - 1) / 2);
    co_await latch.async_wait(kToken);
  }

  static Awaitable<std::size_t> nest(std::size_t depth) {
    if (depth == 0) co_return 0;
    co_return 1 + co_await nest(depth - 1);
  }
  template <std::size_t kDepth>
  static Awaitable<void> nested() {
    for (std::size_t i = 0; i < kOperations / kDepth; ++i) {
      std::size_t depth = kDepth;
      benchmark::DoNotOptimize(depth);
      expect(co_await nest(depth) == kDepth);
    }
  }
};

template <typename Executor, bool kConcurrent>
void add_all(int threads, const std::string& peer) {
  using W = Workloads<Executor, kConcurrent>;
  const auto add = [&](const std::string& workload, auto work) {
    bench::add(
        workload, threads, peer, [threads] { return std::make_unique<Context>(threads); },
        [work](const std::unique_ptr<Context>& context) { context->run(work()); });
  };
  add("spawn_join", &W::spawn_join);
  add("spawn_one", &W::spawn_one);
  add("yield_one", &W::yield_one);
  add("yield_many", &W::yield_many);
  add("ping_pong", &W::ping_pong);
  add("mpsc", &W::mpsc);
  // Every C++ coroutine has a frame of its own, so what Rust calls boxed is the same program here.
  for (const std::string kind : {"nested_", "nested_boxed_"}) {
    add(kind + "1", &W::template nested<1>);
    add(kind + "10", &W::template nested<10>);
    add(kind + "100", &W::template nested<100>);
  }
}

}  // namespace

int main(int argc, char** argv) {
  add_all<asio::any_io_executor, false>(1, "asio");
  add_all<asio::any_io_executor, true>(2, "asio");
  add_all<asio::io_context::executor_type, false>(1, "asio-typed");
  add_all<asio::io_context::executor_type, true>(2, "asio-typed");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
