#include "echo.hpp"

#include <chrono>
#include <utility>

#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <ferry/asio.hpp>
#include <ferry/time.hpp>

namespace echo {
namespace {

namespace beast = boost::beast;
using boost::asio::ip::tcp;
using ferry::asio::use_task;
using namespace std::chrono_literals;

// [echo]
ferry::Task<void> serve_connection(tcp::socket socket) {
  beast::websocket::stream<tcp::socket> stream(std::move(socket));
  auto accepting = stream.async_accept(use_task);
  // Time limits are ferry's business, so leave Beast's timers off: they know nothing of the task.
  const auto accepted = co_await ferry::time::timeout(5s, accepting);
  if (!accepted || !*accepted) co_return;

  beast::flat_buffer message;
  for (;;) {
    const auto read = co_await stream.async_read(message, use_task);
    if (!read) co_return;  // the peer has closed, which Beast has answered, or is gone
    stream.text(stream.got_text());
    const auto written = co_await stream.async_write(message.data(), use_task);
    if (!written) co_return;
    message.clear();
  }
}
// [echo]

}  // namespace

ferry::Task<void> serve(tcp::acceptor acceptor) {
  ferry::task::JoinSet<void> connections;  // which it aborts when it goes
  for (;;) {
    auto accepted = co_await acceptor.async_accept(use_task);
    if (accepted)
      connections.spawn(serve_connection(std::move(*accepted)));
    else
      co_await ferry::time::sleep(50ms);  // mostly "too many open files": wait until some are closed
    while (connections.try_join_next()) {
    }
  }
}

}  // namespace echo
