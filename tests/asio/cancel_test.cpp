#include <array>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/join.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "asio/asio_test.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace net = boost::asio;
using ferry::asio::use_task;
using net::ip::tcp;
using test::give_up;
using test::socket_pair;

namespace {

void write_now(test::LocalSocket& socket, std::string_view text) {
  REQUIRE(net::write(socket, net::buffer(text)) == text.size());
}

// A body that runs on each flavour of runtime.
template <class Body>
void on_each_flavor(Body body) {
  test::for_each_flavor([&](const runtime::Runtime& rt) { rt.block_on(body()); });
}

}  // namespace

TEST_SUITE("asio.cancelling") {
  TEST_CASE("a read that is given up leaves its memory alone, and the data to the next one") {
    on_each_flavor([]() -> Task<void> {
      auto [a, b] = socket_pair();
      auto memory = std::make_unique<std::array<char, 4>>();
      give_up([&] { return b.async_read_some(net::buffer(*memory), use_task); });
      memory.reset();  // AddressSanitizer would see a late write
      write_now(a, "data");
      std::array<char, 4> buffer{};
      auto read = co_await b.async_read_some(net::buffer(buffer), use_task);
      CHECK(std::string(buffer.data(), *read) == "data");
    });
  }

  TEST_CASE("a read of several steps that is given up keeps what it has read") {
    on_each_flavor([]() -> Task<void> {
      auto [a, b] = socket_pair();
      auto memory = std::make_unique<std::string>(4, '.');
      {
        auto read = test::spawn([&] { return net::async_read(b, net::buffer(*memory), use_task); });
        REQUIRE(read.poll().is_pending());
        write_now(a, "12");
        while (b.available() != 0) {
          co_await time::sleep(100us);
          REQUIRE(read.poll().is_pending());
        }
      }
      CHECK(*memory == "12..");
      memory.reset();
      write_now(a, "34");
      std::array<char, 4> buffer{};
      auto rest = co_await b.async_read_some(net::buffer(buffer), use_task);
      CHECK(std::string(buffer.data(), *rest) == "34");
    });
  }

  TEST_CASE("read_until keeps what it has read in its buffer") {
    on_each_flavor([]() -> Task<void> {
      auto [a, b] = socket_pair();
      std::string line;
      {
        auto read =
            test::spawn([&] { return net::async_read_until(b, net::dynamic_buffer(line), '\n', use_task); });
        REQUIRE(read.poll().is_pending());
        write_now(a, "hal");
        while (b.available() != 0) {
          co_await time::sleep(100us);
          REQUIRE(read.poll().is_pending());
        }
      }
      write_now(a, "f\n");
      auto size = co_await net::async_read_until(b, net::dynamic_buffer(line), '\n', use_task);
      CHECK(line.substr(0, *size) == "half\n");
    });
  }

  TEST_CASE("a large write to a peer that does not read is given up, and its memory freed") {
    on_each_flavor([]() -> Task<void> {
      auto [a, b] = socket_pair();
      auto data = std::make_unique<std::vector<char>>(8u << 20);
      for (std::size_t i = 0; i < data->size(); ++i) (*data)[i] = static_cast<char>(i % 251);
      give_up([&] { return net::async_write(a, net::buffer(*data), use_task); });
      data.reset();
      a.close();
      std::vector<char> received(8u << 20);
      auto [error, size] = co_await net::async_read(b, net::buffer(received), net::as_tuple(use_task));
      CHECK(error == net::error::eof);
      CHECK(size > 0);
      CHECK(size < received.size());
      bool is_prefix = true;
      for (std::size_t i = 0; i < size; ++i) is_prefix &= received[i] == static_cast<char>(i % 251);
      CHECK(is_prefix);
    });
  }

  TEST_CASE("an accept that is given up leaves the connection to the next one") {
    on_each_flavor([]() -> Task<void> {
      auto executor = runtime::Handle::current().executor();
      tcp::acceptor acceptor(executor, test::any_port());
      give_up([&] { return acceptor.async_accept(use_task); });
      tcp::socket client(executor);
      auto connected = co_await client.async_connect(acceptor.local_endpoint(), use_task);
      CHECK(connected.has_value());
      auto accepted = co_await acceptor.async_accept(use_task);
      CHECK(accepted->remote_endpoint() == client.local_endpoint());
    });
  }

  TEST_CASE("a connect that is given up leaves a socket that can be used again") {
    on_each_flavor([]() -> Task<void> {
      auto executor = runtime::Handle::current().executor();
      // With a full backlog, connections stay half open.
      tcp::acceptor full(executor);
      full.open(tcp::v4());
      full.bind(test::any_port());
      full.listen(0);
      const tcp::endpoint address = full.local_endpoint();
      std::vector<tcp::socket> others;
      for (int i = 0; i < 3; ++i) {
        tcp::socket& other = others.emplace_back(executor);
        other.open(tcp::v4());
        other.non_blocking(true);
        static_cast<void>(::connect(other.native_handle(), address.data(), address.size()));
      }
      tcp::socket client(executor);
      give_up([&] { return client.async_connect(address, use_task); });
      client.close();
      tcp::acceptor acceptor(executor, test::any_port());
      auto connected = co_await client.async_connect(acceptor.local_endpoint(), use_task);
      CHECK(connected.has_value());
    });
  }

  TEST_CASE("a timer's wait is given up alone, and its other waits go on") {
    on_each_flavor([]() -> Task<void> {
      net::steady_timer timer(runtime::Handle::current().executor(), 2ms);
      auto other = test::spawn([&] { return timer.async_wait(use_task); });
      REQUIRE(other.poll().is_pending());
      give_up([&] { return timer.async_wait(use_task); });
      while (!other.is_woken()) co_await time::sleep(100us);
      auto fired = other.poll();
      REQUIRE(fired.is_ready());
      CHECK((*fired).has_value());
    });
  }

  TEST_CASE("a look-up that is given up is waited for") {
    on_each_flavor([]() -> Task<void> {
      tcp::resolver resolver(runtime::Handle::current().executor());
      {
        auto look_up = test::spawn([&] { return resolver.async_resolve("127.0.0.1", "80", use_task); });
        static_cast<void>(look_up.poll());  // on another thread it may be over by now
      }
      auto found = co_await resolver.async_resolve("127.0.0.1", "80", use_task);
      CHECK(found->begin()->endpoint().port() == 80);
    });
  }

  TEST_CASE("a wait for a signal that is given up leaves the signal to the next one") {
    on_each_flavor([]() -> Task<void> {
      net::signal_set signals(runtime::Handle::current().executor(), SIGUSR2);
      give_up([&] { return signals.async_wait(use_task); });
      std::raise(SIGUSR2);
      auto caught = co_await signals.async_wait(use_task);
      CHECK(*caught == SIGUSR2);
    });
  }

  TEST_CASE("a channel's item is not lost with a receiver that was given up") {
    on_each_flavor([]() -> Task<void> {
      auto executor = runtime::Handle::current().executor();
      // Without a buffer: in Boost 1.81 one with a buffer does not recover from a receiver's cancellation.
      net::experimental::channel<void(io::Error, std::string)> channel(executor, 0);
      give_up([&] { return channel.async_receive(use_task); });
      give_up([&] { return channel.async_send(io::Error(), std::string("never sent"), use_task); });
      auto send = channel.async_send(io::Error(), std::string("kept"), use_task);
      auto receive = channel.async_receive(use_task);
      auto [sent, received] = co_await join(send, receive);
      CHECK(sent.has_value());
      CHECK(*received == "kept");
      CHECK_FALSE(channel.try_receive([](auto&&...) {}));
    });
  }

  TEST_CASE("operations of objects on a strand are given up") {
    on_each_flavor([]() -> Task<void> {
      auto strand = net::make_strand(runtime::Handle::current().executor());
      auto [a, b] = socket_pair(strand);
      std::array<char, 4> buffer{};
      give_up([&] { return net::async_read(b, net::buffer(buffer), use_task); });
      net::steady_timer timer(strand, 1h);
      give_up([&] { return timer.async_wait(use_task); });
      write_now(a, "data");
      auto read = co_await net::async_read(b, net::buffer(buffer), use_task);
      CHECK(*read == 4);
    });
  }

  TEST_CASE("giving a read up does not disturb a write on the same socket") {
    on_each_flavor([]() -> Task<void> {
      auto [a, b] = socket_pair();
      auto write_much = [](test::LocalSocket& socket) -> Task<std::size_t> {
        const std::vector<char> data(4u << 20, 'x');
        auto written = co_await net::async_write(socket, net::buffer(data), use_task);
        co_return written ? *written : 0;
      };
      a.non_blocking(true);  // before two tasks share it
      auto writer = task::spawn(write_much(a));
      std::array<char, 16> buffer{};
      for (int i = 0; i < 100; ++i) {
        give_up([&] { return a.async_read_some(net::buffer(buffer), use_task); });
        co_await task::yield_now();
      }
      std::vector<char> received(4u << 20);
      auto read = co_await net::async_read(b, net::buffer(received), use_task);
      CHECK(*read == received.size());
      auto written = co_await writer;
      CHECK(*written == received.size());
    });
  }

  TEST_CASE("an operation that was never polled never starts") {
    on_each_flavor([]() -> Task<void> {
      test::ByHand operation;
      {
        auto unused = operation.async_wait(use_task);
        static_cast<void>(unused);
      }
      CHECK_FALSE(operation.is_started());
      CHECK(operation.cancellations == 0);
      co_return;
    });
  }

  TEST_CASE("an operation that has completed is not cancelled, and its result is lost with it") {
    on_each_flavor([]() -> Task<void> {
      test::ByHand operation;
      {
        auto wait = test::spawn([&] { return operation.async_wait(use_task); });
        REQUIRE(wait.poll().is_pending());
        operation.complete({}, 7);
        CHECK(wait.is_woken());
      }
      CHECK(operation.cancellations == 0);
      co_return;
    });
  }

  TEST_CASE("bytes that were read for a read that is given up are lost with it") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto [a, b] = socket_pair();
      std::array<char, 4> buffer{};
      {
        auto read = test::spawn([&] { return b.async_read_some(net::buffer(buffer), use_task); });
        REQUIRE(read.poll().is_pending());
        write_now(a, "lost");
        while (!read.is_woken()) co_await task::yield_now();
      }
      write_now(a, "next");
      auto read = co_await b.async_read_some(net::buffer(buffer), use_task);
      CHECK(std::string(buffer.data(), *read) == "next");
    };
    rt.block_on(body());
  }

  TEST_CASE("an operation that does not heed cancellation is waited for") {
    const runtime::Runtime rt = test::multi_thread(1);
    auto body = []() -> Task<void> {
      test::ByHand operation;
      operation.heeds_cancellation = -1;
      std::thread completes;
      bool has_completed = false;
      {
        auto wait = test::spawn([&] { return operation.async_wait(use_task); });
        REQUIRE(wait.poll().is_pending());
        completes = std::thread([&] {
          std::this_thread::sleep_for(5ms);
          has_completed = true;
          operation.complete({}, 0);
        });
      }
      CHECK(has_completed);
      CHECK(operation.cancellations > 0);
      completes.join();
      co_return;
    };
    rt.block_on(body());
  }

  TEST_CASE("an operation that was between two steps when it was cancelled is cancelled again") {
    on_each_flavor([]() -> Task<void> {
      test::ByHand operation;
      operation.heeds_cancellation = 2;
      give_up([&] { return operation.async_wait(use_task); });
      CHECK(operation.cancellations == 2);
      co_return;
    });
  }

  TEST_CASE("an operation whose handler is destroyed is at its end") {
    on_each_flavor([]() -> Task<void> {
      test::ByHand operation;
      auto wait = test::spawn([&] { return operation.async_wait(use_task); });
      REQUIRE(wait.poll().is_pending());
      operation.abandon();
      CHECK(wait.is_woken());
      auto polled = wait.poll();
      REQUIRE(polled.is_ready());
      CHECK((*polled).error() == net::error::operation_aborted);
      co_return;
    });
  }

  TEST_CASE("an operation is given up on another thread than it was polled on") {
    SUBCASE("while its runtime runs") {
      const runtime::Runtime rt = test::multi_thread(2);
      const runtime::EnterGuard guard = rt.enter();
      auto [a, b] = socket_pair();
      std::array<char, 4> buffer{};
      auto read = std::make_unique<test::Spawn<decltype(b.async_read_some(net::buffer(buffer), use_task))>>(
          std::in_place, [&] { return b.async_read_some(net::buffer(buffer), use_task); });
      REQUIRE(read->poll().is_pending());
      std::thread([&] { read.reset(); }).join();
    }
    SUBCASE("while nobody runs its runtime") {
      const runtime::Runtime rt = test::current_thread();
      const runtime::EnterGuard guard = rt.enter();
      auto [a, b] = socket_pair();
      std::array<char, 4> buffer{};
      auto read = std::make_unique<test::Spawn<decltype(b.async_read_some(net::buffer(buffer), use_task))>>(
          std::in_place, [&] { return b.async_read_some(net::buffer(buffer), use_task); });
      REQUIRE(read->poll().is_pending());
      std::thread([&] { read.reset(); }).join();
    }
  }
}
