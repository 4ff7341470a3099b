#include <array>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "runtime/net/tcp_pair.hpp"
#include "support/runtimes.hpp"

using namespace ferry;

namespace {

Task<void> echo(net::TcpStream stream) {
  auto [reader, writer] = stream.split();
  static_cast<void>(co_await io::copy(reader, writer));  // fails where the client is aborted
}

Task<void> serve(const net::TcpListener& listener, int connections) {
  for (int i = 0; i < connections; ++i) {
    auto accepted = co_await listener.accept();
    if (!accepted) co_return;
    spawn(echo(std::move(accepted->first)));
  }
}

Task<void> serve_owned(net::TcpListener listener, int connections) { co_await serve(listener, connections); }

// The number of bytes that came back as they were sent.
Task<std::size_t> ask(net::SocketAddr server, int seed, int messages) {
  const auto stream = (co_await net::TcpStream::connect(server)).value();
  std::size_t right = 0;
  for (int i = 0; i < messages; ++i) {
    const std::string message(static_cast<std::size_t>(1 + (seed * 37 + i * 101) % 3000),
                              static_cast<char>('a' + i % 26));
    if (!co_await stream.write_all(message)) break;
    std::string reply(message.size(), '\0');
    if (!co_await stream.read_exact(reply)) break;
    if (reply == message) right += reply.size();
  }
  // Neither needs to work where the server is on its way out.
  static_cast<void>(co_await stream.shutdown());
  std::string rest;
  const auto size = co_await stream.read_to_string(rest);
  co_return right + (size ? *size : 0);
}

std::size_t expected(int seed, int messages) {
  std::size_t total = 0;
  for (int i = 0; i < messages; ++i) total += static_cast<std::size_t>(1 + (seed * 37 + i * 101) % 3000);
  return total;
}

Task<void> many_clients(int clients, int messages) {
  const net::TcpListener listener = co_await test::listener();
  const net::SocketAddr addr = listener.local_addr().value();
  auto first = spawn(serve(listener, clients / 2));
  auto second = spawn(serve(listener, clients - clients / 2));
  std::vector<task::JoinHandle<std::size_t>> asking;
  for (int i = 0; i < clients; ++i) asking.push_back(spawn(ask(addr, i, messages)));
  for (int i = 0; i < clients; ++i)
    CHECK((co_await asking[static_cast<std::size_t>(i)]).value() == expected(i, messages));
  CHECK((co_await first).has_value());
  CHECK((co_await second).has_value());
}

// Connects, asks and is aborted anywhere on the way.
Task<void> abort_clients(int clients) {
  const net::TcpListener listener = co_await test::listener();
  auto serving = spawn(serve(listener, clients + 1));
  for (int i = 0; i < clients; ++i) {
    auto asking = spawn(ask(listener.local_addr().value(), i, 1000));
    for (int yields = 0; yields < i % 7; ++yields) co_await task::yield_now();
    asking.abort();
    static_cast<void>(co_await asking);
  }
  auto last = spawn(ask(listener.local_addr().value(), 0, 3));
  CHECK((co_await last).value() == expected(0, 3));
  serving.abort();
  static_cast<void>(co_await serving);
}

int rounds() { return std::getenv("FERRY_STRESS") != nullptr ? 50 : 1; }

}  // namespace

TEST_SUITE("net.stress") {
  TEST_CASE("many clients at once all get back what they sent") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      for (int round = 0; round < rounds(); ++round) rt.block_on(many_clients(30, 30));
    });
  }

  TEST_CASE("aborted connections leave the server and the reactor in order") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      for (int round = 0; round < rounds(); ++round) rt.block_on(abort_clients(30));
    });
  }

  TEST_CASE("a runtime ends while connections are open and tasks wait for them") {
    for (int round = 0; round < 5 * rounds(); ++round) {
      const runtime::Runtime rt = test::multi_thread();
      net::TcpListener listener = rt.block_on(test::listener());
      const net::SocketAddr addr = listener.local_addr().value();
      rt.spawn(serve_owned(std::move(listener), 10));
      for (int i = 0; i < 5; ++i) rt.spawn(ask(addr, i, 100));
    }
  }
}
