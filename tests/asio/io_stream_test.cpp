#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/buffered_stream.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/io.hpp>
#include <ferry/join.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "asio/asio_test.hpp"
#include "stress/stress.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using ferry::asio::IoStream;
using ferry::asio::use_task;
using test::LocalSocket;
using Stream = IoStream<LocalSocket>;

static_assert(io::AsyncRead<Stream> && io::AsyncWrite<Stream>);
static_assert(std::is_nothrow_move_constructible_v<Stream>);

namespace {

std::pair<Stream, Stream> stream_pair() {
  auto [a, b] = test::socket_pair();
  return {Stream(std::move(a)), Stream(std::move(b))};
}

char nth_byte(std::size_t n) { return static_cast<char>(n * 7 % 251); }

}  // namespace

TEST_SUITE("asio.IoStream") {
  TEST_CASE("the functions of io read from and write to a stream of Asio's") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [a, b] = stream_pair();
        CHECK((co_await io::write_all(a, "one two")).has_value());
        CHECK((co_await io::flush(a)).has_value());
        std::string word(3, '.');
        CHECK((co_await io::read_exact(b, word)).value() == 3);
        CHECK(word == "one");
        CHECK((co_await io::shutdown(a)).has_value());
        CHECK((co_await io::shutdown(a)).has_value());
        std::string rest;
        CHECK((co_await io::read_to_string(b, rest)).value() == 4);
        CHECK(rest == " two");
        // The end stays the end; the other direction goes on.
        CHECK((co_await io::read(b, word)).value() == 0);
        CHECK((co_await io::write_all(b, "back")).has_value());
        CHECK((co_await io::shutdown(b)).has_value());
        rest.clear();
        CHECK((co_await io::read_to_string(a, rest)).value() == 4);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("a read that is given up loses nothing, and goes on for the next one") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [a, b] = stream_pair();
        auto memory = std::make_unique<std::array<char, 4>>();
        test::give_up([&] { return io::read(b, *memory); });
        memory.reset();
        CHECK((co_await io::write_all(a, "data")).has_value());
        CHECK((co_await io::flush(a)).has_value());
        co_await time::sleep(1ms);  // it has been read by now
        std::array<char, 2> buffer{};
        CHECK((co_await io::read_exact(b, buffer)).value() == 2);
        CHECK(std::string(buffer.data(), 2) == "da");
        CHECK((co_await io::read_exact(b, buffer)).value() == 2);
        CHECK(std::string(buffer.data(), 2) == "ta");
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("whoever reads moves a write along that nobody flushes") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [a, b] = stream_pair();
        // More than a socket takes at once, so that the last part waits for the peer to read.
        constexpr std::size_t kSize = 2u << 20;
        auto answer = [](Stream stream) -> Task<void> {
          std::vector<char> request(kSize);
          CHECK((co_await io::read_exact(stream, request)).has_value());
          CHECK((co_await io::write_all(stream, "thanks")).has_value());
          CHECK((co_await io::flush(stream)).has_value());
        };
        auto peer = task::spawn(answer(std::move(b)));
        const std::vector<char> request(kSize, 'r');
        CHECK((co_await io::write_all(a, request)).has_value());
        std::string thanks(6, '.');
        CHECK((co_await io::read_exact(a, thanks)).has_value());
        CHECK(thanks == "thanks");
        CHECK((co_await peer).has_value());
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("an error of a write comes with the next one, or with flush") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto [a, b] = stream_pair();
      b.stream().close();
      CHECK((co_await io::write_all(a, "lost")).has_value());
      CHECK((co_await io::flush(a)).error() == boost::asio::error::broken_pipe);
      CHECK((co_await io::write_all(a, "lost")).has_value());
      co_await time::sleep(1ms);
      CHECK((co_await io::write_all(a, "lost")).error() == boost::asio::error::broken_pipe);
      b.stream() = LocalSocket(runtime::Handle::current().executor());
      std::array<char, 1> buffer{};
      CHECK((co_await io::read(b, buffer)).error() == boost::asio::error::bad_descriptor);
    };
    rt.block_on(body());
  }

  TEST_CASE("it is destroyed while it reads and writes") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [a, b] = stream_pair();
        auto stream = std::make_unique<Stream>(std::move(a));
        std::array<char, 4> buffer{};
        test::give_up([&] { return io::read(*stream, buffer); });
        const std::vector<char> much(4u << 20, 'x');
        test::give_up([&] { return io::write_all(*stream, much); });
        stream.reset();
        std::string received;
        CHECK((co_await io::read_to_string(b, received)).value() < much.size());
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("streams over streams are read and written") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto [a, b] = test::socket_pair();
      using Buffered = boost::asio::buffered_stream<LocalSocket&>;
      IoStream<Buffered> layered(std::in_place, a);
      Stream plain(std::move(b));
      CHECK((co_await io::write_all(plain, "through")).has_value());
      CHECK((co_await io::shutdown(plain)).has_value());
      std::string received;
      CHECK((co_await io::read_to_string(layered, received)).has_value());
      CHECK(received == "through");
    };
    rt.block_on(body());
  }

  TEST_CASE("what is copied in both directions arrives, however often readers are given up") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto body = [](std::uint32_t round) -> Task<void> {
        constexpr std::size_t kSize = 200'000;
        auto [a, b] = stream_pair();
        auto [c, d] = stream_pair();
        auto relay = [](Stream in, Stream out) -> Task<std::uint64_t> {
          auto copied = co_await io::copy_bidirectional(in, out);
          co_return copied->first;
        };
        auto send = [](Stream to, std::uint32_t round) -> Task<void> {
          stress::Chance chance(round, 1);
          std::vector<char> data(kSize);
          for (std::size_t i = 0; i < kSize; ++i) data[i] = nth_byte(i);
          std::span<const char> left(data);
          while (!left.empty()) {
            const std::size_t size = std::min<std::size_t>(left.size(), 1 + chance.below(5000));
            CHECK((co_await io::write_all(to, left.first(size))).has_value());
            left = left.subspan(size);
          }
          CHECK((co_await io::shutdown(to)).has_value());
        };
        auto sender = task::spawn(send(std::move(a), round));
        auto relaying = task::spawn(relay(std::move(b), std::move(c)));
        stress::Chance chance(round, 2);
        std::array<char, 1000> buffer{};
        std::size_t received = 0;
        bool is_right = true;
        for (;;) {
          auto read = io::read(d, buffer);
          auto impatient = stress::impatient(read, chance.below(4));
          auto got = co_await impatient;
          if (!got) continue;
          if (**got == 0) break;
          for (std::size_t i = 0; i < **got; ++i) is_right &= buffer[i] == nth_byte(received++);
        }
        CHECK(is_right);
        CHECK(received == kSize);
        CHECK((co_await io::shutdown(d)).has_value());
        CHECK((co_await sender).has_value());
        CHECK((co_await relaying).value() == kSize);
      };
      rt.block_on(body(round));
    });
  }

  TEST_CASE("a socket goes from ferry to Asio and back") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto listener = (co_await net::TcpListener::bind("127.0.0.1:0")).value();
        auto connecting = net::TcpStream::connect(listener.local_addr().value());
        auto accepting = listener.accept();
        auto [connected, accepted] = co_await join(connecting, accepting);
        net::TcpStream server = std::move(accepted->first);

        test::tcp::socket client(runtime::Handle::current().executor());
        client.assign(test::tcp::v4(), std::move(*connected).into_std().value());
        auto written = co_await boost::asio::async_write(client, boost::asio::buffer("data", 4), use_task);
        CHECK(written.has_value());
        std::array<char, 4> buffer{};
        CHECK((co_await server.read_exact(buffer)).has_value());

        client.non_blocking(true);
        auto again = net::TcpStream::from_std(client.release()).value();
        CHECK((co_await again.write_all("back")).has_value());
        CHECK((co_await server.read_exact(buffer)).has_value());
        CHECK(std::string(buffer.data(), 4) == "back");
      };
      rt.block_on(body());
    });
  }
}
