#include <chrono>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

template <class Modern>
constexpr bool kCrosses =
    std::is_same_v<decltype(compat::from_legacy(compat::into_legacy(std::declval<Modern>()))), Modern>;
static_assert(kCrosses<net::TcpStream> && kCrosses<net::TcpListener>);
static_assert(kCrosses<net::UdpSocket> && kCrosses<net::UnixDatagram>);
static_assert(kCrosses<net::UnixStream> && kCrosses<net::UnixListener> && kCrosses<net::UCred>);
static_assert(kCrosses<net::ReadHalf> && kCrosses<net::WriteHalf>);
static_assert(kCrosses<net::OwnedReadHalf> && kCrosses<net::OwnedWriteHalf>);
static_assert(kCrosses<net::OwnedUnixReadHalf> && kCrosses<net::OwnedUnixWriteHalf>);
static_assert(kCrosses<net::UnixReadHalf> && kCrosses<net::UnixWriteHalf>);
static_assert(kCrosses<io::AnyRead> && kCrosses<io::AnyWrite>);
static_assert(kCrosses<io::AnyReadWrite> && kCrosses<io::AnyBufRead> && kCrosses<io::DuplexStream>);
static_assert(kCrosses<fs::File> && kCrosses<fs::OpenOptions> && kCrosses<fs::ReadDir>);
static_assert(kCrosses<process::Child> && kCrosses<process::Command> && kCrosses<signal::Signal>);
static_assert(kCrosses<util::BytesMut> && kCrosses<time::DelayQueue<int>>);
static_assert(kCrosses<time::Interval> && kCrosses<Pin<time::Sleep>>);
static_assert(kCrosses<runtime::Handle> && kCrosses<runtime::Runtime>);
static_assert(kCrosses<sync::watch::Sender<int>> && kCrosses<sync::watch::Receiver<int>>);
static_assert(kCrosses<sync::mpsc::Sender<int>> && kCrosses<sync::mpsc::Receiver<int>>);
static_assert(kCrosses<sync::mpsc::UnboundedReceiver<int>>);
static_assert(kCrosses<sync::broadcast::Sender<int>> && kCrosses<sync::broadcast::Receiver<int>>);

// What crosses is what is said to, and nothing that could only be converted.
static_assert(std::is_same_v<compat::LegacyOf<net::TcpStream>, v0_2::net::TcpStream>);
static_assert(std::is_same_v<compat::ModernOf<v0_2::net::OwnedReadHalf>, net::OwnedReadHalf>);
static_assert(std::is_same_v<compat::LegacyOf<sync::watch::Sender<int>>, v0_2::sync::watch::Sender<int>>);
static_assert(!compat::HasLegacyCounterpart<v0_2::net::TcpStream>);
static_assert(!compat::HasModernCounterpart<net::TcpStream>);
static_assert(!compat::HasLegacyCounterpart<net::SocketAddr> && !compat::HasModernCounterpart<int>);
static_assert(!compat::HasLegacyCounterpart<sync::Mutex<int>> && !compat::HasLegacyCounterpart<void>);

// What did not change is the same thing, so that it needs no bridge.
static_assert(std::is_same_v<v0_2::Task<int>, Task<int>>);
static_assert(std::is_same_v<v0_2::net::SocketAddr, net::SocketAddr>);
static_assert(std::is_same_v<v0_2::io::Result<int>, io::Result<int>>);
static_assert(std::is_same_v<v0_2::task::JoinHandle<int>, task::JoinHandle<int>>);

Task<void> carry_timers() {
  const auto start = time::Instant::now();
  auto delay = compat::into_legacy(pin(time::sleep, 10ms));
  co_await time::sleep(20ms);
  CHECK(delay.is_elapsed());  // registered when it crossed
  auto sleep = compat::from_legacy(std::move(delay));
  sleep->reset(start + 50ms);
  co_await sleep;
  CHECK(start.elapsed() >= 50ms);
}

Task<void> carry_connection() {
  auto listener = compat::into_legacy((co_await net::TcpListener::bind("127.0.0.1:0")).value());
  auto client = (co_await net::TcpStream::connect(listener.local_addr().value())).value();
  auto accepted = (co_await listener.accept()).value();
  net::TcpStream modern = compat::from_legacy(std::move(accepted.first));
  CHECK((co_await client.write_all("x")).has_value());
  std::string text(1, '\0');
  CHECK((co_await modern.read_exact(text)).value() == 1);
}

}  // namespace

TEST_SUITE("compat.legacy") {
  TEST_CASE("WATCH-03: a receiver crosses with what it has seen") {
    auto [tx, rx] = sync::watch::channel(1);
    auto legacy = compat::into_legacy(rx);
    auto waiting = test::spawn([&] { return legacy.recv(); });
    CHECK(waiting.poll().is_pending());  // 1.x counts the initial value as seen

    auto fresh = v0_2::sync::watch::channel(1);
    auto modern = compat::from_legacy(fresh.second);
    auto changed = test::spawn([&] { return modern.changed(); });
    CHECK((*changed.poll()).has_value());  // 0.2 does not
  }

  TEST_CASE("what was sent before a receiver crosses is received after it") {
    auto [tx, rx] = sync::mpsc::channel<int>(2);
    REQUIRE(tx.try_send(1).has_value());
    auto legacy = compat::into_legacy(std::move(rx));
    auto next = test::spawn([&] { return legacy.next(); });
    CHECK(*next.poll() == 1);
  }

  TEST_CASE("a timer crosses in both directions") { test::paused().block_on(carry_timers()); }
  TEST_CASE("connections cross in both directions") { test::current_thread().block_on(carry_connection()); }
}
