#include <utility>

#include <ferry/net.hpp>
#include <ferry/task.hpp>

namespace rt = ferry;

rt::Task<void> serve(rt::net::TcpStream client);

// [guide]
rt::Task<void> accept_clients(rt::net::TcpListener listener) {
  for (;;) {
    auto client = co_await listener.accept();
    if (!client) continue;
    rt::spawn(serve(std::move(client->first)));
  }
}
// [guide]
