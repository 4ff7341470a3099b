// Echoes over TLS on port 8443 of 127.0.0.1 until Ctrl-C. A certificate for tests is made by
//
//     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost
//       -addext subjectAltName=DNS:localhost -keyout key.pem -out certificate.pem
//
// and `openssl s_client -connect localhost:8443` talks to it.
#include <cstdlib>
#include <exception>
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

ferry::Task<int> async_main(boost::asio::ssl::context tls) {
  using boost::asio::ip::tcp;
  const auto executor = ferry::runtime::Handle::current().executor();
  tcp::acceptor acceptor(executor, {boost::asio::ip::make_address("127.0.0.1"), 8443});
  std::cout << "listening on 127.0.0.1:8443" << std::endl;
  (void)co_await ferry::select(echo::serve(std::move(acceptor), tls), ferry::signal::ctrl_c());
  co_return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: tls CERTIFICATE KEY\n";
    return 2;
  }
  try {
    return ferry::run(async_main(echo::server_context(argv[1], argv[2])));
  } catch (const std::exception& error) {
    std::cerr << "tls: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}
