// A client, which tries the server of this folder out: the test that ctest runs.
#include <array>
#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <ferry/asio.hpp>
#include <ferry/run.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "server.hpp"

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;
using ferry::asio::use_task;
using namespace std::chrono_literals;

// [client]
class Connection {
 public:
  explicit Connection(const ferry::asio::Executor& executor) : socket_(executor) {}

  ferry::Task<ferry::io::Result<void>> open(tcp::endpoint server) {
    co_return co_await socket_.async_connect(server, use_task);
  }

  /// The body of the answer to one request; empty when there is none within a second.
  ferry::Task<std::string> get(std::string_view target) {
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, "127.0.0.1");
    if (const auto written = co_await http::async_write(socket_, request, use_task); !written) co_return "";

    http::response<http::string_body> response;
    auto reading = http::async_read(socket_, buffer_, response, use_task);
    const auto read = co_await ferry::time::timeout(1s, reading);
    co_return read && *read ? response.body() : "";
  }

 private:
  tcp::socket socket_;
  beast::flat_buffer buffer_;
};
// [client]

bool all_is_well = true;
void check(bool is_right, std::string_view what) {
  if (is_right) return;
  all_is_well = false;
  std::cerr << "not so: " << what << "\n";
}

ferry::Task<std::string> ask_once(ferry::asio::Executor executor, tcp::endpoint server, std::string target) {
  Connection connection(executor);
  if (const auto opened = co_await connection.open(server); !opened) co_return "";
  co_return co_await connection.get(target);
}

ferry::Task<int> try_it_out() {
  const auto executor = ferry::runtime::Handle::current().executor();
  tcp::acceptor acceptor(executor, {boost::asio::ip::make_address("127.0.0.1"), 0});
  const tcp::endpoint server = acceptor.local_endpoint();
  const ferry::sync::CancellationToken stop;
  auto serving = ferry::spawn(greeter::serve(std::move(acceptor), stop));

  Connection one(executor);
  const auto opened = co_await one.open(server);
  check(opened.has_value(), "the server accepts a connection");
  for (int i = 0; i < 3; ++i)
    check(co_await one.get("/") == "hello\n", "a connection serves several requests");
  check(co_await one.get("/nowhere") == "there is only / and /slow\n", "there are not all pages");

  ferry::task::JoinSet<std::string> others;
  for (int i = 0; i < 8; ++i) others.spawn(ask_once(executor, server, "/slow"));
  while (const auto body = co_await others.join_next())
    check(*body && **body == "hello, at last\n", "connections are served at once");

  auto last = ferry::spawn(ask_once(executor, server, "/slow"));
  co_await ferry::time::sleep(20ms);
  stop.cancel();
  const auto body = co_await last;
  check(body && *body == "hello, at last\n",
        "a request that is being answered is answered before the server stops");
  const auto stopped = co_await ferry::time::timeout(1s, serving);
  check(stopped && stopped->has_value(), "a connection that is open, but idle, does not keep the server");
  check((co_await ask_once(executor, server, "/")).empty(), "then it serves no more");
  co_return all_is_well ? 0 : 1;
}

}  // namespace

int main() { return ferry::run(try_it_out()); }
