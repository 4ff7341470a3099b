#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/stream.hpp>
#include <ferry/sync/mpsc.hpp>
#include <ferry/sync/watch.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "runtime/net/tcp_pair.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace ferry::stream::wrappers;
using namespace std::chrono_literals;

static_assert(stream::Stream<TcpListenerStream> && std::movable<TcpListenerStream>);
static_assert(stream::Stream<IntervalStream> && std::movable<IntervalStream>);
static_assert(stream::Stream<ReceiverStream<int>> && std::movable<ReceiverStream<int>>);
static_assert(stream::Stream<UnboundedReceiverStream<int>> && std::movable<UnboundedReceiverStream<int>>);
static_assert(stream::Stream<WatchStream<int>> && std::movable<WatchStream<int>>);
static_assert(std::same_as<stream::StreamItem<TcpListenerStream>, io::Result<net::TcpStream>>);

TEST_SUITE("stream.wrappers") {
  TEST_CASE("a listener's stream gives its connections") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      TcpListenerStream connections(co_await test::listener());
      const net::SocketAddr addr = connections.as_ref().local_addr().value();
      for (int i = 0; i < 3; ++i) {
        const auto client = co_await net::TcpStream::connect(addr);
        const auto connection = co_await stream::next(connections);
        REQUIRE(connection.has_value());
        CHECK((*connection)->peer_addr().value() == client->local_addr().value());
      }
      const net::TcpListener listener = std::move(connections).into_inner();
      CHECK(listener.local_addr().value() == addr);
    }());
  }

  TEST_CASE("an interval's stream gives its ticks, a period apart") {
    const runtime::Runtime rt = test::paused();
    rt.block_on([]() -> Task<void> {
      IntervalStream ticks(time::interval(10ms));
      const auto first = co_await stream::next(ticks);
      const auto second = co_await stream::next(ticks);
      CHECK(*second - *first == 10ms);
      CHECK(std::move(ticks).into_inner().period() == 10ms);
    }());
  }

  TEST_CASE("a bounded channel's stream ends after the last message when the senders are gone") {
    auto [sender, receiver] = sync::mpsc::channel<std::string>(4);
    ReceiverStream<std::string> messages(std::move(receiver));
    auto next = test::spawn([&] { return stream::next(messages); });
    REQUIRE(next.poll().is_pending());
    CHECK(sender.try_send("one").has_value());
    REQUIRE(next.is_woken());
    CHECK(**next.poll() == "one");
    {
      const auto gone = std::move(sender);
    }
    CHECK_FALSE(test::spawn([&] { return stream::next(messages); }).poll()->has_value());
  }

  TEST_CASE("an unbounded channel's stream still gives what was sent before close") {
    auto [sender, receiver] = sync::mpsc::unbounded_channel<int>();
    UnboundedReceiverStream<int> messages(std::move(receiver));
    CHECK(sender.send(1).has_value());
    messages.close();
    CHECK(sender.send(2).has_error());
    CHECK(**test::spawn([&] { return stream::next(messages); }).poll() == 1);
    CHECK_FALSE(test::spawn([&] { return stream::next(messages); }).poll()->has_value());
  }

  TEST_CASE("a watch's stream gives the present value, then the latest of its changes, then the end") {
    auto [sender, receiver] = sync::watch::channel(1);
    WatchStream<int> values(std::move(receiver));
    CHECK(**test::spawn([&] { return stream::next(values); }).poll() == 1);
    {
      auto next = test::spawn([&] { return stream::next(values); });
      REQUIRE(next.poll().is_pending());
      CHECK(sender.send(2).has_value());
      CHECK(sender.send(3).has_value());
      REQUIRE(next.is_woken());
    }
    WatchStream<int> moved = std::move(values);
    CHECK(**test::spawn([&] { return stream::next(moved); }).poll() == 3);
    CHECK(sender.send(4).has_value());
    {
      const auto gone = std::move(sender);
    }
    CHECK(**test::spawn([&] { return stream::next(moved); }).poll() == 4);
    CHECK_FALSE(test::spawn([&] { return stream::next(moved); }).poll()->has_value());
  }

  TEST_CASE("a watch's stream of changes leaves the present value out") {
    auto [sender, receiver] = sync::watch::channel(1);
    auto values = WatchStream<int>::from_changes(std::move(receiver));
    auto next = test::spawn([&] { return stream::next(values); });
    REQUIRE(next.poll().is_pending());
    CHECK(sender.send(2).has_value());
    CHECK(**next.poll() == 2);
  }
}
