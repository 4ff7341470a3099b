#include "echo.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <ferry/io.hpp>
#include <ferry/time.hpp>

namespace echo {

namespace ssl = boost::asio::ssl;
using boost::asio::ip::tcp;
using ferry::asio::use_task;
using namespace std::chrono_literals;

ssl::context server_context(const std::string& certificate, const std::string& key) {
  ssl::context tls(ssl::context::tls_server);
  tls.use_certificate_chain_file(certificate);
  tls.use_private_key_file(key, ssl::context::pem);
  return tls;
}

ssl::context client_context(const std::string& authorities) {
  ssl::context tls(ssl::context::tls_client);
  tls.set_verify_mode(ssl::verify_peer);
  tls.load_verify_file(authorities);
  return tls;
}

namespace {

// [serve]
ferry::Task<void> serve_connection(tcp::socket socket, ssl::context& tls) {
  ssl::stream<tcp::socket> secure(std::move(socket), tls);
  auto greeting = secure.async_handshake(ssl::stream_base::server, use_task);
  const auto greeted = co_await ferry::time::timeout(5s, greeting);
  if (!greeted || !*greeted) co_return;

  // From here on it is like any other connection.
  Stream stream(std::move(secure));
  const auto copied = co_await ferry::io::copy(stream, stream);
  if (copied) (void)co_await ferry::io::shutdown(stream);
}
// [serve]

}  // namespace

ferry::Task<void> serve(tcp::acceptor acceptor, ssl::context& tls) {
  ferry::task::JoinSet<void> connections;  // which it aborts when it goes
  for (;;) {
    auto accepted = co_await acceptor.async_accept(use_task);
    if (accepted)
      connections.spawn(serve_connection(std::move(*accepted), tls));
    else
      co_await ferry::time::sleep(50ms);  // mostly "too many open files": wait until some are closed
    while (connections.try_join_next()) {
    }
  }
}

// [connect]
ferry::Task<ferry::io::Result<Stream>> connect(tcp::endpoint server, std::string host, ssl::context& tls) {
  ssl::stream<tcp::socket> secure(ferry::runtime::Handle::current().executor(), tls);
  const auto connected = co_await secure.next_layer().async_connect(server, use_task);
  if (!connected) co_return connected.error();

  // Without the first line, a server of many names cannot choose its certificate; without the second, any
  // certificate would do that an authority has signed for anybody.
  SSL_set_tlsext_host_name(secure.native_handle(), host.c_str());
  secure.set_verify_callback(ssl::host_name_verification(host));
  const auto greeted = co_await secure.async_handshake(ssl::stream_base::client, use_task);
  if (!greeted) co_return greeted.error();
  co_return Stream(std::move(secure));
}
// [connect]

}  // namespace echo
