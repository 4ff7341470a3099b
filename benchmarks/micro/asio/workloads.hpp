/// The workloads on raw Boost.Asio, a file a group: `asio` with the default, type-erased executor,
/// `asio-typed` with io_context's own, which is faster and less known.
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>
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
#include <boost/asio/use_future.hpp>

#include "micro/support.hpp"

namespace bench {

namespace asio = boost::asio;
using boost::system::error_code;

/// One io_context, run by the thread that waits for the work, or by so many others.
class Context {
 public:
  explicit Context(int threads) : context_(threads) {
    if (threads == 1) return;
    guard_.emplace_back(context_.get_executor());
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { context_.run(); });
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  /// What is still waiting is dropped.
  ~Context() {
    guard_.clear();
    context_.stop();
  }

  template <typename T, typename Executor>
  T run(asio::awaitable<T, Executor> work) {
    auto done = asio::co_spawn(Executor(context_.get_executor()), std::move(work), asio::use_future);
    if (threads_.empty()) {
      // Not before it is out of work: it may have to wait for another thread.
      while (done.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        context_.restart();
        context_.run_one();
      }
    }
    return done.get();
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
    if (remaining_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    const auto complete = std::move(complete_);  // which may end this latch
    complete();
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

/// Which spelling: the executor, and whether several threads run it.
template <typename ExecutorType, bool kIsConcurrent>
struct Kind {
  using Executor = ExecutorType;
  static constexpr int kThreads = kIsConcurrent ? 2 : 1;
  static constexpr bool kIsTyped = !std::is_same_v<Executor, asio::any_io_executor>;
  static constexpr asio::use_awaitable_t<Executor> kToken{};

  template <typename T>
  using Awaitable = asio::awaitable<T, Executor>;
  template <typename T>
  using ConcurrentChannel = asio::experimental::concurrent_channel<Executor, void(error_code, T)>;
  template <typename T>
  using Channel = std::conditional_t<kIsConcurrent, ConcurrentChannel<T>,
                                     asio::experimental::channel<Executor, void(error_code, T)>>;

  /// The handler of a coroutine that `latch` waits for.
  static auto counting_down(Latch& latch) {
    return [&latch](const std::exception_ptr& error, auto&&...) {
      expect(!error);
      latch.count_down();
    };
  }

  static Awaitable<void> yield(std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) co_await asio::post(kToken);
  }

  template <typename T>
  static void add(const Workload& workload, Awaitable<T> (*work)()) {
    bench::add(
        workload, kThreads, kIsTyped ? "asio-typed" : "asio",
        [] { return std::make_unique<Context>(kThreads); },
        [work](const std::unique_ptr<Context>& context) {
          if constexpr (std::is_void_v<T>) {
            context->run(work());
            return Figures();
          } else {
            return context->run(work());
          }
        });
  }
};

/// Calls `add<K>()` for every Kind.
template <typename Add>
void add_kinds(Add add) {
  add.template operator()<Kind<asio::any_io_executor, false>>();
  add.template operator()<Kind<asio::any_io_executor, true>>();
  add.template operator()<Kind<asio::io_context::executor_type, false>>();
  add.template operator()<Kind<asio::io_context::executor_type, true>>();
}

void add_tasks();
void add_calls();
void add_channels();
void add_locks();
void add_selects();
void add_timers();

}  // namespace bench
