#include "server.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <ferry/asio.hpp>
#include <ferry/time.hpp>

namespace greeter {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;
using ferry::asio::use_task;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using namespace std::chrono_literals;

// [answer]
// What a task does besides is up to it: here it may take its time.
ferry::Task<Response> answer(Request request) {
  Response response(http::status::ok, request.version());
  if (request.target() == "/slow") {
    co_await ferry::time::sleep(50ms);
    response.body() = "hello, at last\n";
  } else if (request.target() == "/") {
    response.body() = "hello\n";
  } else {
    response.result(http::status::not_found);
    response.body() = "there is only / and /slow\n";
  }
  response.set(http::field::content_type, "text/plain");
  response.keep_alive(request.keep_alive());
  response.prepare_payload();
  co_return response;
}
// [answer]

// [connection]
ferry::Task<void> serve_connection(tcp::socket socket, ferry::sync::CancellationToken stop) {
  beast::flat_buffer buffer;
  for (;;) {
    Request request;
    auto reading = http::async_read(socket, buffer, request, use_task);
    // Nothing when it is time to stop; an error when the peer is gone or makes no sense.
    const auto read = co_await stop.run_until_cancelled(reading);
    if (!read || !*read) break;

    Response response = co_await answer(std::move(request));
    const auto written = co_await http::async_write(socket, response, use_task);
    if (!written || !response.keep_alive()) break;
  }
  boost::system::error_code ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}
// [connection]

}  // namespace

// [serve]
ferry::Task<void> serve(tcp::acceptor acceptor, ferry::sync::CancellationToken stop) {
  const ferry::task::TaskTracker connections;
  for (;;) {
    auto accepting = acceptor.async_accept(use_task);
    auto accepted = co_await stop.run_until_cancelled(accepting);
    if (!accepted) break;
    if (*accepted)
      (void)connections.spawn(serve_connection(std::move(**accepted), stop));
    else
      co_await ferry::time::sleep(50ms);  // mostly "too many open files": wait until some are closed
  }
  acceptor.close();
  connections.close();
  co_await connections.wait();
}
// [serve]

}  // namespace greeter
