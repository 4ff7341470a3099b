#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/io.hpp>
#include <ferry/join.hpp>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "asio/asio_test.hpp"
#include "asio/certificate.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace net = boost::asio;
namespace ssl = net::ssl;
using ferry::asio::use_task;
using Tls = ssl::stream<test::LocalSocket>;

namespace {

const test::Certificate& certificate() {
  static const test::Certificate certificate = test::make_certificate("ferry.test");
  return certificate;
}

ssl::context server_context() {
  ssl::context context(ssl::context::tls_server);
  context.use_certificate_chain(net::buffer(certificate().pem));
  context.use_private_key(net::buffer(certificate().key_pem), ssl::context::pem);
  return context;
}
// Trusts the certificate above, and nothing else.
ssl::context client_context() {
  ssl::context context(ssl::context::tls_client);
  context.set_verify_mode(ssl::verify_peer);
  context.add_certificate_authority(net::buffer(certificate().pem));
  return context;
}

// Two ends before the handshake.
struct Ends {
  ssl::context client_side = client_context();
  ssl::context server_side = server_context();
  std::unique_ptr<Tls> client;
  std::unique_ptr<Tls> server;
};

std::unique_ptr<Ends> make_ends(const std::string& expected_host = "ferry.test") {
  auto ends = std::make_unique<Ends>();
  auto [a, b] = test::socket_pair();
  ends->client = std::make_unique<Tls>(std::move(a), ends->client_side);
  ends->server = std::make_unique<Tls>(std::move(b), ends->server_side);
  ends->client->set_verify_callback(ssl::host_name_verification(expected_host));
  return ends;
}

Task<std::unique_ptr<Ends>> connect() {
  auto ends = make_ends();
  auto ask = ends->client->async_handshake(Tls::client, use_task);
  auto answer = ends->server->async_handshake(Tls::server, use_task);
  auto [asked, answered] = co_await join(ask, answer);
  CHECK(asked.has_value());
  CHECK(answered.has_value());
  co_return ends;
}

}  // namespace

TEST_SUITE("asio.ssl") {
  TEST_CASE("two ends shake hands, talk, and say good-bye") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto ends = co_await connect();
        auto written = co_await net::async_write(*ends->client, net::buffer("secret", 6), use_task);
        CHECK(*written == 6);
        std::array<char, 6> buffer{};
        auto read = co_await net::async_read(*ends->server, net::buffer(buffer), use_task);
        CHECK(*read == 6);
        CHECK(std::string(buffer.data(), 6) == "secret");
        auto one = ends->client->async_shutdown(use_task);
        auto other = ends->server->async_shutdown(use_task);
        auto [first, second] = co_await join(one, other);
        CHECK(test::trouble_of(first) == "");
        CHECK(test::trouble_of(second) == "");
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("a certificate for another host is refused") {
    const runtime::Runtime rt = test::multi_thread(2);
    auto body = []() -> Task<void> {
      auto ends = make_ends("other.test");
      auto ask = ends->client->async_handshake(Tls::client, use_task);
      auto answer = ends->server->async_handshake(Tls::server, use_task);
      auto [asked, answered] = co_await join(ask, answer);
      CHECK(asked.has_error());
      CHECK(answered.has_error());
    };
    rt.block_on(body());
  }

  TEST_CASE("handshakes, reads, writes and shutdowns are given up") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        {
          auto ends = make_ends();
          test::give_up([&] { return ends->server->async_handshake(Tls::server, use_task); });
          test::give_up([&] { return ends->client->async_handshake(Tls::client, use_task); });
        }
        {
          auto ends = co_await connect();
          auto memory = std::make_unique<std::array<char, 4>>();
          test::give_up([&] { return ends->client->async_read_some(net::buffer(*memory), use_task); });
          memory.reset();
          const std::vector<char> much(8u << 20, 'x');
          test::give_up([&] { return net::async_write(*ends->client, net::buffer(much), use_task); });
        }
        {
          auto ends = co_await connect();
          test::give_up([&] { return ends->client->async_shutdown(use_task); });
        }
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("one task reads and writes at once") {
    const runtime::Runtime rt = test::multi_thread(2);
    auto body = []() -> Task<void> {
      auto talk = [](Tls& stream) -> Task<void> {
        const std::vector<char> out(1u << 20, 'x');
        std::vector<char> in(out.size());
        auto write = net::async_write(stream, net::buffer(out), use_task);
        auto read = net::async_read(stream, net::buffer(in), use_task);
        auto [written, was_read] = co_await join(write, read);
        CHECK(written.has_value());
        CHECK(was_read.has_value());
        CHECK(in == out);
      };
      auto ends = co_await connect();
      auto other = task::spawn(talk(*ends->server));
      co_await talk(*ends->client);
      CHECK((co_await other).has_value());
    };
    rt.block_on(body());
  }
}

TEST_SUITE("asio.IoStream") {
  TEST_CASE("what io offers works over TLS") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto ends = co_await connect();
        asio::IoStream<Tls> client(std::move(*ends->client));
        asio::IoStream<Tls> server(std::move(*ends->server));
        auto echo = [](asio::IoStream<Tls>& stream) -> Task<void> {
          auto [reader, writer] = io::duplex(64);
          auto there = io::copy(stream, writer);
          auto through = [](auto& from, auto& to) -> Task<void> {
            std::vector<char> all(300'000);
            CHECK((co_await io::read_exact(from, all)).has_value());
            CHECK((co_await io::write_all(to, all)).has_value());
            CHECK((co_await io::flush(to)).has_value());
          };
          auto back = through(reader, stream);
          static_cast<void>(co_await select(there, back));
        };
        auto echoing = task::spawn(echo(server));
        std::vector<char> data(300'000);
        for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<char>(i % 251);
        std::array<char, 1> first{};
        test::give_up([&] { return io::read(client, first); });
        CHECK((co_await io::write_all(client, data)).has_value());
        std::vector<char> received(data.size());
        CHECK((co_await io::read_exact(client, received)).has_value());
        CHECK(received == data);
        CHECK((co_await echoing).has_value());

        auto one = io::shutdown(client);
        auto other = io::shutdown(server);
        auto [closed, also_closed] = co_await join(one, other);
        CHECK(test::trouble_of(closed) == "");
        CHECK(test::trouble_of(also_closed) == "");
        CHECK((co_await io::read(client, first)).value() == 0);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("who reads and who shuts down do not disturb each other") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto ends = co_await connect();
        asio::IoStream<Tls> client(std::move(*ends->client));
        asio::IoStream<Tls> server(std::move(*ends->server));
        // Shuts down once the client has.
        auto answering = task::spawn([](asio::IoStream<Tls>& stream) -> Task<void> {
          std::string heard;
          CHECK((co_await io::read_to_string(stream, heard)).has_value());
          CHECK(heard == "bye");
          CHECK(test::trouble_of(co_await io::shutdown(stream)) == "");
        }(server));
        auto listening = [](asio::IoStream<Tls>& stream) -> Task<void> {
          std::array<char, 8> bytes{};
          CHECK((co_await io::read(stream, bytes)).value() == 0);
        }(client);
        auto ending = [](asio::IoStream<Tls>& stream) -> Task<void> {
          CHECK((co_await io::write_all(stream, "bye")).has_value());
          co_await time::sleep(1ms);
          CHECK(test::trouble_of(co_await io::shutdown(stream)) == "");
          CHECK(test::trouble_of(co_await io::shutdown(stream)) == "");
        }(client);
        co_await join(listening, ending);
        CHECK((co_await answering).has_value());
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("an end of TLS that the peer has not announced is an error") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto ends = co_await connect();
      asio::IoStream<Tls> client(std::move(*ends->client));
      ends->server->lowest_layer().close();
      std::string text;
      CHECK((co_await io::read_to_string(client, text)).error() == ssl::error::stream_truncated);
    };
    rt.block_on(body());
  }
}
