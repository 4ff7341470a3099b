#include <chrono>
#include <concepts>
#include <csignal>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/streams.hpp>
#include <ferry/fs.hpp>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/signal.hpp>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/time.hpp>

#include "runtime/io/script.hpp"
#include "runtime/net/tcp_pair.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"
#include "support/temp_tree.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

// None of these is a stream in 1.x, and each has an adapter that is one, and can be moved.
template <class Source, class Adapter>
constexpr bool kIsAdapted = !stream::Stream<Source> && stream::Stream<Adapter> && std::movable<Adapter> &&
                            std::constructible_from<Adapter, Source>;
using Reader = io::BufReader<test::ScriptedReader>;
static_assert(kIsAdapted<net::TcpListener, compat::ListenerStream>);
static_assert(kIsAdapted<net::UnixListener, compat::UnixListenerStream>);
static_assert(kIsAdapted<time::Interval, compat::IntervalStream>);
static_assert(kIsAdapted<sync::mpsc::Receiver<int>, compat::ReceiverStream<int>>);
static_assert(kIsAdapted<sync::mpsc::UnboundedReceiver<int>, compat::UnboundedReceiverStream<int>>);
static_assert(kIsAdapted<sync::watch::Receiver<int>, compat::WatchStream<int>>);
static_assert(kIsAdapted<sync::broadcast::Receiver<int>, compat::BroadcastStream<int>>);
static_assert(kIsAdapted<signal::Signal, compat::SignalStream>);
static_assert(kIsAdapted<io::Lines<Reader>, compat::LinesStream<Reader>>);
static_assert(kIsAdapted<io::Split<Reader>, compat::SplitStream<Reader>>);
static_assert(kIsAdapted<fs::ReadDir, compat::ReadDirStream>);
static_assert(kIsAdapted<Reader, compat::ReaderStream<Reader>>);
// These are streams in both.
static_assert(stream::Stream<compat::DelayQueue<int>>);
static_assert(stream::Stream<compat::Throttle<compat::IntervalStream>>);
// What is of 0.2 is adapted as well.
static_assert(std::constructible_from<compat::ReceiverStream<int>, legacy::sync::mpsc::Receiver<int>>);
static_assert(std::constructible_from<compat::IntervalStream, legacy::time::Interval>);

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

// "1 2 missed:3 end" of what there is.
template <class S>
std::string log_of(S& stream) {
  for (std::string log;;) {
    auto polled = next_of(stream).poll();
    if (polled.is_pending()) return log + "pending";
    if (!*polled) return log + "end";
    if ((*polled)->has_value())
      log += std::to_string(***polled) + " ";
    else
      log += "missed:" + std::to_string((*polled)->error().skipped()) + " ";
  }
}

Task<void> hear_signals() {
  compat::SignalStream signals(signal::signal(signal::SignalKind::user_defined1()).value());
  for (int i = 0; i < 2; ++i) {
    std::raise(SIGUSR1);
    auto heard = co_await stream::next(signals);
    CHECK(heard.has_value());
  }
}

Task<void> list(std::string path) {
  compat::ReadDirStream entries((co_await fs::read_dir(path)).value());
  std::set<std::string> names;
  while (auto entry = co_await stream::next(entries)) names.insert((*entry)->file_name());
  CHECK(names == std::set<std::string>{"a", "b"});
}

Task<void> expire() {
  const auto start = time::Instant::now();
  compat::DelayQueue<std::string> queue;
  queue.insert("late", 20ms);
  queue.insert("early", 10ms);
  for (const auto& [value, after] : {std::pair("early", 10ms), std::pair("late", 20ms)}) {
    auto expired = co_await stream::next(queue);
    CHECK(expired->get_ref() == value);
    CHECK(start.elapsed() >= after);
  }
  auto end = co_await stream::next(queue);
  CHECK_FALSE(end.has_value());
}

Task<void> accept_wrapped() {
  compat::ListenerStream connections(co_await test::listener());
  auto client = (co_await net::TcpStream::connect(connections.as_ref().local_addr().value())).value();
  auto connection = co_await stream::next(connections);
  CHECK((**connection).peer_addr().value() == client.local_addr().value());
}

TEST_SUITE("compat.streams") {
  TEST_CASE("STRM-12, MPSC-11: a wrapped receiver is the stream that a receiver of 0.2 was") {
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

  TEST_CASE("STRM-12, WATCH-06: a wrapped watch receiver gives its present value first, as one of 0.2 does") {
    auto old = legacy::sync::watch::channel(1);
    CHECK(*next_of(old.second).poll() == 1);
    CHECK(next_of(old.second).poll().is_pending());

    auto modern = sync::watch::channel(1);
    compat::WatchStream<int> wrapped(std::move(modern.second));
    CHECK(*next_of(wrapped).poll() == 1);
    CHECK(next_of(wrapped).poll().is_pending());
  }

  TEST_CASE("STRM-12, TIME-15: a wrapped interval ticks as one of 0.2 does") {
    test::paused().block_on(tick_alike());
  }
  TEST_CASE("STRM-12, TCP-02: a wrapped listener gives connections") {
    test::current_thread().block_on(accept_wrapped());
  }

  TEST_CASE(
      "STRM-12, BCAST-05: what was missed is the error of recv, as in 0.2, in 1.x one of the stream's") {
    auto [tx, rx] = sync::broadcast::channel<int>(2);
    compat::BroadcastStream<int> old(tx.subscribe());
    stream::wrappers::BroadcastStream<int> modern(std::move(rx));
    using Old = stream::StreamItem<compat::BroadcastStream<int>>;
    using Modern = stream::StreamItem<stream::wrappers::BroadcastStream<int>>;
    static_assert(std::same_as<Old, Result<int, sync::broadcast::error::RecvError>>);
    static_assert(std::same_as<Modern, Result<int, stream::wrappers::errors::BroadcastStreamRecvError>>);

    CHECK(log_of(old) == "pending");
    for (int i = 1; i <= 5; ++i) CHECK(tx.send(i).has_value());
    auto missed = *next_of(old).poll();
    CHECK(missed->error().is_lagged());
    CHECK(missed->error().skipped() == 3);
    CHECK(log_of(old) == "4 5 pending");
    CHECK(log_of(modern) == "missed:3 4 5 pending");
    {
      const auto gone = std::move(tx);
    }
    CHECK(log_of(old) == "end");
    CHECK(log_of(modern) == "end");
  }

  TEST_CASE("STRM-12, IOE-07: wrapped lines and segments end with their input") {
    const auto input = [] { return Reader(test::ScriptedReader().give("one\ntw").wait().give("o").build()); };
    compat::LinesStream<Reader> lines{io::lines(input())};
    compat::SplitStream<Reader> segments{io::split(input(), 'n')};
    CHECK((*next_of(lines).poll())->value() == "one");
    REQUIRE(next_of(lines).poll().is_pending());
    CHECK((*next_of(lines).poll())->value() == "two");
    CHECK(*next_of(lines).poll() == std::nullopt);
    CHECK(test::text_of((*next_of(segments).poll())->value()) == "o");
    REQUIRE(next_of(segments).poll().is_pending());
    CHECK(test::text_of((*next_of(segments).poll())->value()) == "e\ntwo");
    CHECK(*next_of(segments).poll() == std::nullopt);
  }

  TEST_CASE("STRM-12, IOE-15: a reader's stream gives chunks as they come") {
    compat::ReaderStream chunks(test::ScriptedReader().give("ab").give("c").build());
    CHECK(test::text_of((*next_of(chunks).poll())->value()) == "ab");
    CHECK(test::text_of((*next_of(chunks).poll())->value()) == "c");
    CHECK(*next_of(chunks).poll() == std::nullopt);
  }

  TEST_CASE("STRM-12, SIG-05: a wrapped signal gives its occurrences") {
    test::current_thread().block_on(hear_signals());
  }

  TEST_CASE("STRM-12, FS-14: a wrapped directory gives its entries") {
    const ::test::TempTree tree;
    tree.write("a", "");
    tree.write("b", "");
    test::current_thread().block_on(list(tree.root()));
  }

  TEST_CASE("STRM-12, TIME-19: a queue of delays is a stream in both") { test::paused().block_on(expire()); }
}

}  // namespace
}  // namespace ferry
