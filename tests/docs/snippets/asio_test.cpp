// The examples of docs/asio.md.
#include <array>
#include <chrono>
#include <optional>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/join.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

// [first]
using boost::asio::ip::tcp;
using ferry::asio::use_task;

Task<io::Result<std::string>> first_line_of(tcp::endpoint server) {
  tcp::socket socket(runtime::Handle::current().executor());
  const auto connected = co_await socket.async_connect(server, use_task);
  if (!connected) co_return connected.error();

  std::string text;
  const auto size = co_await async_read_until(socket, boost::asio::dynamic_buffer(text), '\n', use_task);
  if (!size) co_return size.error();
  co_return text.substr(0, *size);
}
// [first]

// [lossless]
/// What has come by then; nothing if nothing comes in time. Not a byte is lost.
Task<std::string> read_for(tcp::socket& socket, time::Duration limit) {
  auto waiting = socket.async_wait(tcp::socket::wait_read, use_task);
  const auto ready = co_await time::timeout(limit, waiting);
  if (!ready) co_return "";

  std::array<char, 1024> buffer;
  boost::system::error_code error;
  socket.non_blocking(true);
  const std::size_t size = socket.read_some(boost::asio::buffer(buffer), error);
  co_return std::string(buffer.data(), size);
}
// [lossless]

// [awaitable]
// In code that knows no ferry.
boost::asio::awaitable<int> count_down(int from) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  for (; from > 0; --from) {
    timer.expires_after(1ms);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  co_return from;
}

Task<void> launch() {
  const int left = co_await asio::into_task(count_down(3));
  CHECK(left == 0);
}
// [awaitable]

// A listener, and a peer that says `text` to who connects, and listens.
Task<void> say(tcp::acceptor acceptor, std::string text) {
  auto peer = co_await acceptor.async_accept(use_task);
  const auto written = co_await async_write(*peer, boost::asio::buffer(text), use_task);
  CHECK(written.has_value());
  std::string answer;
  static_cast<void>(co_await async_read_until(*peer, boost::asio::dynamic_buffer(answer), '\n', use_task));
}
tcp::acceptor listener() {
  return tcp::acceptor(runtime::Handle::current().executor(),
                       tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0));
}

void run(Task<void> body) {
  const auto runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().value();
  runtime.block_on(body);
}

TEST_SUITE("docs.asio") {
  TEST_CASE("an operation is awaited") {
    auto body = []() -> Task<void> {
      auto acceptor = listener();
      const auto address = acceptor.local_endpoint();
      auto peer = task::spawn(say(std::move(acceptor), "hello\nand more"));
      const auto line = co_await first_line_of(address);
      CHECK(*line == "hello\n");
      peer.abort();
    };
    run(body());
  }

  TEST_CASE("an operation has a time limit, and errors are values") {
    auto body = []() -> Task<void> {
      auto acceptor = listener();
      tcp::socket socket(acceptor.get_executor());
      socket.connect(acceptor.local_endpoint());
      std::array<char, 16> buffer;
      // [limit]
      auto reading = socket.async_read_some(boost::asio::buffer(buffer), use_task);
      const auto read = co_await time::timeout(5ms, reading);
      if (!read) {
        // Too late: nothing was read, or it is lost. `reading` goes on until it is destroyed.
      }
      // [limit]
      CHECK(read.has_error());

      CHECK(co_await read_for(socket, 1ms) == "");
    };
    run(body());
    auto end = []() -> Task<void> {
      auto acceptor = listener();
      tcp::socket socket(acceptor.get_executor());
      socket.connect(acceptor.local_endpoint());
      acceptor.accept().close();
      std::string text;
      // [as_tuple]
      const auto [error, size] = co_await async_read_until(socket, boost::asio::dynamic_buffer(text), '\n',
                                                           boost::asio::as_tuple(use_task));
      // [as_tuple]
      CHECK(error == boost::asio::error::eof);
      CHECK(size == 0);
    };
    run(end());
  }

  TEST_CASE("data that comes in time is read") {
    auto body = []() -> Task<void> {
      auto acceptor = listener();
      tcp::socket socket(acceptor.get_executor());
      socket.connect(acceptor.local_endpoint());
      auto peer = task::spawn(say(std::move(acceptor), "hello"));
      CHECK(co_await read_for(socket, 10s) == "hello");
      peer.abort();
    };
    run(body());
  }

  TEST_CASE("objects take use_task for granted") {
    auto body = []() -> Task<void> {
      const auto executor = runtime::Handle::current().executor();
      // [default]
      using Timer = asio::UseTask::as_default_on_t<boost::asio::steady_timer>;
      Timer timer(executor, 1ms);
      const auto fired = co_await timer.async_wait();
      // [default]
      CHECK(fired.has_value());
    };
    run(body());
  }

  TEST_CASE("a coroutine of Asio's runs in a task") { run(launch()); }

  TEST_CASE("a connection goes from ferry to Asio and back") {
    auto body = []() -> Task<void> {
      auto acceptor = listener();
      const auto port = acceptor.local_endpoint().port();
      auto peer = task::spawn(say(std::move(acceptor), "hello"));
      auto connected = co_await net::TcpStream::connect("127.0.0.1:" + std::to_string(port));
      net::TcpStream stream = std::move(*connected);
      // [move]
      // To Asio: the descriptor changes hands, and stays open.
      tcp::socket socket(runtime::Handle::current().executor());
      socket.assign(tcp::v4(), std::move(stream).into_std().value());

      // And back. ferry's sockets never block.
      socket.non_blocking(true);
      auto again = net::TcpStream::from_std(socket.release());
      // [move]
      std::array<char, 5> buffer;
      const auto read = co_await again->read_exact(buffer);
      CHECK(*read == 5);
      peer.abort();
    };
    run(body());
  }
}

}  // namespace
