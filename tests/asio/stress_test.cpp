// Operations that are given up at any moment, on more workers than processors: what arrives is in order, and
// nothing is lost that the documentation does not say is.
#include "stress/stress.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "asio/asio_test.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace net = boost::asio;
using ferry::asio::use_task;
using stress::Chance;

namespace {

using Datagrams = net::local::datagram_protocol::socket;

// Writes the numbers 0 to `count` - 1, some at a time.
Task<void> write_numbers(test::LocalSocket socket, std::uint32_t count, std::uint32_t round) {
  Chance chance(round, 1);
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0u);
  for (std::size_t sent = 0; sent < numbers.size();) {
    const std::size_t some = std::min<std::size_t>(1 + chance.below(64), numbers.size() - sent);
    auto written = co_await net::async_write(
        socket, net::buffer(numbers.data() + sent, some * sizeof(std::uint32_t)), use_task);
    REQUIRE(written.has_value());
    sent += some;
    if (chance.one_in(8)) co_await task::yield_now();
  }
}

}  // namespace

TEST_SUITE("asio.stress") {
  TEST_CASE("waiting for a socket and reading what is there loses nothing, however often it is given up") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto body = [](std::uint32_t round) -> Task<void> {
        constexpr std::uint32_t kCount = 4000;
        auto [a, b] = test::socket_pair();
        auto writer = task::spawn(write_numbers(std::move(a), kCount, round));
        Chance chance(round, 2);
        std::vector<char> received;
        std::array<char, 512> buffer{};
        b.non_blocking(true);
        for (;;) {
          {
            auto wait = b.async_wait(test::LocalSocket::wait_read, use_task);
            auto impatient = stress::impatient(wait, chance.below(4));
            auto ready = co_await impatient;
            if (!ready) continue;
          }
          io::Error error;
          const std::size_t size = b.read_some(net::buffer(buffer), error);
          if (error == net::error::would_block) continue;
          if (error) break;
          received.insert(received.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
        }
        std::vector<std::uint32_t> expected(kCount);
        std::iota(expected.begin(), expected.end(), 0u);
        REQUIRE(received.size() == kCount * sizeof(std::uint32_t));
        CHECK(std::memcmp(received.data(), expected.data(), received.size()) == 0);
        auto joined = co_await writer;
        CHECK(joined.has_value());
      };
      rt.block_on(body(round));
    });
  }

  TEST_CASE("a read that is given up takes its message along or not at all") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto write = [](Datagrams socket, std::uint32_t count) -> Task<void> {
        for (std::uint32_t number = 0; number < count; ++number) {
          auto sent = co_await socket.async_send(net::buffer(&number, sizeof(number)), use_task);
          REQUIRE(sent.has_value());
        }
      };
      auto body = [&](std::uint32_t round) -> Task<void> {
        constexpr std::uint32_t kCount = 2000;
        auto executor = runtime::Handle::current().executor();
        Datagrams a(executor);
        Datagrams b(executor);
        net::local::connect_pair(a, b);
        auto writer = task::spawn(write(std::move(a), kCount));
        Chance chance(round, 3);
        std::uint32_t given_up = 0;
        std::uint32_t received = 0;
        for (std::uint32_t next = 0; next < kCount;) {
          auto number = std::make_unique<std::uint32_t>(~0u);
          bool is_over = false;
          {
            auto read = b.async_receive(net::buffer(number.get(), sizeof(*number)), use_task);
            auto impatient = stress::impatient(read, chance.below(6));
            auto got = co_await impatient;
            if (!got) {
              ++given_up;
              // The last ones may have been taken along.
              is_over = writer.is_finished() && b.available() == 0;
            } else {
              REQUIRE(got->has_value());
              CHECK(*number >= next);  // none twice, none out of order
              next = *number + 1;
              ++received;
            }
          }
          if (is_over) break;
        }
        CHECK(received + given_up >= kCount);
        auto joined = co_await writer;
        CHECK(joined.has_value());
      };
      rt.block_on(body(round));
    });
  }

  TEST_CASE("operations lose against timers, and timers against operations") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto worker = [](std::uint32_t round, int who) -> Task<void> {
        Chance chance(round, who);
        auto [a, b] = test::socket_pair();
        std::array<char, 64> in{};
        const std::array<char, 64> out{};
        for (int i = 0; i < 50; ++i) {
          net::steady_timer timer(a.get_executor(), std::chrono::microseconds(chance.below(300)));
          auto elapsed = timer.async_wait(use_task);
          auto read = net::async_read(b, net::buffer(in), use_task);
          auto nap = time::sleep(std::chrono::microseconds(chance.below(300)));
          if (chance.one_in(2)) {
            auto written = co_await net::async_write(a, net::buffer(out), use_task);
            CHECK(written.has_value());
          }
          auto first = co_await select(elapsed, read, nap);
          if (first.index() == 1) CHECK(*get<1>(first) == in.size());
        }
      };
      auto body = [&](std::uint32_t round) -> Task<void> {
        task::JoinSet<void> tasks;
        for (int who = 0; who < 16; ++who) tasks.spawn(worker(round, who));
        for (int i = 0; i < 4; ++i) {
          co_await task::yield_now();
          if (round % 4 == 3) tasks.abort_all();
        }
        while (auto joined = co_await tasks.join_next()) CHECK((*joined || joined->error().is_cancelled()));
      };
      rt.block_on(body(round));
    });
  }

  TEST_CASE("a runtime ends in the middle of everything") {
    stress::for_a_while([](std::uint32_t round) {
      const runtime::Runtime rt = test::multi_thread(1 + round % 4);
      auto chatter = [](test::LocalSocket a, test::LocalSocket b) -> Task<void> {
        std::array<char, 8> buffer{};
        for (;;) {
          static_cast<void>(co_await net::async_write(a, net::buffer(buffer), use_task));
          static_cast<void>(co_await net::async_read(b, net::buffer(buffer), use_task));
          test::give_up([&] { return net::async_read(b, net::buffer(buffer), use_task); });
        }
      };
      for (int i = 0; i < 8; ++i) {
        auto [a, b] = test::socket_pair(rt.handle().executor());
        static_cast<void>(rt.spawn(chatter(std::move(a), std::move(b))));
      }
      std::this_thread::yield();
    });
  }
}
