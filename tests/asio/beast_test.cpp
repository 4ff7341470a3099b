#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/join.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "asio/asio_test.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using ferry::asio::use_task;
using WebSocket = websocket::stream<beast::tcp_stream>;

namespace {

std::pair<beast::tcp_stream, beast::tcp_stream> tcp_pair() {
  auto executor = runtime::Handle::current().executor();
  test::tcp::acceptor acceptor(executor, test::any_port());
  beast::tcp_stream client(executor);
  client.socket().connect(acceptor.local_endpoint());
  return {std::move(client), beast::tcp_stream(acceptor.accept())};
}

struct WebSockets {
  std::unique_ptr<WebSocket> client;
  std::unique_ptr<WebSocket> server;
};

Task<WebSockets> websocket_pair() {
  auto [a, b] = tcp_pair();
  auto client = std::make_unique<WebSocket>(std::move(a));
  auto server = std::make_unique<WebSocket>(std::move(b));
  auto ask = client->async_handshake("localhost", "/", use_task);
  auto accept = server->async_accept(use_task);
  auto [asked, accepted] = co_await join(ask, accept);
  CHECK(asked.has_value());
  CHECK(accepted.has_value());
  WebSockets sockets{std::move(client), std::move(server)};
  co_return sockets;
}

}  // namespace

TEST_SUITE("asio.beast") {
  TEST_CASE("requests and responses go over a socket of the runtime") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [client, server] = tcp_pair();
        auto answer = [](beast::tcp_stream stream) -> Task<int> {
          beast::flat_buffer buffer;
          int count = 0;
          for (;; ++count) {
            http::request<http::string_body> request;
            auto read = co_await http::async_read(stream, buffer, request, use_task);
            if (!read) {
              CHECK(read.error() == http::error::end_of_stream);
              co_return count;
            }
            http::response<http::string_body> response(http::status::ok, request.version());
            response.body() = "you said " + request.body();
            response.prepare_payload();
            auto written = co_await http::async_write(stream, response, use_task);
            CHECK(written.has_value());
          }
        };
        auto serving = task::spawn(answer(std::move(server)));
        beast::flat_buffer buffer;
        for (const char* word : {"one", "two"}) {
          http::request<http::string_body> request(http::verb::post, "/", 11);
          request.body() = word;
          request.prepare_payload();
          auto written = co_await http::async_write(client, request, use_task);
          CHECK(written.has_value());
          http::response<http::string_body> response;
          auto read = co_await http::async_read(client, buffer, response, use_task);
          CHECK(read.has_value());
          CHECK(response.body() == std::string("you said ") + word);
        }
        client.socket().close();
        CHECK((co_await serving).value() == 2);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("reading and writing of messages is given up") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [client, server] = tcp_pair();
        beast::flat_buffer buffer;
        {
          http::request<http::string_body> request;
          test::give_up([&] { return http::async_read(server, buffer, request, use_task); });
        }
        // The head has come, the body has not.
        net::write(client.socket(),
                   net::buffer(std::string("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf")));
        {
          http::request<http::string_body> request;
          auto read = test::spawn([&] { return http::async_read(server, buffer, request, use_task); });
          REQUIRE(read.poll().is_pending());
          for (int i = 0; i < 20; ++i) {
            co_await time::sleep(200us);
            REQUIRE(read.poll().is_pending());
          }
        }
        http::response<http::string_body> response(http::status::ok, 11);
        response.body().assign(8u << 20, 'x');
        response.prepare_payload();
        test::give_up([&] { return http::async_write(client, response, use_task); });
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("messages of a web socket go to and fro") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        WebSockets sockets = co_await websocket_pair();
        auto echo = [](std::unique_ptr<WebSocket> socket) -> Task<int> {
          beast::flat_buffer buffer;
          int count = 0;
          for (;; ++count) {
            auto read = co_await socket->async_read(buffer, use_task);
            if (!read) {
              CHECK(read.error() == websocket::error::closed);
              co_return count;
            }
            auto written = co_await socket->async_write(buffer.data(), use_task);
            CHECK(written.has_value());
            buffer.consume(buffer.size());
          }
        };
        auto echoing = task::spawn(echo(std::move(sockets.server)));
        beast::flat_buffer buffer;
        for (int i = 0; i < 10; ++i) {
          const std::string text(static_cast<std::size_t>(1) << i, 'a');
          auto written = co_await sockets.client->async_write(net::buffer(text), use_task);
          CHECK(written.has_value());
          auto read = co_await sockets.client->async_read(buffer, use_task);
          CHECK(read.has_value());
          CHECK(beast::buffers_to_string(buffer.data()) == text);
          buffer.consume(buffer.size());
        }
        auto closed = co_await sockets.client->async_close(websocket::close_code::normal, use_task);
        CHECK(closed.has_value());
        CHECK((co_await echoing).value() == 10);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("what a web socket is about is given up") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        {
          auto [a, b] = tcp_pair();
          WebSocket client(std::move(a));
          WebSocket server(std::move(b));
          test::give_up([&] { return server.async_accept(use_task); });
          test::give_up([&] { return client.async_handshake("localhost", "/", use_task); });
        }
        {
          WebSockets sockets = co_await websocket_pair();
          beast::flat_buffer buffer;
          test::give_up([&] { return sockets.client->async_read(buffer, use_task); });
        }
        {
          WebSockets sockets = co_await websocket_pair();
          const std::string text(16u << 20, 'a');
          test::give_up([&] { return sockets.client->async_write(net::buffer(text), use_task); });
        }
        {
          WebSockets sockets = co_await websocket_pair();
          test::give_up([&] { return sockets.client->async_close(websocket::close_code::normal, use_task); });
        }
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("one task reads from a web socket and writes to it at once") {
    const runtime::Runtime rt = test::multi_thread(2);
    auto body = []() -> Task<void> {
      WebSockets sockets = co_await websocket_pair();
      const std::string text(4u << 20, 'a');
      beast::flat_buffer at_client;
      beast::flat_buffer at_server;
      auto there = sockets.client->async_write(net::buffer(text), use_task);
      auto back = sockets.client->async_read(at_client, use_task);
      auto peer = [](WebSocket& socket, beast::flat_buffer& buffer, std::size_t size) -> Task<void> {
        const std::string text(size, 'b');
        auto write = socket.async_write(net::buffer(text), use_task);
        auto read = socket.async_read(buffer, use_task);
        auto [written, was_read] = co_await join(write, read);
        CHECK(written.has_value());
        CHECK(was_read.has_value());
      };
      auto other = task::spawn(peer(*sockets.server, at_server, text.size()));
      auto [written, read] = co_await join(there, back);
      CHECK(written.has_value());
      CHECK(read.has_value());
      CHECK((co_await other).has_value());
      CHECK(at_client.size() == text.size());
      CHECK(at_server.size() == text.size());
    };
    rt.block_on(body());
  }
}
