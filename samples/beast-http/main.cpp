// Greets on http://127.0.0.1:8080, or another port that is given, until Ctrl-C.
#include <cstdlib>
#include <iostream>

#include <boost/asio/ip/tcp.hpp>
#include <ferry/asio.hpp>
#include <ferry/run.hpp>
#include <ferry/runtime.hpp>
#include <ferry/signal.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>

#include "server.hpp"

namespace {

ferry::Task<int> async_main(unsigned short port) {
  using boost::asio::ip::tcp;
  // Asio's objects wait in the runtime when they are made with its executor.
  const auto executor = ferry::runtime::Handle::current().executor();
  tcp::acceptor acceptor(executor, {boost::asio::ip::make_address("127.0.0.1"), port});
  std::cout << "listening on http://127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;

  const ferry::sync::CancellationToken stop;
  auto server = ferry::spawn(greeter::serve(std::move(acceptor), stop));
  const auto interrupted = co_await ferry::signal::ctrl_c();
  stop.cancel();
  const auto ended = co_await server;
  co_return interrupted&& ended ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  const int port = argc > 1 ? std::atoi(argv[1]) : 8080;
  return ferry::run(async_main(static_cast<unsigned short>(port)));
}
