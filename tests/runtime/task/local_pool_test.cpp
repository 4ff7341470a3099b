#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/thread_park.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using task::LocalPoolHandle;

namespace {

using Loads = std::vector<std::size_t>;

template <class T>
auto join(task::JoinHandle<T> handle) {
  return detail::park_on(handle);
}

// Sends the thread on which it is destroyed.
class Witness {
 public:
  explicit Witness(sync::oneshot::Sender<std::thread::id> sender)
      : sender_(std::make_unique<sync::oneshot::Sender<std::thread::id>>(std::move(sender))) {}
  Witness(Witness&&) = default;
  ~Witness() {
    if (sender_ != nullptr) static_cast<void>(std::move(*sender_).send(std::this_thread::get_id()));
  }

 private:
  std::unique_ptr<sync::oneshot::Sender<std::thread::id>> sender_;
};

}  // namespace

TEST_SUITE("task.LocalPoolHandle") {
  TEST_CASE("a pinned task is made, run and destroyed on one thread of the pool") {
    const LocalPoolHandle pool(2);
    CHECK(pool.num_threads() == 2);
    auto [sender, receiver] = sync::oneshot::channel<std::thread::id>();
    auto create = [witness = Witness(std::move(sender))]() -> Task<std::thread::id> {
      const auto first = std::this_thread::get_id();
      for (int i = 0; i < 3; ++i) {
        co_await time::sleep(1us);
        CHECK(std::this_thread::get_id() == first);
      }
      co_return first;
    };
    const auto ran_on = join(pool.spawn_pinned(std::move(create)));
    REQUIRE(ran_on.has_value());
    CHECK(*ran_on != std::this_thread::get_id());
    CHECK(detail::park_on(receiver).value() == *ran_on);
  }

  TEST_CASE("the task runs in a local runtime, with spawn_local, timers and the blocking pool") {
    const LocalPoolHandle pool(1);
    auto create = []() -> Task<int> {
      auto value = std::make_shared<int>(1);
      auto child = [](std::shared_ptr<int> of) -> Task<void> {
        co_await task::yield_now();
        ++*of;
      };
      auto local = task::spawn_local(child(value));
      auto other = spawn(child(value));
      auto blocking = task::spawn_blocking([] { return 10; });
      (co_await local).value();
      (co_await other).value();
      co_return *value + (co_await blocking).value();
    };
    CHECK(join(pool.spawn_pinned(create)).value() == 13);
  }

  TEST_CASE("a task goes on without its handle, and without the pool's") {
    std::optional<LocalPoolHandle> pool(1);
    std::optional<LocalPoolHandle> copy = pool;
    auto [start, started] = sync::oneshot::channel<int>();
    auto [end, ended] = sync::oneshot::channel<int>();
    auto create = [from = std::move(started), to = std::move(end)]() mutable -> Task<void> {
      const int value = (co_await from).value();
      CHECK(std::move(to).send(value + 1).has_value());
    };
    static_cast<void>(pool->spawn_pinned(std::move(create)));
    pool.reset();
    SUBCASE("a copy is left") { CHECK(copy->get_task_loads_for_each_worker() == Loads{1}); }
    SUBCASE("none is left") { copy.reset(); }
    CHECK(std::move(start).send(1).has_value());
    CHECK(detail::park_on(ended).value() == 2);
  }

  TEST_CASE("an exception is reported, and the thread goes on") {
    const LocalPoolHandle pool(1);
    auto throws = []() -> Task<int> {
      co_await task::yield_now();
      throw std::runtime_error("broken");
    };
    const auto failed = join(pool.spawn_pinned(throws));
    REQUIRE(failed.has_error());
    CHECK_THROWS_WITH_AS(failed.error().into_panic(), "broken", std::runtime_error);
    auto makes_none = []() -> Task<int> { throw std::runtime_error("not even made"); };
    struct Throws {
      Task<int> operator()() { throw std::runtime_error("not even made"); }
    };
    CHECK(join(pool.spawn_pinned(makes_none)).error().is_panic());
    const auto not_made = join(pool.spawn_pinned(Throws()));
    REQUIRE(not_made.has_error());
    CHECK_THROWS_WITH_AS(not_made.error().into_panic(), "not even made", std::runtime_error);
    auto fine = []() -> Task<int> { co_return 1; };
    CHECK(join(pool.spawn_pinned(fine)).value() == 1);
    CHECK(pool.get_task_loads_for_each_worker() == Loads{0});
  }

  TEST_CASE("abort destroys the task on its own thread") {
    const LocalPoolHandle pool(1);
    auto where = []() -> Task<std::thread::id> { co_return std::this_thread::get_id(); };
    const auto thread = join(pool.spawn_pinned(where)).value();
    auto [sender, receiver] = sync::oneshot::channel<std::thread::id>();
    auto [start, started] = sync::oneshot::channel<int>();
    auto create = [witness = Witness(std::move(sender)), started = std::move(start)]() mutable -> Task<void> {
      CHECK(std::move(started).send(1).has_value());
      co_await time::sleep(1h);
    };
    auto handle = pool.spawn_pinned(std::move(create));
    CHECK(detail::park_on(started).value() == 1);
    handle.abort();
    CHECK(join(std::move(handle)).error().is_cancelled());
    CHECK(detail::park_on(receiver).value() == thread);
    CHECK(pool.get_task_loads_for_each_worker() == Loads{0});
  }

  TEST_CASE("a task goes to the thread with the fewest, or to the one that is named") {
    const LocalPoolHandle pool(3);
    const auto shared = std::make_shared<sync::Semaphore>(0);
    auto create = [shared]() -> Task<std::thread::id> {
      auto permit = co_await shared->acquire();
      co_return std::this_thread::get_id();
    };
    std::vector<task::JoinHandle<std::thread::id>> handles;
    handles.push_back(pool.spawn_pinned_by_idx(create, 1));
    handles.push_back(pool.spawn_pinned_by_idx(create, 1));
    CHECK(pool.get_task_loads_for_each_worker() == Loads{0, 2, 0});
    for (int i = 0; i < 4; ++i) handles.push_back(pool.spawn_pinned(create));
    CHECK(pool.get_task_loads_for_each_worker() == Loads{2, 2, 2});
    CHECK_THROWS_AS(static_cast<void>(pool.spawn_pinned_by_idx(create, 3)), std::logic_error);
    shared->add_permits(1);
    std::vector<std::thread::id> threads;
    for (auto& handle : handles) threads.push_back(join(std::move(handle)).value());
    CHECK(threads[0] == threads[1]);
    CHECK(threads[2] != threads[1]);
    CHECK(threads[3] != threads[1]);
    CHECK(threads[2] != threads[3]);
    CHECK(pool.get_task_loads_for_each_worker() == Loads{0, 0, 0});
  }

  TEST_CASE("there is at least one thread") { CHECK_THROWS_AS(LocalPoolHandle(0), std::logic_error); }

  TEST_CASE("tasks spawned from many threads at once are all counted and all run") {
    const LocalPoolHandle pool(3);
    const runtime::Runtime rt = test::multi_thread(4);
    std::atomic<int> sum = 0;
    auto child = [&]() -> Task<void> {
      co_await task::yield_now();
      sum.fetch_add(1, std::memory_order_relaxed);
    };
    auto spawning = [&]() -> Task<void> {
      for (int i = 0; i < 200; ++i) (co_await pool.spawn_pinned(child)).value();
    };
    auto body = [&]() -> Task<void> {
      task::JoinSet<void> set;
      for (int i = 0; i < 8; ++i) set.spawn(spawning());
      co_await std::move(set).join_all();
    };
    auto running = body();
    rt.block_on(running);
    CHECK(sum == 1600);
    CHECK(pool.get_task_loads_for_each_worker() == Loads{0, 0, 0});
  }
}
