#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/thread_park.hpp>
#include <ferry/sync/once_cell.hpp>
#include <ferry/sync/oneshot.hpp>
#include <ferry/task.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using sync::OnceCell;
using Error = sync::error::SetError<std::string>;

namespace {

constinit OnceCell<std::string> global;  // Tokio's const_new
constinit OnceCell<int> global_set(3);

Task<int> gives(int value) { co_return value; }

// An initialiser that waits for its value.
class Slow {
 public:
  using Output = int;
  explicit Slow(sync::oneshot::Receiver<int>& value, int& alive) : value_(&value), alive_(&alive) {
    ++*alive_;
  }
  Slow(const Slow&) = delete;
  Slow& operator=(const Slow&) = delete;
  ~Slow() { --*alive_; }
  Poll<int> poll(Context& cx) {
    auto polled = value_->poll(cx);
    if (polled.is_pending()) return pending;
    return polled->value();  // throws when the sender went
  }

 private:
  sync::oneshot::Receiver<int>* value_;
  int* alive_;
};

}  // namespace

TEST_SUITE("sync.OnceCell") {
  TEST_CASE("the first one that wants the value makes it, later ones get it") {
    const OnceCell<int> cell;
    int calls = 0;
    auto init = [&] {
      ++calls;
      return gives(5);
    };
    CHECK(cell.get() == nullptr);
    auto first = test::spawn([&] { return cell.get_or_init(init); });
    CHECK(calls == 0);  // lazy
    auto polled = first.poll();
    REQUIRE(polled.is_ready());
    CHECK(**polled == 5);
    CHECK(cell.initialized());
    auto second = test::spawn([&] { return cell.get_or_init(init); });
    CHECK(*second.poll() == cell.get());
    CHECK(calls == 1);
  }

  TEST_CASE("one initialiser runs at a time, the others wait for it") {
    const OnceCell<int> cell;
    auto [tx, rx] = sync::oneshot::channel<int>();
    int alive = 0;
    auto slow = [&, &rx = rx] { return Slow(rx, alive); };
    auto first = test::spawn([&] { return cell.get_or_init(slow); });
    auto second = test::spawn([&] { return cell.get_or_init([] { return gives(2); }); });
    CHECK(first.poll().is_pending());
    CHECK(second.poll().is_pending());
    CHECK(alive == 1);
    CHECK_FALSE(cell.initialized());
    REQUIRE(std::move(tx).send(1).has_value());
    CHECK(first.is_woken());
    CHECK_FALSE(second.is_woken());
    CHECK(**first.poll() == 1);
    CHECK(alive == 0);
    CHECK(second.is_woken());
    CHECK(**second.poll() == 1);
  }

  TEST_CASE("when the initialiser is cancelled the next one that waits runs its own") {
    const OnceCell<int> cell;
    auto [tx, rx] = sync::oneshot::channel<int>();
    int alive = 0;
    auto slow = [&, &rx = rx] { return Slow(rx, alive); };
    auto second = test::spawn([&] { return cell.get_or_init([] { return gives(2); }); });
    {
      auto first = test::spawn([&] { return cell.get_or_init(slow); });
      REQUIRE(first.poll().is_pending());
      REQUIRE(second.poll().is_pending());
    }
    CHECK(alive == 0);
    CHECK(second.is_woken());
    CHECK(**second.poll() == 2);
  }

  TEST_CASE("a waiter destroyed after it was chosen passes the turn on") {
    const OnceCell<int> cell;
    auto [tx, rx] = sync::oneshot::channel<int>();
    int alive = 0;
    auto slow = [&, &rx = rx] { return Slow(rx, alive); };
    auto third = test::spawn([&] { return cell.get_or_init([] { return gives(3); }); });
    {
      auto second = test::spawn([&] { return cell.get_or_init([] { return gives(2); }); });
      {
        auto first = test::spawn([&] { return cell.get_or_init(slow); });
        REQUIRE(first.poll().is_pending());
        REQUIRE(second.poll().is_pending());
        REQUIRE(third.poll().is_pending());
      }
      CHECK(second.is_woken());
      CHECK_FALSE(third.is_woken());
    }
    CHECK(third.is_woken());
    CHECK(**third.poll() == 3);
  }

  TEST_CASE("an exception from the initialiser goes to who ran it, and the next one runs its own") {
    const OnceCell<int> cell;
    SUBCASE("from its future") {
      auto [tx, rx] = sync::oneshot::channel<int>();
      int alive = 0;
      auto slow = [&, &rx = rx] { return Slow(rx, alive); };
      auto first = test::spawn([&] { return cell.get_or_init(slow); });
      auto second = test::spawn([&] { return cell.get_or_init([] { return gives(2); }); });
      REQUIRE(first.poll().is_pending());
      REQUIRE(second.poll().is_pending());
      {
        const auto gone = std::move(tx);
      }
      CHECK_THROWS_AS(static_cast<void>(first.poll()), std::runtime_error);
      CHECK(alive == 0);
      CHECK(second.is_woken());
      CHECK(**second.poll() == 2);
    }
    SUBCASE("from the call that makes the future") {
      auto first = test::spawn(
          [&] { return cell.get_or_init([]() -> Task<int> { throw std::runtime_error("no future"); }); });
      CHECK_THROWS_AS(static_cast<void>(first.poll()), std::runtime_error);
      CHECK(cell.set(2).has_value());
    }
  }

  TEST_CASE("an initialiser that fails leaves the cell empty, and the next one runs its own") {
    const OnceCell<int> cell;
    auto fails = []() -> Task<Result<int, std::string>> { co_return std::string("broken"); };
    auto works = []() -> Task<Result<int, std::string>> { co_return 4; };
    auto first = test::spawn([&] { return cell.get_or_try_init(fails); });
    auto polled = first.poll();
    REQUIRE(polled.is_ready());
    REQUIRE(polled->has_error());
    CHECK(polled->error() == "broken");
    CHECK_FALSE(cell.initialized());
    auto second = test::spawn([&] { return cell.get_or_try_init(works); });
    CHECK(***second.poll() == 4);
    auto third = test::spawn([&] { return cell.get_or_try_init(fails); });
    CHECK(***third.poll() == 4);
  }

  TEST_CASE("set says whether there is a value or an initialiser, and gives its own back") {
    const OnceCell<std::string> cell;
    auto [tx, rx] = sync::oneshot::channel<std::string>();
    {
      auto slow = [&rx = rx]() -> Task<std::string> { co_return (co_await rx).value(); };
      auto init = test::spawn([&] { return cell.get_or_init(slow); });
      REQUIRE(init.poll().is_pending());
      auto refused = cell.set("own");
      REQUIRE(refused.has_error());
      CHECK(refused.error().kind() == Error::Initializing);
      CHECK(refused.error().is_initializing_err());
      CHECK(refused.error().value() == "own");
    }
    auto waiting = test::spawn([&] {
      return cell.get_or_init([] { return poll_fn([](Context&) -> Poll<std::string> { return pending; }); });
    });
    CHECK(cell.set("value").has_value());
    CHECK(**waiting.poll() == "value");
    auto refused = cell.set("second");
    REQUIRE(refused.has_error());
    CHECK(refused.error().is_already_init_err());
    CHECK(refused.error().value() == "second");
    CHECK(*cell.get() == "value");
  }

  TEST_CASE("one can be made with its value, also before the program starts") {
    const OnceCell<int> cell(5);
    CHECK(*cell.get() == 5);
    CHECK(cell.set(6).has_error());
    auto init = test::spawn([&] { return cell.get_or_init([] { return gives(7); }); });
    CHECK(**init.poll() == 5);
    CHECK(global.get() == nullptr);
    CHECK(*global_set.get() == 3);
  }

  TEST_CASE("who owns the cell takes the value out and can fill it again") {
    OnceCell<std::unique_ptr<int>> cell;
    CHECK_FALSE(cell.take());
    REQUIRE(cell.set(std::make_unique<int>(1)).has_value());
    **cell.get_mut() = 2;
    auto taken = cell.take();
    REQUIRE(taken);
    CHECK(**taken == 2);
    CHECK_FALSE(cell.initialized());
    CHECK(cell.get_mut() == nullptr);
    CHECK(cell.set(std::make_unique<int>(3)).has_value());
    CHECK(**std::move(cell).into_inner() == 3);
  }

  TEST_CASE("the value is destroyed with its cell") {
    test::Counts counts;
    {
      const OnceCell<test::Counted> cell;
      REQUIRE(cell.set(test::Counted(counts)).has_value());
      CHECK(counts.alive == 1);
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("tasks await the value") {
    const OnceCell<int> cell;
    auto body = [&]() -> Task<int> {
      auto init = [] { return gives(6); };
      const int* value = co_await cell.get_or_init(init);
      co_return *value;
    };
    CHECK(test::current_thread().block_on(body()) == 6);
  }

  TEST_CASE("of many threads one makes the value, while others cancel") {
    for (int round = 0; round < 200; ++round) {
      const OnceCell<int> cell;
      std::atomic<int> made{0};
      std::vector<std::thread> threads;
      for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
          bool has_yielded = false;
          auto init = [&] {
            return poll_fn([&](Context& cx) -> Poll<int> {
              if (!std::exchange(has_yielded, true)) {
                cx.waker().wake_by_ref();
                return pending;
              }
              ++made;
              return 9;
            });
          };
          {
            auto cancelled = cell.get_or_init(init);
            Context cx(Waker::noop());
            if (t % 2 == 0) static_cast<void>(cancelled.poll(cx));
          }
          has_yielded = false;
          CHECK(*detail::park_on(cell.get_or_init(init)) == 9);
        });
      for (auto& thread : threads) thread.join();
      CHECK(made == 1);
    }
  }
}
