#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

// Something that children borrow: it says so when one uses it after its end.
class Frame {
 public:
  Frame() = default;
  Frame(const Frame&) = delete;
  ~Frame() { is_alive_ = false; }
  void use() {
    if (!is_alive_) ++misused;
    ++uses_;
  }
  int uses() const { return uses_; }
  static inline std::atomic<int> misused = 0;

 private:
  std::atomic<bool> is_alive_ = true;
  std::atomic<int> uses_ = 0;
};

// Uses what it borrows while it runs, and once more while it is destroyed.
Task<void> borrow(Frame& frame, int yields) {
  struct AtEnd {
    Frame& frame;
    ~AtEnd() { frame.use(); }
  } at_end{frame};
  for (int i = 0; i < yields; ++i) {
    frame.use();
    co_await task::yield_now();
  }
}

Task<void> throwing(std::string what) {
  co_await task::yield_now();
  throw std::runtime_error(what);
}

constexpr int kForEver = 1 << 30;

}  // namespace

TEST_SUITE("task.scope") {
  TEST_CASE("children that borrow have ended when the scope returns, and its value comes back") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        std::vector<int> values(50);
        auto fill = [&](int i) -> Task<void> {
          co_await task::yield_now();
          values[static_cast<std::size_t>(i)] = i;
        };
        const int answer = co_await task::scope([&](task::Scope& s) -> Task<int> {
          for (int i = 0; i < 50; ++i) s.spawn(fill(i));
          co_return 42;
        });
        CHECK(answer == 42);
        for (int i = 0; i < 50; ++i) CHECK(values[static_cast<std::size_t>(i)] == i);
      };
      auto task = body();
      rt.block_on(task);
      CHECK(rt.block_on(rt.spawn(body())).has_value());
    });
  }

  TEST_CASE("a scope without children is its body") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      bool has_run = false;
      co_await task::scope([&](task::Scope&) -> Task<void> {
        has_run = true;
        co_return;
      });
      CHECK(has_run);
      auto thrown = task::scope([&](task::Scope&) -> Task<void> {
        throw std::runtime_error("own");
        co_return;
      });
      CHECK_THROWS_WITH_AS(co_await thrown, "own", std::runtime_error);
    };
    rt.block_on(body());
  }

  TEST_CASE("the body may await a child, and a child may spawn its siblings") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        std::atomic<int> sum = 0;
        auto leaf = [&](int i) -> Task<int> {
          co_await task::yield_now();
          sum += i;
          co_return i;
        };
        co_await task::scope([&](task::Scope& s) -> Task<void> {
          auto inner = [&leaf, &s]() -> Task<void> {
            for (int i = 0; i < 10; ++i) s.spawn(leaf(1));
            co_return;
          };
          auto spawning = s.spawn(inner());
          CHECK((co_await s.spawn(leaf(5))).value() == 5);
          CHECK((co_await spawning).has_value());
        });
        CHECK(sum == 15);
      };
      CHECK(rt.block_on(rt.spawn(body())).has_value());
    });
  }

  TEST_CASE("the first exception of a child ends the body and the others, and is rethrown") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      Frame::misused = 0;
      auto body = []() -> Task<void> {
        Frame frame;
        std::string seen;
        bool body_went_on = false;
        try {
          co_await task::scope([&](task::Scope& s) -> Task<void> {
            for (int i = 0; i < 5; ++i) s.spawn(borrow(frame, kForEver));
            s.spawn(throwing("child"));
            co_await time::sleep(1h);
            body_went_on = true;
          });
        } catch (const std::runtime_error& error) {
          seen = error.what();
        }
        CHECK(seen == "child");
        CHECK_FALSE(body_went_on);
        const int uses = frame.uses();
        co_await task::yield_now();
        CHECK(frame.uses() == uses);
      };
      CHECK(rt.block_on(rt.spawn(body())).has_value());
      CHECK(Frame::misused == 0);
    });
  }

  TEST_CASE("an exception of the body ends the children before it goes on") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      Frame::misused = 0;
      auto body = []() -> Task<void> {
        Frame frame;
        auto scope = task::scope([&](task::Scope& s) -> Task<void> {
          for (int i = 0; i < 5; ++i) s.spawn(borrow(frame, kForEver));
          co_await task::yield_now();
          throw std::runtime_error("body");
        });
        CHECK_THROWS_WITH_AS(co_await scope, "body", std::runtime_error);
        const int uses = frame.uses();
        co_await task::yield_now();
        CHECK(frame.uses() == uses);
      };
      CHECK(rt.block_on(rt.spawn(body())).has_value());
      CHECK(Frame::misused == 0);
    });
  }

  TEST_CASE("what a child throws after the body has ended is rethrown, too, its handle sees it as well") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      std::optional<task::JoinHandle<void>> handle;
      auto late = []() -> Task<void> {
        co_await time::sleep(1s);
        throw std::runtime_error("late");
      };
      auto scope = task::scope([&](task::Scope& s) -> Task<int> {
        handle = s.spawn(late());
        co_return 1;
      });
      CHECK_THROWS_WITH_AS(co_await scope, "late", std::runtime_error);
      CHECK((co_await *handle).error().is_panic());
    };
    rt.block_on(body());
  }

  TEST_CASE("an aborted child is no failure") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      Frame frame;
      const int value = co_await task::scope([&](task::Scope& s) -> Task<int> {
        s.spawn(borrow(frame, kForEver)).abort();
        s.spawn(borrow(frame, kForEver));
        co_await task::yield_now();
        s.abort_all();
        co_return 3;
      });
      CHECK(value == 3);
    };
    rt.block_on(body());
  }

  TEST_CASE("a scope that is destroyed before it was polled never runs its body") {
    bool has_run = false;
    {
      auto scope = task::scope([&](task::Scope&) -> Task<void> {
        has_run = true;
        co_return;
      });
    }
    CHECK_FALSE(has_run);
  }

  TEST_CASE("destroying a scope destroys waiting children on the spot") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::EnterGuard guard = rt.enter();
    test::Counts counts;
    auto child = [](test::Counted) -> Task<void> { co_await time::sleep(1h); };
    auto make = [&] {
      return task::scope([&](task::Scope& s) -> Task<void> {
        for (int i = 0; i < 3; ++i) s.spawn(child(test::Counted(counts)));
        co_return;
      });
    };
    {
      auto scope = test::spawn(make);
      CHECK(scope.poll().is_pending());
      CHECK(counts.alive == 3);
      rt.block_on(task::yield_now());
      CHECK(counts.alive == 3);
    }
    CHECK(counts.alive == 0);
    {
      auto scope = test::spawn(make);  // its children have never run
      CHECK(scope.poll().is_pending());
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("a timeout around a scope cancels the children, who still see what they borrow") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      Frame frame;
      auto sleeper = [&]() -> Task<void> {
        struct AtEnd {
          Frame& frame;
          ~AtEnd() { frame.use(); }
        } at_end{frame};
        co_await time::sleep(1h);
      };
      auto parent = [&]() -> Task<void> {
        co_await task::scope([&](task::Scope& s) -> Task<void> {
          for (int i = 0; i < 4; ++i) s.spawn(sleeper());
          co_return;
        });
      };
      CHECK((co_await time::timeout(1s, parent())).has_error());
      CHECK(frame.uses() == 4);
    };
    rt.block_on(body());
  }

  TEST_CASE("destroying a scope waits for a child that another worker is polling") {
    const runtime::Runtime rt = test::multi_thread(2);
    std::atomic<bool> is_inside = false;
    std::atomic<bool> has_left = false;
    auto child = [&]() -> Task<void> {
      is_inside = true;
      std::this_thread::sleep_for(30ms);  // one long poll
      has_left = true;
      co_return;
    };
    auto parent = [&]() -> Task<void> {
      co_await task::scope([&](task::Scope& s) -> Task<void> {
        s.spawn(child());
        co_return;
      });
    };
    {
      const runtime::EnterGuard guard = rt.enter();
      auto scope = test::spawn(parent);
      CHECK(scope.poll().is_pending());
      while (!is_inside) std::this_thread::yield();
    }
    CHECK(has_left);
  }

  TEST_CASE("a worker that waits for a child lets its other tasks go on") {
    // The child waits for a task that the destroying worker has queued for itself.
    const runtime::Runtime rt = test::multi_thread(2);
    std::atomic<bool> is_inside = false;
    std::atomic<bool> is_released = false;
    auto child = [&]() -> Task<void> {
      is_inside = true;
      while (!is_released) std::this_thread::yield();
      co_return;
    };
    auto scoped = [&]() -> Task<void> {
      co_await task::scope([&](task::Scope& s) -> Task<void> {
        s.spawn(child());
        co_return;
      });
    };
    auto release = [&]() -> Task<void> {
      is_released = true;
      co_return;
    };
    auto parent = [&]() -> Task<void> {
      auto scope = std::make_unique<Task<void>>(scoped());
      auto poll = [&](Context& cx) -> Poll<void> {
        if (scope->poll(cx).is_ready()) return Poll<void>::ready();
        return is_inside ? Poll<void>::ready() : Poll<void>(pending);
      };
      for (auto polling = poll_fn(poll); !is_inside;) {
        auto yielding = task::yield_now();
        co_await select(polling, yielding);
      }
      static_cast<void>(spawn(release()));  // in this worker's own slot
      scope.reset();
    };
    CHECK(rt.block_on(rt.spawn(parent())).has_value());
  }

  TEST_CASE("scopes nest, and cancelling the outer one ends all") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      Frame::misused = 0;
      auto inner = [](Frame& outer) -> Task<void> {
        Frame own;
        co_await task::scope([&](task::Scope& s) -> Task<void> {
          for (int i = 0; i < 3; ++i) {
            s.spawn(borrow(outer, kForEver));
            s.spawn(borrow(own, kForEver));
          }
          co_return;
        });
      };
      auto body = [&]() -> Task<void> {
        Frame frame;
        auto parent = [&]() -> Task<void> {
          co_await task::scope([&](task::Scope& s) -> Task<void> {
            for (int i = 0; i < 3; ++i) s.spawn(inner(frame));
            co_return;
          });
        };
        CHECK((co_await time::timeout(5ms, parent())).has_error());
        CHECK(frame.uses() > 0);
      };
      CHECK(rt.block_on(rt.spawn(body())).has_value());
      CHECK(Frame::misused == 0);
    });
  }

  TEST_CASE("a runtime that ends in the middle of scopes destroys children before what they borrow") {
    Frame::misused = 0;
    for (int round = 0; round < 30; ++round) {
      const runtime::Runtime rt = test::multi_thread(3);
      auto parent = []() -> Task<void> {
        Frame frame;
        co_await task::scope([&](task::Scope& s) -> Task<void> {
          for (int i = 0; i < 5; ++i) s.spawn(borrow(frame, kForEver));
          co_return;
        });
      };
      for (int i = 0; i < 4; ++i) static_cast<void>(rt.spawn(parent()));
      if (round % 3 != 0) std::this_thread::sleep_for(1ms);
    }
    CHECK(Frame::misused == 0);
  }

  TEST_CASE("aborting parents at any moment never lets a child outlive what it borrows") {
    Frame::misused = 0;
    const runtime::Runtime rt = test::multi_thread(4);
    auto parent = [](int children) -> Task<void> {
      Frame frame;
      co_await task::scope([&](task::Scope& s) -> Task<void> {
        auto spawning = [&frame, &s]() -> Task<void> {
          for (int i = 0; i < 4; ++i) {
            s.spawn(borrow(frame, kForEver));
            co_await task::yield_now();
          }
        };
        s.spawn(spawning());
        for (int i = 0; i < children; ++i) s.spawn(borrow(frame, i % 2 == 0 ? kForEver : i));
        co_return;
      });
    };
    auto body = [&]() -> Task<void> {
      for (int round = 0; round < 300; ++round) {
        std::vector<task::JoinHandle<void>> parents;
        for (int i = 0; i < 3; ++i) parents.push_back(spawn(parent(i * 2)));
        for (int i = 0; i < round % 7; ++i) co_await task::yield_now();
        for (auto& handle : parents) handle.abort();
        for (auto& handle : parents) CHECK((co_await handle).error().is_cancelled());
      }
    };
    CHECK(rt.block_on(rt.spawn(body())).has_value());
    CHECK(Frame::misused == 0);
  }
}
