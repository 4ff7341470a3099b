#include <chrono>
#include <functional>
#include <string>

#include <boost/asio.hpp>

namespace asio = boost::asio;
using asio::ip::tcp;

class Client {
 public:
  Client(asio::io_service& io, std::string host)
      : io_(io), resolver_(io), timer_(io), host_(std::move(host)) {}

  void start() {
    tcp::resolver::query query(host_, "http");
    resolver_.async_resolve(
        query, std::bind(&Client::on_resolve, this, std::placeholders::_1, std::placeholders::_2));
    timer_.expires_from_now(std::chrono::seconds(5));
    timer_.async_wait([this](const boost::system::error_code&) { stop(); });
  }

  void stop() {
    boost::system::error_code ignored;
    timer_.cancel(ignored);
    io_.post([this] { resolver_.cancel(); });
  }

 private:
  void on_resolve(const boost::system::error_code& error, tcp::resolver::iterator it) {
    if (!error) found_ = *it;
  }

  asio::io_service& io_;
  tcp::resolver resolver_;
  asio::steady_timer timer_;
  std::string host_;
  tcp::endpoint found_;
};

int main() {
  asio::io_service io;
  auto work = std::make_unique<asio::io_service::work>(io);
  Client client(io, "localhost");
  client.start();
  work.reset();
}
