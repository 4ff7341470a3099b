#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <future>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/io_source.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using detail::Direction;
using detail::IoSource;

namespace {

std::array<int, 2> socket_pair() {
  std::array<int, 2> fds{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) == 0);
  return fds;
}

void send_text(int fd, std::string_view text) {
  REQUIRE(::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
}

}  // namespace

TEST_SUITE("driver.IoSource") {
  TEST_CASE("a new descriptor may be written at once, and read when something has come") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        const auto fds = socket_pair();
        const IoSource source = IoSource::adopt(fds[0]).value();
        CHECK(source.is_ready(Direction::Write));
        CHECK_FALSE(source.is_ready(Direction::Read));
        send_text(fds[1], "x");
        auto ready = co_await source.ready(Direction::Read);
        CHECK(ready.has_value());
        ::close(fds[1]);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("without budget a ready descriptor wakes once") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    const auto fds = socket_pair();
    const IoSource source = IoSource::adopt(fds[0]).value();
    const test::WakeCounter wakes;
    {
      const Waker waker = wakes.waker();
      Context cx(waker, 0);
      CHECK(source.poll_ready(Direction::Write, cx).is_pending());
      CHECK(wakes.count() == 1);
      IoSource::Waiter waiter(Direction::Write);
      CHECK(source.poll_ready(waiter, cx).is_pending());
      CHECK(wakes.count() == 2);
    }
    ::close(fds[1]);
  }

  TEST_CASE("cleared readiness comes back with the next event, and not before") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      const auto fds = socket_pair();
      const IoSource source = IoSource::adopt(fds[0]).value();
      send_text(fds[1], "x");
      auto first = co_await source.ready(Direction::Read);
      std::array<char, 8> received;
      REQUIRE(::read(fds[0], received.data(), received.size()) == 1);
      source.clear_ready(Direction::Read, *first);
      {
        auto waiting = source.ready(Direction::Read);
        CHECK((co_await time::timeout(1ms, waiting)).has_error());
      }
      send_text(fds[1], "y");
      CHECK((co_await source.ready(Direction::Read)).has_value());
      ::close(fds[1]);
    };
    rt.block_on(body());
  }

  TEST_CASE("clearing an old event leaves a newer one") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      const auto fds = socket_pair();
      const IoSource source = IoSource::adopt(fds[0]).value();
      send_text(fds[1], "x");
      auto old = co_await source.ready(Direction::Read);
      send_text(fds[1], "y");
      co_await time::sleep(1ms);
      source.clear_ready(Direction::Read, *old);
      auto newer = source.ready(Direction::Read);
      CHECK((co_await time::timeout(10s, newer)).has_value());
      ::close(fds[1]);
    };
    rt.block_on(body());
  }

  TEST_CASE("the end of a stream that came together with data is still there after the data was read") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      const auto fds = socket_pair();
      const IoSource source = IoSource::adopt(fds[0]).value();
      send_text(fds[1], "last words");
      ::close(fds[1]);
      auto event = co_await source.ready(Direction::Read);
      source.clear_ready(Direction::Read, *event);  // what a read does that got less than it asked for
      CHECK(source.is_ready(Direction::Read));
    };
    rt.block_on(body());
  }

  TEST_CASE("several tasks may wait for one direction, a destroyed waiter is forgotten") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    const auto fds = socket_pair();
    const IoSource source = IoSource::adopt(fds[0]).value();
    auto first = test::spawn([&] { return source.ready(Direction::Read); });
    auto second = test::spawn([&] { return source.ready(Direction::Read); });
    REQUIRE(first.poll().is_pending());
    REQUIRE(second.poll().is_pending());
    {
      auto gone = test::spawn([&] { return source.ready(Direction::Read); });
      REQUIRE(gone.poll().is_pending());
    }
    send_text(fds[1], "x");
    auto wait = []() -> Task<void> { co_await time::sleep(1ms); };
    rt.block_on(wait());
    CHECK(first.is_woken());
    CHECK(second.is_woken());
    CHECK(first.poll().is_ready());
    CHECK(second.poll().is_ready());
    ::close(fds[1]);
  }

  TEST_CASE("wakers are called without a lock, however many wait for one event") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    const auto fds = socket_pair();
    const IoSource source = IoSource::adopt(fds[0]).value();
    using Waiting = test::Spawn<IoSource::Ready>;
    // The first waker lets another thread give a wait up, and waits for that itself.
    static std::optional<Waiting> last;
    static std::future<void> giving_up;
    static bool was_possible = true;
    static constexpr WakerVTable kGivesUp = {
        .clone = [](void* data) { return data; },
        .wake =
            [](void*) {
              if (giving_up.valid()) return;
              giving_up = std::async(std::launch::async, [] { last.reset(); });
              was_possible = giving_up.wait_for(1s) == std::future_status::ready;
            },
        .wake_by_ref = [](void*) {},
        .drop = [](void*) noexcept {},
    };
    std::deque<Waiting> quiet;
    auto ready = [&] { return source.ready(Direction::Read); };
    for (int i = 0; i < 100; ++i) REQUIRE(quiet.emplace_back(std::in_place, ready).poll().is_pending());
    const Waker waker(&kGivesUp, nullptr);
    Context cx(waker);
    IoSource::Ready reentrant(source, Direction::Read);
    REQUIRE(reentrant.poll(cx).is_pending());
    last.emplace(std::in_place, ready);
    REQUIRE(last->poll().is_pending());
    send_text(fds[1], "x");
    auto wait = []() -> Task<void> { co_await time::sleep(1ms); };
    rt.block_on(wait());
    CHECK(giving_up.valid());
    CHECK(was_possible);
    for (Waiting& waiting : quiet) CHECK(waiting.is_woken());
    giving_up = {};
    ::close(fds[1]);
  }

  TEST_CASE("a source has nothing to do with what happened to one that is gone") {
    const runtime::Runtime rt = test::multi_thread(1);
    const auto guard = rt.enter();
    auto busy = [](std::atomic<bool>& is_running, const std::atomic<bool>& may_end) -> Task<void> {
      is_running = true;
      while (!may_end) {
      }
      co_return;
    };
    for (int round = 0; round < 50; ++round) {
      std::deque<std::array<int, 2>> old_fds(64);
      std::deque<std::array<int, 2>> new_fds(64);
      std::vector<IoSource> old_sources;
      std::vector<IoSource> sources;
      for (auto& fds : old_fds) old_sources.push_back(IoSource::adopt((fds = socket_pair())[0]).value());
      for (auto& fds : new_fds) fds = socket_pair();
      sources.reserve(new_fds.size());
      // The worker hears of all that have hung up at once, and meanwhile each makes room for another one.
      std::atomic<bool> is_running = false;
      std::atomic<bool> may_end = false;
      const auto hearing = rt.spawn(busy(is_running, may_end));
      while (!is_running) std::this_thread::yield();
      for (const auto& fds : old_fds) ::close(fds[1]);
      may_end = true;
      for (int turn = 0; turn < round * 50; ++turn) std::atomic_signal_fence(std::memory_order_seq_cst);
      for (const auto& fds : new_fds) {
        old_sources.pop_back();
        sources.push_back(IoSource::adopt(fds[0]).value());
      }
      auto wait = []() -> Task<void> { co_await time::sleep(1ms); };
      rt.block_on(wait());
      for (const IoSource& source : sources) {
        auto waiting = test::spawn([&] { return source.ready(Direction::Read); });
        if (auto event = waiting.poll(); event.is_ready()) source.clear_ready(Direction::Read, **event);
        CHECK_FALSE(source.is_ready(Direction::Read));
      }
      for (const auto& fds : new_fds) ::close(fds[1]);
    }
  }

  TEST_CASE("a full peer is waited for and becomes writable again") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        const auto fds = socket_pair();
        const IoSource source = IoSource::adopt(fds[0]).value();
        const std::array<char, 4096> block{};
        while (::send(source.fd(), block.data(), block.size(), MSG_NOSIGNAL) > 0) {
        }
        auto event = co_await source.ready(Direction::Write);
        source.clear_ready(Direction::Write, *event);
        {
          auto waiting = source.ready(Direction::Write);
          CHECK((co_await time::timeout(1ms, waiting)).has_error());
        }
        std::array<char, 4096> sink;
        while (::recv(fds[1], sink.data(), sink.size(), 0) > 0) {
        }
        CHECK((co_await source.ready(Direction::Write)).has_value());
        ::close(fds[1]);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("a source that outlives its runtime gives an error instead of waiting") {
    const auto fds = socket_pair();
    std::optional<IoSource> source;
    {
      const runtime::Runtime rt = test::current_thread();
      const auto guard = rt.enter();
      source.emplace(IoSource::adopt(fds[0]).value());
    }
    auto waiting = test::spawn([&] { return source->ready(Direction::Read); });
    auto polled = waiting.poll();
    REQUIRE(polled.is_ready());
    REQUIRE(polled->has_error());
    CHECK(runtime::is_rt_shutdown_err(polled->error()));
    CHECK(polled->error() == boost::system::errc::operation_canceled);
    CHECK(polled->error().message().find("shut down") != std::string::npos);
    CHECK_FALSE(runtime::is_rt_shutdown_err(make_error_code(boost::system::errc::operation_canceled)));
    CHECK_FALSE(runtime::is_rt_shutdown_err(io::Error()));
    ::close(fds[1]);
  }

  TEST_CASE("a runtime that was shut down takes no more descriptors, and closes them") {
    const auto fds = socket_pair();
    std::optional<runtime::Handle> handle;
    {
      const runtime::Runtime rt = test::current_thread();
      handle = rt.handle();
    }
    const auto guard = handle->enter();
    const auto refused = IoSource::adopt(fds[0]);
    REQUIRE(refused.has_error());
    CHECK(runtime::is_rt_shutdown_err(refused.error()));
    char byte = 0;
    CHECK(::read(fds[1], &byte, 1) == 0);  // the other end is closed
    ::close(fds[1]);
  }

  TEST_CASE("released, the descriptor is the caller's and still open") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    const auto fds = socket_pair();
    IoSource source = IoSource::adopt(fds[0]).value();
    const int fd = source.release().value();
    CHECK(fd == fds[0]);
    send_text(fd, "x");
    ::close(fd);
    ::close(fds[1]);
  }

  TEST_CASE("a bad descriptor is an error, a runtime without I/O a mistake") {
    {
      const runtime::Runtime rt = test::current_thread();
      const auto guard = rt.enter();
      CHECK(IoSource::adopt(-1).has_error());
    }
    const runtime::Runtime rt = runtime::Builder::new_current_thread().enable_time().build().value();
    const auto guard = rt.enter();
    CHECK_THROWS_WITH_AS(static_cast<void>(IoSource::adopt(0)), doctest::Contains("enable_io"),
                         std::logic_error);
  }
}
