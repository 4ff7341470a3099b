// Echoes on ws://127.0.0.1:8080, or another port that is given, until Ctrl-C.
#include <cstdlib>
#include <iostream>

#include <boost/asio/ip/tcp.hpp>
#include <ferry/asio.hpp>
#include <ferry/run.hpp>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/signal.hpp>
#include <ferry/task.hpp>

#include "echo.hpp"

namespace {

ferry::Task<int> async_main(unsigned short port) {
  using boost::asio::ip::tcp;
  const auto executor = ferry::runtime::Handle::current().executor();
  tcp::acceptor acceptor(executor, {boost::asio::ip::make_address("127.0.0.1"), port});
  std::cout << "listening on ws://127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
  (void)co_await ferry::select(echo::serve(std::move(acceptor)), ferry::signal::ctrl_c());
  co_return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  const int port = argc > 1 ? std::atoi(argv[1]) : 8080;
  return ferry::run(async_main(static_cast<unsigned short>(port)));
}
