// What the root of 0.2 has, and where two APIs meet.
#include <concepts>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2.hpp>

#include "support/runtimes.hpp"

namespace {

using namespace ferry::v0_2::prelude;
namespace legacy = ferry::v0_2;

template <class T>
concept IsReader = AsyncRead<T>;
template <class T>
concept IsBufReader = AsyncBufRead<T>;
template <class T>
concept IsWriter = AsyncWrite<T>;

ferry::Task<int> answer() { co_return 42; }

}  // namespace

TEST_SUITE("compat.names") {
  TEST_CASE("FEAT-10: the prelude has io and its traits") {
    CHECK(IsReader<legacy::net::TcpStream>);
    CHECK(IsWriter<legacy::net::TcpStream>);
    CHECK_FALSE(IsBufReader<legacy::net::TcpStream>);
    CHECK(std::same_as<io::ReadBuf, ferry::io::ReadBuf>);
  }

  TEST_CASE("FEAT-11: poll_fn has a place of its own") {
    const auto runtime = ferry::test::current_thread();
    const auto ready = [](legacy::Context&) -> legacy::Poll<int> { return 42; };
    CHECK(runtime.block_on(legacy::future::poll_fn(ready)) == 42);
  }

  TEST_CASE("FEAT-12, FEAT-13: spawn and next are the same in both") {
    const auto runtime = ferry::test::current_thread();
    const auto both = []() -> ferry::Task<int> {
      auto first = legacy::spawn(answer());
      auto second = ferry::spawn(answer());
      const auto one = co_await first;
      const auto two = co_await second;
      co_return one.value() + two.value();
    };
    CHECK(runtime.block_on(both()) == 84);
    static_assert(std::same_as<decltype(legacy::spawn(answer())), ferry::task::JoinHandle<int>>);
  }

  TEST_CASE(
      "FEAT-15: old objects in a runtime of 1.x, and new ones in one of 0.2, in one task and one select") {
    const auto mix = []() -> ferry::Task<int> {
      using namespace std::chrono_literals;
      auto old_timer = legacy::time::delay_for(1ms);
      auto [old_sender, old_receiver] = legacy::sync::watch::channel(1);
      auto [sender, receiver] = ferry::sync::watch::channel(1);
      const auto first = co_await old_receiver.recv();  // seen by nobody before: there at once
      auto both = co_await ferry::select(old_timer, ferry::time::sleep(1h));
      auto never = receiver.changed();
      auto timer = ferry::pin(ferry::time::sleep, 1ms);
      auto other = co_await legacy::select(never, timer);
      co_return first.value() + static_cast<int>(both.index()) + 10 * static_cast<int>(other.index());
    };
    const auto modern = ferry::test::multi_thread();
    CHECK(modern.block_on(mix()) == 11);
    auto old = legacy::runtime::Builder().basic_scheduler().enable_all().build().value();
    CHECK(old.block_on(mix()) == 11);
  }
}
