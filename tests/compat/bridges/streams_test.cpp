#include <chrono>
#include <optional>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/streams.hpp>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/time.hpp>

#include "runtime/net/tcp_pair.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

static_assert(stream::Stream<compat::ListenerStream>);
static_assert(stream::Stream<compat::IntervalStream>);

template <class S>
auto next_of(S& stream) {
  return test::spawn([&] { return stream::next(stream); });
}

// What a wrapped receiver of 1.x gives is what one of 0.2 gives as it is.
template <class S>
void check_receives_one_and_ends(S& stream, auto send, auto close) {
  send(1);
  CHECK(*next_of(stream).poll() == 1);
  auto waiting = next_of(stream);
  REQUIRE(waiting.poll().is_pending());
  close();
  CHECK(waiting.is_woken());
  CHECK(*waiting.poll() == std::nullopt);
}

Task<void> tick_alike() {
  const auto start = time::Instant::now();
  auto old = legacy::time::interval(10ms);
  compat::IntervalStream wrapped(time::interval(10ms));
  for (int i = 0; i < 3; ++i) {
    CHECK(*co_await stream::next(old) == start + 10ms * i);
    CHECK(*co_await stream::next(wrapped) == start + 10ms * i);
  }
}

Task<void> accept_wrapped() {
  compat::ListenerStream connections(co_await test::listener());
  auto client = (co_await net::TcpStream::connect(connections.as_ref().local_addr().value())).value();
  auto connection = co_await stream::next(connections);
  CHECK((**connection).peer_addr().value() == client.local_addr().value());
}

}  // namespace

TEST_SUITE("compat.streams") {
  TEST_CASE("MPSC-11: a wrapped receiver is the stream that a receiver of 0.2 was") {
    SUBCASE("of 0.2") {
      auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
      std::optional sender(std::move(tx));
      auto send = [&](int value) { CHECK(sender->try_send(value).has_value()); };
      check_receives_one_and_ends(rx, send, [&] { sender.reset(); });
    }
    SUBCASE("of 1.x, wrapped") {
      auto [tx, rx] = sync::mpsc::channel<int>(1);
      compat::ReceiverStream<int> wrapped(std::move(rx));
      std::optional sender(std::move(tx));
      auto send = [&](int value) { CHECK(sender->try_send(value).has_value()); };
      check_receives_one_and_ends(wrapped, send, [&] { sender.reset(); });
    }
    SUBCASE("unbounded, of 1.x, wrapped") {
      auto [tx, rx] = sync::mpsc::unbounded_channel<int>();
      compat::UnboundedReceiverStream<int> wrapped(std::move(rx));
      std::optional sender(std::move(tx));
      auto send = [&](int value) { CHECK(sender->send(value).has_value()); };
      check_receives_one_and_ends(wrapped, send, [&] { sender.reset(); });
    }
  }

  TEST_CASE("WATCH-06: a wrapped watch receiver gives its present value first, as one of 0.2 does") {
    auto old = legacy::sync::watch::channel(1);
    CHECK(*next_of(old.second).poll() == 1);
    CHECK(next_of(old.second).poll().is_pending());

    auto modern = sync::watch::channel(1);
    compat::WatchStream<int> wrapped(std::move(modern.second));
    CHECK(*next_of(wrapped).poll() == 1);
    CHECK(next_of(wrapped).poll().is_pending());
  }

  TEST_CASE("TIME-15: a wrapped interval ticks as one of 0.2 does") { test::paused().block_on(tick_alike()); }
  TEST_CASE("a wrapped listener gives connections (TCP-02)") {
    test::current_thread().block_on(accept_wrapped());
  }
}
