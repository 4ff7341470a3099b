#include <cstdlib>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/testing/explore.hpp>
#include <ferry/time.hpp>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

Task<void> append(std::string& text, char letter) {
  text += letter;
  co_await task::yield_now();
  text += letter;
}

// In which order three tasks take their turns.
Task<void> trace(std::string& text) {
  auto a = spawn(append(text, 'a'));
  auto b = spawn(append(text, 'b'));
  auto c = spawn(append(text, 'c'));
  (void)co_await a;
  (void)co_await b;
  (void)co_await c;
}

// Reads, lets others run, writes: wrong under most orders.
Task<void> increment(int& counter) {
  const int before = counter;
  co_await task::yield_now();
  counter = before + 1;
}

Task<void> lose_an_update() {
  int counter = 0;
  auto one = spawn(increment(counter));
  auto other = spawn(increment(counter));
  (void)co_await one;
  (void)co_await other;
  if (counter != 2) throw std::runtime_error("an update was lost");
}

}  // namespace

TEST_SUITE("testing.explore") {
  TEST_CASE("a seed gives one order, many seeds give many") {
    std::vector<std::string> first;
    testing::explore(50, [&] { return trace(first.emplace_back()); });
    std::vector<std::string> again;
    testing::explore(50, [&] { return trace(again.emplace_back()); });
    CHECK(first == again);
    const std::set<std::string> orders(first.begin(), first.end());
    CHECK(orders.size() > 20);
    for (const std::string& order : orders) CHECK(order.size() == 6);
  }

  TEST_CASE("select draws from the seed, too") {
    const auto draws = [](std::string& text) -> Task<void> {
      for (int i = 0; i < 20; ++i) {
        auto chosen = co_await select(poll_fn([](Context&) { return Poll<int>(0); }),
                                      poll_fn([](Context&) { return Poll<int>(1); }));
        text += static_cast<char>('0' + chosen.index());
      }
    };
    std::vector<std::string> first;
    testing::explore(5, [&] { return draws(first.emplace_back()); });
    std::vector<std::string> again;
    testing::explore(5, [&] { return draws(again.emplace_back()); });
    CHECK(first == again);
    CHECK(std::set<std::string>(first.begin(), first.end()).size() == 5);
  }

  TEST_CASE("the program may ask for the seed") {
    std::vector<std::uint64_t> seeds;
    testing::explore(3, [&](std::uint64_t seed) -> Task<void> {
      seeds.push_back(seed);
      co_return;
    });
    CHECK(seeds == std::vector<std::uint64_t>{0, 1, 2});
  }

  TEST_CASE("an order that fails is found, ends the exploration and can be run alone") {
    int runs = 0;
    std::uint64_t failed = 0;
    const auto program = [&](std::uint64_t seed) {
      ++runs;
      failed = seed;
      return lose_an_update();
    };
    CHECK_THROWS_WITH_AS(testing::explore(1000, program), "an update was lost", std::runtime_error);
    CHECK(runs < 1000);
    const std::uint64_t culprit = failed;
    ::setenv("FERRY_EXPLORE_SEED", std::to_string(culprit).c_str(), 1);
    runs = 0;
    CHECK_THROWS_AS(testing::explore(1000, program), std::runtime_error);
    CHECK(runs == 1);
    CHECK(failed == culprit);
    ::setenv("FERRY_EXPLORE_SEED", "seven", 1);
    CHECK_THROWS_AS(testing::explore(1000, program), std::logic_error);
    ::unsetenv("FERRY_EXPLORE_SEED");
  }

  TEST_CASE("a program that nobody can wake is stuck, and says so") {
    CHECK_THROWS_AS(testing::explore(1,
                                     []() -> Task<void> {
                                       const sync::Notify never;
                                       co_await never.notified();
                                     }),
                    std::logic_error);
  }

  TEST_CASE("timers go on by themselves, and a blocking job is waited for") {
    testing::explore(3, []() -> Task<void> {
      co_await time::sleep(1h);
      auto job = task::spawn_blocking([] { return 7; });
      CHECK((co_await job).value() == 7);
    });
  }

  TEST_CASE("a mutex keeps every order right") {
    testing::explore(200, []() -> Task<void> {
      sync::Mutex<int> counter(0);
      const auto increment = [](const sync::Mutex<int>& mutex) -> Task<void> {
        auto guard = co_await mutex.lock();
        const int before = *guard;
        co_await task::yield_now();
        *guard = before + 1;
      };
      std::vector<task::JoinHandle<void>> joins;
      for (int i = 0; i < 5; ++i) joins.push_back(spawn(increment(counter)));
      for (auto& join : joins) (co_await join).value();
      CHECK(*co_await counter.lock() == 5);
    });
  }
}

TEST_SUITE("runtime.Builder") {
  TEST_CASE("rng_seed makes select draw the same in every run, and leaves the thread's own generator alone") {
    const auto draw = [](std::uint64_t seed) {
      const auto rt = runtime::Builder::new_current_thread().rng_seed(seed).build().value();
      return rt.block_on([]() -> Task<std::string> {
        std::string text;
        for (int i = 0; i < 30; ++i) {
          auto chosen = co_await select(poll_fn([](Context&) { return Poll<int>(0); }),
                                        poll_fn([](Context&) { return Poll<int>(1); }));
          text += static_cast<char>('0' + chosen.index());
        }
        co_return text;
      }());
    };
    CHECK(draw(1) == draw(1));
    CHECK(draw(1) != draw(2));
  }

  TEST_CASE("shuffling needs a current_thread runtime") {
    CHECK_THROWS_AS(static_cast<void>(runtime::Builder::new_multi_thread().shuffle_tasks(1).build()),
                    std::logic_error);
  }
}
