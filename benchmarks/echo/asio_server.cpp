/// The echo server on raw Boost.Asio, with its coroutines.
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "echo/arguments.hpp"

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> echo(tcp::socket socket, std::size_t buffer_bytes) {
  std::vector<char> buffer(buffer_bytes);
  for (;;) {
    auto [read_error, count] = co_await socket.async_read_some(asio::buffer(buffer), kToken);
    if (read_error) co_return;
    auto [write_error, written] = co_await asio::async_write(socket, asio::buffer(buffer, count), kToken);
    if (write_error) co_return;
  }
}

asio::awaitable<void> serve(tcp::acceptor& acceptor, std::size_t buffer_bytes) {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(kToken);
    if (error || socket.set_option(tcp::no_delay(true), error)) continue;
    asio::co_spawn(acceptor.get_executor(), echo(std::move(socket), buffer_bytes), asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = bench::Arguments::parse(argc, argv);
  asio::io_context context(arguments.threads);
  tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), arguments.port));
  bench::say_ready(acceptor.local_endpoint().port());
  asio::co_spawn(context, serve(acceptor, arguments.buffer_bytes), asio::detached);
  std::vector<std::jthread> others;
  for (int i = 1; i < arguments.threads; ++i) others.emplace_back([&] { context.run(); });
  context.run();
}
