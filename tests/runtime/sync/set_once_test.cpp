#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/thread_park.hpp>
#include <ferry/sync/set_once.hpp>

#include "support/counted.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using sync::SetOnce;

static_assert(Future<SetOnce<int>::Wait> && !std::is_move_constructible_v<SetOnce<int>::Wait>);

namespace {

constinit SetOnce<std::string> global;  // Tokio's const_new
constinit SetOnce<int> global_set(3);

}  // namespace

TEST_SUITE("sync.SetOnce") {
  TEST_CASE("a value is set once, and the second one comes back") {
    const SetOnce<std::string> cell;
    CHECK_FALSE(cell.initialized());
    CHECK(cell.get() == nullptr);
    CHECK(cell.set("first").has_value());
    CHECK(cell.initialized());
    REQUIRE(cell.get() != nullptr);
    auto refused = cell.set("second");
    REQUIRE(refused.has_error());
    CHECK(refused.error().value() == "second");
    CHECK_THROWS_AS(refused.value(), std::runtime_error);
    CHECK(*cell.get() == "first");
  }

  TEST_CASE("wait completes when the value is set, for all who wait") {
    const SetOnce<int> cell;
    auto first = test::spawn([&] { return cell.wait(); });
    auto second = test::spawn([&] { return cell.wait(); });
    CHECK(first.poll().is_pending());
    CHECK(second.poll().is_pending());
    REQUIRE(cell.set(7).has_value());
    CHECK(first.is_woken());
    CHECK(second.is_woken());
    CHECK(**first.poll() == 7);
    CHECK(*second.poll() == cell.get());
  }

  TEST_CASE("wait completes at once when the value was set before its first poll") {
    const SetOnce<int> cell;
    auto made_before = test::spawn([&] { return cell.wait(); });
    REQUIRE(cell.set(7).has_value());
    auto made_after = test::spawn([&] { return cell.wait(); });
    CHECK(**made_before.poll() == 7);
    CHECK(**made_after.poll() == 7);
  }

  TEST_CASE("a wait that is destroyed takes nothing along") {
    const SetOnce<int> cell;
    auto stays = test::spawn([&] { return cell.wait(); });
    {
      auto goes = test::spawn([&] { return cell.wait(); });
      REQUIRE(goes.poll().is_pending());
      REQUIRE(stays.poll().is_pending());
    }
    REQUIRE(cell.set(1).has_value());
    CHECK(stays.is_woken());
    CHECK(stays.poll().is_ready());
  }

  TEST_CASE("one can be made with its value, also before the program starts") {
    const SetOnce<int> cell(5);
    CHECK(*cell.get() == 5);
    CHECK(cell.set(6).has_error());
    CHECK(global.get() == nullptr);
    CHECK(*global_set.get() == 3);
  }

  TEST_CASE("the value is destroyed with its cell, or taken out") {
    test::Counts counts;
    {
      const SetOnce<test::Counted> cell;
      REQUIRE(cell.set(test::Counted(counts)).has_value());
      CHECK(cell.set(test::Counted(counts)).has_error());
      CHECK(counts.alive == 1);
    }
    CHECK(counts.alive == 0);
    SetOnce<std::unique_ptr<int>> taken(std::make_unique<int>(4));
    auto inner = std::move(taken).into_inner();
    REQUIRE(inner);
    CHECK(**inner == 4);
    CHECK_FALSE(SetOnce<int>().into_inner());
  }

  TEST_CASE("of many threads that set one wins, and those that wait see its value") {
    for (int round = 0; round < 200; ++round) {
      const SetOnce<std::string> cell;
      std::atomic<int> winners{0};
      std::vector<std::thread> threads;
      for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&, t] {
          if (cell.set(std::string(20, static_cast<char>('a' + t))).has_value()) ++winners;
        });
        threads.emplace_back([&] { CHECK(detail::park_on(cell.wait())->size() == 20); });
      }
      for (auto& thread : threads) thread.join();
      CHECK(winners == 1);
    }
  }
}
