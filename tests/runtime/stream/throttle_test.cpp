#include <chrono>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/stream.hpp>
#include <ferry/task.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;

TEST_SUITE("stream.Throttle") {
  TEST_CASE("a throttled stream shows the stream inside and gives it back where it is") {
    auto body = []() -> Task<void> {
      auto throttled = stream::throttle(stream::iter({1, 2, 3}), 1s);
      const auto& seen = std::as_const(throttled).get_ref();
      CHECK(stream::size_hint(seen).lower() == 3);
      auto first = co_await stream::next(throttled.get_mut());
      CHECK(first == 1);
      auto back = std::move(throttled).into_inner();
      auto second = co_await stream::next(back);
      CHECK(second == 2);
    };
    test::paused().block_on(body());
  }
}
