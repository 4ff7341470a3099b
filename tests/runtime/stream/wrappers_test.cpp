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
#include <ferry/sync/broadcast.hpp>
#include <ferry/sync/mpsc.hpp>
#include <ferry/sync/watch.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "runtime/net/tcp_pair.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"
#include "support/tasks.hpp"

using namespace ferry;
using namespace ferry::stream::wrappers;
using namespace std::chrono_literals;

static_assert(stream::Stream<TcpListenerStream> && std::movable<TcpListenerStream>);
static_assert(stream::Stream<IntervalStream> && std::movable<IntervalStream>);
static_assert(stream::Stream<ReceiverStream<int>> && std::movable<ReceiverStream<int>>);
static_assert(stream::Stream<UnboundedReceiverStream<int>> && std::movable<UnboundedReceiverStream<int>>);
static_assert(stream::Stream<WatchStream<int>> && std::movable<WatchStream<int>>);
static_assert(stream::Stream<BroadcastStream<int>> && std::movable<BroadcastStream<int>>);
static_assert(stream::Stream<JoinSetStream<int>> && std::movable<JoinSetStream<int>>);
static_assert(stream::Stream<JoinSetStream<void>>);
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

  TEST_CASE("a channel's stream knows how many messages there are at least, and at most when it is closed") {
    using stream::SizeHint;
    auto [sender, receiver] = sync::mpsc::channel<int>(4);
    ReceiverStream<int> messages(std::move(receiver));
    CHECK(sender.try_send(1).has_value());
    CHECK(messages.size_hint() == SizeHint(1, std::nullopt));
    {
      const auto permit = sender.try_reserve();
      REQUIRE(permit.has_value());
      messages.close();
      CHECK(messages.size_hint() == SizeHint(1, 2));
    }
    CHECK(messages.size_hint() == SizeHint::exactly(1));

    auto [unbounded_sender, unbounded_receiver] = sync::mpsc::unbounded_channel<int>();
    UnboundedReceiverStream<int> unbounded(std::move(unbounded_receiver));
    CHECK(unbounded_sender.send(1).has_value());
    CHECK(unbounded.size_hint() == SizeHint(1, std::nullopt));
    {
      const auto gone = std::move(unbounded_sender);
    }
    CHECK(unbounded.size_hint() == SizeHint::exactly(1));
  }

  TEST_CASE("a broadcast's stream gives an error where values were missed, and goes on with the oldest") {
    auto [sender, receiver] = sync::broadcast::channel<int>(2);
    BroadcastStream<int> values(std::move(receiver));
    {
      auto next = test::spawn([&] { return stream::next(values); });
      REQUIRE(next.poll().is_pending());
      CHECK(sender.send(1).has_value());
      REQUIRE(next.is_woken());
    }
    BroadcastStream<int> moved = std::move(values);
    for (int i = 2; i <= 4; ++i) CHECK(sender.send(i).has_value());
    const auto next = [&] { return *test::spawn([&] { return stream::next(moved); }).poll(); };
    auto missed = next();
    REQUIRE(missed->has_error());
    CHECK(missed->error() == errors::BroadcastStreamRecvError(2));
    CHECK(missed->error().skipped() == 2);
    CHECK_THROWS_WITH(static_cast<void>(missed->value()), "channel lagged");
    CHECK(next()->value() == 3);
    {
      const auto gone = std::move(sender);
    }
    CHECK(next()->value() == 4);
    CHECK_FALSE(next().has_value());
  }

  TEST_CASE("a set's stream gives what its tasks give, as they complete, and ends when it is empty") {
    const runtime::Runtime rt = test::paused();
    rt.block_on([]() -> Task<void> {
      task::JoinSet<int> set;
      set.spawn(test::after(20ms, 1));
      set.spawn(test::after(10ms, 2));
      const task::AbortHandle aborted = set.spawn(test::after(30ms, 3));
      JoinSetStream<int> joined(std::move(set));
      CHECK(joined.size_hint() == stream::SizeHint::exactly(3));
      aborted.abort();
      auto first = co_await stream::next(joined);
      CHECK(first->error().is_cancelled());
      auto second = co_await stream::next(joined);
      CHECK(second->value() == 2);
      CHECK(joined.as_ref().len() == 1);
      auto third = co_await stream::next(joined);
      CHECK(third->value() == 1);
      auto end = co_await stream::next(joined);
      CHECK_FALSE(end.has_value());
      CHECK(std::move(joined).into_inner().is_empty());
    }());
  }

  TEST_CASE("streams of channels in a map: the last sender's end ends it") {
    stream::StreamMap<int, ReceiverStream<int>> map;
    auto [a, from_a] = sync::mpsc::channel<int>(1);
    auto [b, from_b] = sync::mpsc::channel<int>(1);
    map.insert(1, ReceiverStream<int>(std::move(from_a)));
    map.insert(2, ReceiverStream<int>(std::move(from_b)));
    auto next = test::spawn([&] { return stream::next(map); });
    REQUIRE(next.poll().is_pending());
    CHECK(b.try_send(5).has_value());
    REQUIRE(next.is_woken());
    CHECK(**next.poll() == std::pair(2, 5));
    {
      const auto gone = std::move(a);
    }
    REQUIRE(next.poll().is_pending());
    {
      const auto gone = std::move(b);
    }
    REQUIRE(next.is_woken());
    CHECK_FALSE(next.poll()->has_value());
  }
}
