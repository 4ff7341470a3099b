#include <utility>

#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

namespace rt = ferry::v0_2;

rt::Task<void> serve(rt::net::TcpStream client);

// [guide]
rt::Task<void> accept_clients(rt::net::TcpListener listener) {
  auto incoming = listener.incoming();
  while (auto client = co_await incoming.next()) {
    if (!*client) continue;
    rt::spawn(serve(std::move(**client)));
  }
}
// [guide]
