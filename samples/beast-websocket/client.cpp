// A client, which tries the server of this folder out: the test that ctest runs.
#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <ferry/asio.hpp>
#include <ferry/run.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "echo.hpp"

namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::asio::ip::tcp;
using ferry::asio::use_task;
using namespace std::chrono_literals;

bool all_is_well = true;
void check(bool is_right, std::string_view what) {
  if (is_right) return;
  all_is_well = false;
  std::cerr << "not so: " << what << "\n";
}

// [client]
ferry::Task<void> talk(ferry::asio::Executor executor, tcp::endpoint server, std::string name) {
  websocket::stream<tcp::socket> stream(executor);
  const auto connected = co_await stream.next_layer().async_connect(server, use_task);
  const auto greeted = co_await stream.async_handshake("127.0.0.1", "/", use_task);
  check(connected && greeted, "the server talks to " + name);

  beast::flat_buffer answer;
  for (std::size_t size : {1, 100, 100'000}) {
    const std::string message = name + std::string(size, '.');
    const auto written = co_await stream.async_write(boost::asio::buffer(message), use_task);
    const auto read = co_await stream.async_read(answer, use_task);
    check(written && read && beast::buffers_to_string(answer.data()) == message, name + " is echoed");
    answer.clear();
  }
  const auto closed = co_await stream.async_close(websocket::close_code::normal, use_task);
  check(closed.has_value(), name + " closes, and the server agrees");
}
// [client]

ferry::Task<int> try_it_out() {
  const auto executor = ferry::runtime::Handle::current().executor();
  tcp::acceptor acceptor(executor, {boost::asio::ip::make_address("127.0.0.1"), 0});
  const tcp::endpoint server = acceptor.local_endpoint();
  auto serving = ferry::spawn(echo::serve(std::move(acceptor)));

  ferry::task::JoinSet<void> clients;
  for (const char* name : {"ann", "bob", "eve"}) clients.spawn(talk(executor, server, name));
  while (const auto ended = co_await clients.join_next()) check(ended->has_value(), "nothing is thrown");

  websocket::stream<tcp::socket> idle(executor);
  const auto connected = co_await idle.next_layer().async_connect(server, use_task);
  const auto greeted = co_await idle.async_handshake("127.0.0.1", "/", use_task);
  check(connected && greeted, "the server talks to who says nothing");
  serving.abort();
  const auto ended = co_await serving;
  check(ended.has_error() && ended.error().is_cancelled(), "the server is cancelled");
  beast::flat_buffer nothing;
  auto reading = idle.async_read(nothing, use_task);
  const auto read = co_await ferry::time::timeout(1s, reading);
  check(read && read->has_error(), "its connections end with it");
  co_return all_is_well ? 0 : 1;
}

}  // namespace

int main() { return ferry::run(try_it_out()); }
