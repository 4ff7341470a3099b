#include "admin.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <netdb.h>
#include <span>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include <ferry/time.hpp>

namespace proxy {
namespace {

using namespace std::chrono_literals;

ferry::io::Error last_error() { return ferry::io::Error(errno, boost::system::system_category()); }

ferry::Task<std::string> read_line(const ferry::net::TcpStream& client) {
  std::string line;
  std::array<std::byte, 128> buffer;
  while (line.size() < 1024) {
    const auto count = co_await client.read(buffer);
    if (!count || *count == 0) break;
    line.append(reinterpret_cast<const char*>(buffer.data()), *count);
    if (const auto end = line.find_first_of("\r\n"); end != std::string::npos) {
      line.resize(end);
      break;
    }
  }
  co_return line;
}

std::string status(const App& app) {
  std::string text = app.statistics.totals().to_string();
  for (const auto& backend : app.pool.all()) {
    text += "backend " + backend->address.to_string() + (backend->is_up ? " up " : " down ") +
            std::to_string(backend->served.load()) + "\n";
  }
  return text;
}

ferry::Task<void> answer(App& app, ferry::net::TcpStream client, Config& config) {
  const std::string command = co_await read_line(client);
  std::string reply = "unknown command; try: status, reload\n";
  if (command == "status") reply = status(app);
  if (command == "reload") {
    co_await config.reload();
    reply = "ok\n";
  }
  if (co_await client.write_all(reply)) (void)co_await client.shutdown();
}

}  // namespace

ferry::io::Result<int> open_admin_socket(const ferry::net::SocketAddr& address) {
  const std::string text = address.to_string();
  std::string host = text.substr(0, text.rfind(':'));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(address.port()).c_str(), &hints, &found) != 0) {
    return make_error_code(boost::system::errc::invalid_argument);
  }
  const int fd = ::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, found->ai_protocol);
  const int yes = 1;
  const bool is_listening = fd >= 0 && ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                            ::bind(fd, found->ai_addr, found->ai_addrlen) == 0 && ::listen(fd, 16) == 0;
  const auto failure = last_error();
  ::freeaddrinfo(found);
  if (is_listening) return fd;
  if (fd >= 0) ::close(fd);
  return failure;
}

ferry::Task<void> serve_admin(App& app, ferry::net::TcpListener listener, Config& config) {
  for (;;) {
    auto accepted = co_await listener.accept();
    if (!accepted) continue;
    auto client = std::move(accepted->first);
    (void)co_await ferry::time::timeout(1s, answer(app, std::move(client), config));
  }
}

}  // namespace proxy
