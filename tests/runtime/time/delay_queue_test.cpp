#include <memory>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/stream.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/time/delay_queue.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace ferry::time;
using namespace std::chrono_literals;

namespace {

// A body on a runtime whose clock stands still while anything can run.
template <class Body>
void with_paused_clock(Body body) {
  const runtime::Runtime rt = test::paused();
  auto task = body();
  rt.block_on(task);
}

template <class T>
auto next_of(DelayQueue<T>& queue) {
  return test::spawn([&] { return stream::next(queue); });
}

// Throws when it is moved for the given time.
struct Fragile {
  explicit Fragile(int moves) : moves_left(moves) {}
  Fragile(Fragile&& other) : moves_left(other.moves_left - 1) {
    if (moves_left < 0) throw std::runtime_error("moved too often");
  }
  Fragile& operator=(Fragile&&) = default;
  int moves_left;
};

}  // namespace

TEST_SUITE("time.DelayQueue") {
  TEST_CASE("values come out in the order of their deadlines, none early") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      DelayQueue<int> queue;
      queue.insert(3, 30ms);
      queue.insert(1, 10ms);
      queue.insert(2, 20ms);
      for (int wanted : {1, 2, 3}) {
        auto expired = co_await stream::next(queue);
        REQUIRE(expired);
        CHECK(expired->get_ref() == wanted);
        CHECK(expired->deadline() == start + wanted * 10ms);
        CHECK(start.elapsed() >= wanted * 10ms);
      }
      CHECK(queue.is_empty());
    });
  }

  TEST_CASE("equal deadlines come in the order of insertion") {
    with_paused_clock([]() -> Task<void> {
      DelayQueue<int> queue;
      const Instant deadline = Instant::now() + 5ms;
      for (int i = 0; i < 100; ++i) queue.insert_at(i, deadline);
      for (int i = 0; i < 100; ++i) CHECK((co_await stream::next(queue))->get_ref() == i);
    });
  }

  TEST_CASE("an empty queue ends, and goes on after an insertion") {
    with_paused_clock([]() -> Task<void> {
      DelayQueue<int> queue;
      CHECK_FALSE(co_await stream::next(queue));
      queue.insert(1, 1ms);
      CHECK(co_await stream::next(queue));
      CHECK_FALSE(co_await stream::next(queue));
    });
  }

  TEST_CASE("a deadline that has passed is ready at once") {
    with_paused_clock([]() -> Task<void> {
      DelayQueue<int> queue;
      queue.insert(1, 0ms);
      queue.insert_at(2, Instant::now() - 5ms);
      auto next = next_of(queue);
      auto first = next.poll();
      REQUIRE(first.is_ready());
      CHECK((*first)->get_ref() == 2);
      co_return;
    });
  }

  TEST_CASE("an earlier deadline wakes the task that waits for a later one") {
    with_paused_clock([]() -> Task<void> {
      DelayQueue<int> queue;
      queue.insert(1, 10s);
      auto next = next_of(queue);
      CHECK(next.poll().is_pending());
      SUBCASE("a later one does not") {
        queue.insert(2, 20s);
        CHECK_FALSE(next.is_woken());
      }
      SUBCASE("inserted") {
        queue.insert(2, 1s);
        CHECK(next.is_woken());
      }
      SUBCASE("reset") {
        const auto key = queue.insert(2, 20s);
        CHECK_FALSE(next.is_woken());
        queue.reset(key, 1s);
        CHECK(next.is_woken());
      }
      SUBCASE("the last value is removed: it ends") {
        const auto key = *queue.peek();
        CHECK(queue.remove(key).get_ref() == 1);
        CHECK(next.is_woken());
        auto end = next.poll();
        REQUIRE(end.is_ready());
        CHECK_FALSE(*end);
      }
      SUBCASE("the first of two is removed: it waits for the other") {
        queue.insert(2, 20s);
        static_cast<void>(queue.try_remove(*queue.peek()));
        CHECK(next.poll().is_pending());
        auto expired = co_await stream::next(queue);
        CHECK(expired->get_ref() == 2);
      }
      SUBCASE("the queue is cleared: it ends") {
        queue.clear();
        CHECK(next.is_woken());
        auto end = next.poll();
        REQUIRE(end.is_ready());
        CHECK_FALSE(*end);
      }
      co_return;
    });
  }

  TEST_CASE("a value is removed with its key, once") {
    with_paused_clock([]() -> Task<void> {
      DelayQueue<std::string> queue;
      const auto key = queue.insert("a", 10ms);
      const auto other = queue.insert("b", 20ms);
      CHECK(queue.deadline(key) == Instant::now() + 10ms);
      CHECK(queue.peek() == key);
      CHECK(queue.remove(key).into_inner() == "a");
      CHECK(queue.len() == 1);
      CHECK(queue.peek() == other);
      CHECK_THROWS_AS(queue.remove(key), std::out_of_range);
      CHECK_THROWS_AS(queue.reset(key, 1ms), std::out_of_range);
      CHECK_THROWS_AS(static_cast<void>(queue.deadline(key)), std::out_of_range);
      CHECK_FALSE(queue.try_remove(key));
      const auto reused = queue.insert("c", 5ms);
      CHECK_FALSE(reused == key);
      CHECK_FALSE(queue.try_remove(key));
      CHECK((co_await stream::next(queue))->key() == reused);
      CHECK((co_await stream::next(queue))->key() == other);
      CHECK_FALSE(queue.peek());
    });
  }

  TEST_CASE("a reset value comes at its new deadline, later or earlier") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      DelayQueue<int> queue;
      const auto first = queue.insert(1, 10ms);
      const auto second = queue.insert(2, 20ms);
      queue.reset(first, 50ms);
      queue.reset_at(second, start + 5ms);
      CHECK((co_await stream::next(queue))->get_ref() == 2);
      CHECK(start.elapsed() < 10ms);
      CHECK((co_await stream::next(queue))->get_ref() == 1);
      CHECK(start.elapsed() >= 50ms);
    });
  }

  TEST_CASE("a wait that is cancelled takes nothing") {
    with_paused_clock([]() -> Task<void> {
      DelayQueue<int> queue;
      queue.insert(1, 10ms);
      {
        auto next = next_of(queue);
        CHECK(next.poll().is_pending());
      }
      CHECK(queue.len() == 1);
      CHECK((co_await stream::next(queue))->get_ref() == 1);
    });
  }

  TEST_CASE("values need only be movable, and go with the queue") {
    with_paused_clock([]() -> Task<void> {
      auto counted = std::make_shared<int>();
      {
        DelayQueue<std::unique_ptr<std::shared_ptr<int>>> queue;
        queue.insert(std::make_unique<std::shared_ptr<int>>(counted), 1h);
        auto moved = std::move(queue);
        CHECK(moved.len() == 1);
        CHECK(counted.use_count() == 2);
      }
      CHECK(counted.use_count() == 1);
      co_return;
    });
  }

  TEST_CASE("a value whose move throws leaves the queue as it was") {
    with_paused_clock([]() -> Task<void> {
      DelayQueue<Fragile> queue;
      const auto kept = queue.insert(Fragile(100), 10ms);
      CHECK_THROWS_AS(queue.insert(Fragile(0), 1ms), std::runtime_error);
      CHECK(queue.len() == 1);
      CHECK(queue.peek() == kept);
      queue.insert(Fragile(100), 1ms);
      CHECK(queue.len() == 2);
      co_return;
    });
  }

  TEST_CASE("any mixture of insertions, removals and resets comes out in order") {
    with_paused_clock([]() -> Task<void> {
      std::mt19937 random(7);
      DelayQueue<int> queue;
      std::vector<delay_queue::Key> keys;
      const auto any_delay = [&] { return std::chrono::microseconds(random() % 5'000'000); };
      for (int i = 0; i < 2000; ++i) {
        keys.push_back(queue.insert(i, any_delay()));
        if (i % 3 == 0) queue.try_remove(keys[random() % keys.size()]);
        if (const auto key = keys[random() % keys.size()]; i % 2 == 0)
          if (auto held = queue.try_remove(key)) keys.push_back(queue.insert(held->get_ref(), any_delay()));
      }
      const std::size_t held = queue.len();
      std::size_t seen = 0;
      Instant last = Instant::now();
      while (auto expired = co_await stream::next(queue)) {
        CHECK(expired->deadline() >= last);
        CHECK(Instant::now() >= expired->deadline());
        last = expired->deadline();
        ++seen;
      }
      CHECK(seen == held);
    });
  }

  TEST_CASE("capacity is kept") {
    with_paused_clock([]() -> Task<void> {
      auto queue = DelayQueue<int>::with_capacity(64);
      const std::size_t capacity = queue.capacity();
      CHECK(capacity >= 64);
      for (int i = 0; i < 64; ++i) queue.insert(i, 1ms);
      CHECK(queue.capacity() == capacity);
      co_return;
    });
  }

  TEST_CASE("a value can be changed when it comes out") {
    with_paused_clock([]() -> Task<void> {
      DelayQueue<std::string> queue;
      const auto key = queue.insert("a", 1ms);
      auto expired = co_await stream::next(queue);
      expired->get_mut() += "b";
      CHECK(expired->get_ref() == "ab");
      CHECK(expired->key() == key);
      CHECK((*std::move(expired)).into_inner() == "ab");
    });
  }

  TEST_CASE("room is given back, and no key of before names a value of after") {
    with_paused_clock([]() -> Task<void> {
      DelayQueue<int> queue;
      queue.reserve(1000);
      CHECK(queue.capacity() >= 1000);
      std::vector<delay_queue::Key> keys;
      for (int i = 0; i < 100; ++i) keys.push_back(queue.insert(i, 1s + i * 1ms));
      for (std::size_t i = 0; i < 100; ++i)
        if (i != 10 && i != 20) static_cast<void>(queue.remove(keys[i]));
      queue.shrink_to_fit();
      CHECK(queue.capacity() < 100);
      CHECK(queue.len() == 2);
      CHECK(queue.deadline(keys[20]) > queue.deadline(keys[10]));
      for (int i = 0; i < 100; ++i) queue.insert(1000 + i, 2s);
      for (std::size_t i = 0; i < 100; ++i)
        CHECK(queue.try_remove(keys[i]).has_value() == (i == 10 || i == 20));
      CHECK(queue.len() == 100);
      queue.clear();
      queue.compact();
      CHECK(queue.capacity() == 0);
      queue.insert(7, 1ms);
      CHECK((co_await stream::next(queue))->get_ref() == 7);
    });
  }

  TEST_CASE("outside a runtime waiting throws, inserting does not") {
    DelayQueue<int> queue;
    queue.insert(1, 1h);
    auto next = next_of(queue);
    CHECK_THROWS_AS(static_cast<void>(next.poll()), std::logic_error);
  }
}
