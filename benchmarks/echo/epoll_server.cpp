/// The echo server with nothing in between: one edge-triggered epoll loop. What the others are measured
/// against to see what a runtime costs on top of the kernel.
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>

namespace {

struct Client {
  std::array<char, 1024> buffer;
  std::size_t length = 0;   // of what was read, and
  std::size_t written = 0;  // how much of it is written back
};

// Writes what was read and reads the next until the socket has neither room nor data. False when the client
// is gone.
bool serve(int socket, Client& client) {
  bool is_drained = false;
  for (;;) {
    while (client.written < client.length) {
      const ssize_t count =
          send(socket, client.buffer.data() + client.written, client.length - client.written, MSG_NOSIGNAL);
      if (count < 0) return errno == EAGAIN;
      client.written += static_cast<std::size_t>(count);
    }
    if (is_drained) return true;
    const ssize_t count = recv(socket, client.buffer.data(), client.buffer.size(), 0);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    client.length = static_cast<std::size_t>(count);
    client.written = 0;
    is_drained = client.length < client.buffer.size();  // a short read: epoll will say when there is more
  }
}

bool watch(int epoll, int socket, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = socket;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0;
}

}  // namespace

int main() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 1024) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0 ||
      !watch(epoll, listener, EPOLLIN)) {
    std::perror("epoll_server");
    return EXIT_FAILURE;
  }
  std::printf("%u\n", static_cast<unsigned>(ntohs(address.sin_port)));
  std::fflush(stdout);

  std::unordered_map<int, Client> clients;
  std::array<epoll_event, 256> events;
  for (;;) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int ready = events[static_cast<std::size_t>(i)].data.fd;
      if (ready != listener) {
        if (serve(ready, clients[ready])) continue;
        clients.erase(ready);
        close(ready);
        continue;
      }
      for (int client; (client = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        clients.try_emplace(client);
        watch(epoll, client, EPOLLIN | EPOLLOUT | EPOLLET);
      }
    }
  }
}
