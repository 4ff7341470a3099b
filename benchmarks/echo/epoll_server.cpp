/// The echo server with nothing in between: an edge-triggered epoll loop on each thread. What the others are
/// measured against to see what a runtime costs on top of the kernel.
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "echo/arguments.hpp"

namespace {

struct Client {
  Client(int socket, std::size_t buffer_bytes) : socket(socket), buffer(buffer_bytes) {}

  int socket;
  std::vector<char> buffer;
  std::size_t length = 0;   // of what was read, and
  std::size_t written = 0;  // how much of it is written back
};

// Writes what was read and reads the next until the socket has neither room nor data. False when the client
// is gone.
bool serve(Client& client, std::uint32_t events) {
  bool is_drained = false;
  for (;;) {
    while (client.written < client.length) {
      const ssize_t count = send(client.socket, client.buffer.data() + client.written,
                                 client.length - client.written, MSG_NOSIGNAL);
      if (count < 0) return errno == EAGAIN;
      client.written += static_cast<std::size_t>(count);
    }
    if (is_drained) return true;
    const ssize_t count = recv(client.socket, client.buffer.data(), client.buffer.size(), 0);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    client.length = static_cast<std::size_t>(count);
    client.written = 0;
    // After a short read, epoll will say when there is more, except for the end, which it has said already.
    is_drained = client.length < client.buffer.size() && (events & EPOLLRDHUP) == 0;
  }
}

class Server {
 public:
  Server(int listener, const bench::Arguments& arguments)
      : listener_(listener), buffer_bytes_(arguments.buffer_bytes) {
    for (int i = 0; i < arguments.threads; ++i) epolls_.push_back(epoll_create1(EPOLL_CLOEXEC));
    watch(epolls_[0], listener, EPOLLIN, nullptr);
  }

  void run() {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < epolls_.size(); ++i) others.emplace_back([this, i] { loop(epolls_[i]); });
    loop(epolls_[0]);
  }

 private:
  static void watch(int epoll, int socket, std::uint32_t events, Client* client) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = client;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0) return;
    std::perror("epoll_ctl");
    std::exit(EXIT_FAILURE);
  }

  [[noreturn]] void loop(int epoll) {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        auto* const client = static_cast<Client*>(event.data.ptr);
        if (client == nullptr) {
          accept_all();
        } else if (!serve(*client, event.events)) {
          close(client->socket);
          delete client;
        }
      }
    }
  }

  // Deals the connections out to the threads in turn.
  void accept_all() {
    for (int socket; (socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      auto* const client = new Client(socket, buffer_bytes_);
      watch(epolls_[accepted_++ % epolls_.size()], socket, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, client);
    }
  }

  int listener_;
  std::size_t buffer_bytes_;
  std::vector<int> epolls_;
  std::size_t accepted_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = bench::Arguments::parse(argc, argv);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(arguments.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 1024) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    std::perror("epoll_server");
    return EXIT_FAILURE;
  }
  Server server(listener, arguments);
  bench::say_ready(ntohs(address.sin_port));
  server.run();
}
