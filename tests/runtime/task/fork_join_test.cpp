#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

Task<int> give(int value) { co_return value; }
Task<int> give_later(int value) {
  co_await task::yield_now();
  co_return value;
}
Task<void> add_to(std::atomic<int>& sum, int value) {
  co_await task::yield_now();
  sum += value;
}
Task<int> fail(std::string what) {
  co_await task::yield_now();
  throw std::runtime_error(what);
}

// Says when it has been destroyed, and not just moved.
class AtEnd {
 public:
  AtEnd(std::atomic<int>& destroyed) : destroyed_(&destroyed) {}
  AtEnd(AtEnd&& other) noexcept : destroyed_(std::exchange(other.destroyed_, nullptr)) {}
  ~AtEnd() {
    if (destroyed_ != nullptr) ++*destroyed_;
  }

 private:
  std::atomic<int>* destroyed_;
};

// An argument lives as long as its coroutine, whether that ever began or not.
Task<int> wait_for_ever(AtEnd) {
  for (;;) co_await task::yield_now();
}

Task<std::size_t> fib(std::size_t n) {
  if (n < 2) co_return n;
  auto [first, second] = co_await task::fork_join(fib(n - 1), fib(n - 2));
  co_return first + second;
}

// Whether the other one arrives while this one blocks its thread.
Task<bool> meet(std::atomic<int>& arrived) {
  ++arrived;
  const auto until = std::chrono::steady_clock::now() + 50ms;
  while (arrived != 2 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  co_return arrived == 2;
}

// Runs `body` as a task of a runtime of each flavour.
template <class Body>
void on_both_flavors(Body body) {
  test::for_each_flavor([&](const runtime::Runtime& rt) { rt.block_on(rt.spawn(body())).value(); });
}

}  // namespace

TEST_SUITE("task.fork_join") {
  TEST_CASE("gives what its children gave, in their order") {
    on_both_flavors([]() -> Task<void> {
      auto results = co_await task::fork_join(give_later(1), give(2), give_later(3));
      CHECK(results == std::tuple(1, 2, 3));
    });
  }

  TEST_CASE("children may borrow from who awaits it, and one without a value gives a monostate") {
    on_both_flavors([]() -> Task<void> {
      std::atomic<int> sum = 0;
      auto results = co_await task::fork_join(add_to(sum, 1), give(7), add_to(sum, 2));
      CHECK(sum == 3);
      CHECK(std::get<0>(results) == std::monostate());
      CHECK(std::get<1>(results) == 7);
    });
  }

  TEST_CASE("divides a problem over all workers") {
    on_both_flavors([]() -> Task<void> {
      const std::size_t result = co_await fib(20);
      CHECK(result == 6765);
    });
  }

  TEST_CASE("on one thread, children run in the task that awaits them") {
    auto runtime = runtime::Builder::new_current_thread().build().value();
    const auto body = []() -> Task<void> {
      const auto own = []() -> Task<task::Id> { co_return task::id(); };
      auto [first, second] = co_await task::fork_join(own(), own());
      CHECK(first == task::id());
      CHECK(second == task::id());
    };
    runtime.block_on(runtime.spawn(body())).value();
  }

  TEST_CASE("runs a child on a worker that has nothing to do") {
    auto runtime = runtime::Builder::new_multi_thread().worker_threads(2).build().value();
    const auto body = []() -> Task<bool> {
      std::atomic<int> arrived = 0;
      auto [first, second] = co_await task::fork_join(meet(arrived), meet(arrived));
      co_return first&& second;
    };
    bool have_met = false;
    for (int i = 0; i < 200 && !have_met; ++i) have_met = runtime.block_on(runtime.spawn(body())).value();
    CHECK(have_met);
  }

  TEST_CASE("children of a LocalSet's task stay on its thread") {
    auto runtime = runtime::Builder::new_multi_thread().worker_threads(2).build().value();
    task::LocalSet local;
    const auto body = []() -> Task<void> {
      const auto here = []() -> Task<std::thread::id> { co_return std::this_thread::get_id(); };
      for (int i = 0; i < 100; ++i) {
        auto [first, second] = co_await task::fork_join(here(), here());
        CHECK(first == std::this_thread::get_id());
        CHECK(second == std::this_thread::get_id());
      }
    };
    runtime.block_on(local.run_until(body()));
  }

  TEST_CASE("the first exception arrives after the other children have been destroyed") {
    on_both_flavors([]() -> Task<void> {
      for (int i = 0; i < 100; ++i) {
        std::atomic<int> destroyed = 0;
        std::string what;
        try {
          static_cast<void>(
              co_await task::fork_join(wait_for_ever(destroyed), fail("no"), wait_for_ever(destroyed)));
        } catch (const std::runtime_error& error) {
          what = error.what();
        }
        CHECK(what == "no");
        CHECK(destroyed == 2);
      }
    });
  }

  TEST_CASE("destroying it destroys the children before it returns") {
    on_both_flavors([]() -> Task<void> {
      for (int i = 0; i < 100; ++i) {
        std::atomic<int> destroyed = 0;
        const auto both = [&]() -> Task<void> {
          static_cast<void>(co_await task::fork_join(wait_for_ever(destroyed), wait_for_ever(destroyed)));
        };
        {
          auto waiting = both();
          auto first = co_await select_biased(waiting, task::yield_now());
          CHECK(first.index() == 1);
        }
        CHECK(destroyed == 2);
      }
    });
  }

  TEST_CASE("one that is never polled destroys its children as they are") {
    std::atomic<int> destroyed = 0;
    {
      auto never = task::fork_join(wait_for_ever(destroyed), give(1));
    }
    CHECK(destroyed == 1);
  }

  TEST_CASE("what a child gave is destroyed with it when another one fails") {
    test::Counts counts;
    auto runtime = runtime::Builder::new_current_thread().build().value();
    const auto make = [&]() -> Task<test::Counted> { co_return test::Counted(counts, 1); };
    const auto body = [&]() -> Task<void> {
      try {
        static_cast<void>(co_await task::fork_join(make(), fail("no")));
      } catch (const std::runtime_error&) {
      }
    };
    runtime.block_on(body());
    CHECK(counts.made == 1);
    CHECK(counts.alive == 0);
  }
}
