// A client, which tries the server of this folder out with a certificate for localhost and one of somebody
// else: the test that ctest runs.
#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <ferry/asio.hpp>
#include <ferry/io.hpp>
#include <ferry/run.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "echo.hpp"

namespace {

using boost::asio::ip::tcp;

bool all_is_well = true;
void check(bool is_right, std::string_view what) {
  if (is_right) return;
  all_is_well = false;
  std::cerr << "not so: " << what << "\n";
}

// [talk]
ferry::Task<std::string> send_and_receive(echo::Stream stream, std::string message) {
  std::string answer(message.size(), '\0');
  const auto written = co_await ferry::io::write_all(stream, message);
  if (!written) co_return "";
  const auto read = co_await ferry::io::read_exact(stream, answer);
  const auto closed = co_await ferry::io::shutdown(stream);
  co_return read&& closed ? answer : "";
}
// [talk]

ferry::Task<int> try_it_out(std::string certificate, std::string key, std::string another) {
  const auto executor = ferry::runtime::Handle::current().executor();
  tcp::acceptor acceptor(executor, {boost::asio::ip::make_address("127.0.0.1"), 0});
  const tcp::endpoint server = acceptor.local_endpoint();
  auto tls = echo::server_context(certificate, key);
  auto serving = ferry::spawn(echo::serve(std::move(acceptor), tls));

  auto trusting = echo::client_context(certificate);
  for (std::size_t size : {1, 1'000, 50'000}) {
    auto stream = co_await echo::connect(server, "localhost", trusting);
    check(stream.has_value(), "the server is who it says it is");
    if (!stream) continue;
    const std::string message(size, 'm');
    const std::string answer = co_await send_and_receive(std::move(*stream), message);
    check(answer == message, "what is sent comes back");
  }
  const auto misnamed = co_await echo::connect(server, "elsewhere", trusting);
  check(misnamed.has_error(), "a certificate for another host is refused");
  auto suspicious = echo::client_context(another);
  const auto untrusted = co_await echo::connect(server, "localhost", suspicious);
  check(untrusted.has_error(), "a certificate that nobody has vouched for is refused");

  serving.abort();
  (void)co_await serving;
  co_return all_is_well ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: tls-client CERTIFICATE KEY ANOTHER-CERTIFICATE\n";
    return 2;
  }
  return ferry::run(try_it_out(argv[1], argv[2], argv[3]));
}
