#include "relay.hpp"

#include <ferry/join.hpp>
#include <ferry/select.hpp>

namespace proxy {
namespace {

ferry::Task<ferry::io::Result<void>> copy_one_way(CountingReader from, const ferry::net::TcpStream& to) {
  const auto copied = co_await ferry::io::copy(from, to);
  if (!copied) co_return copied.error();
  co_return co_await to.shutdown();
}

}  // namespace

ferry::Task<RelayEnd> relay(const ferry::net::TcpStream& client, const ferry::net::TcpStream& backend,
                            Traffic& traffic, ferry::time::Duration idle_timeout) {
  auto up = copy_one_way(CountingReader(client, traffic.up, traffic.last_byte_at), backend);
  auto down = copy_one_way(CountingReader(backend, traffic.down, traffic.last_byte_at), client);
  auto both = ferry::try_join(up, down);
  auto idle = ferry::time::sleep(idle_timeout);
  for (;;) {
    auto first = co_await ferry::select(both, idle);
    if (first.index() == 0) co_return get<0>(first) ? RelayEnd::Completed : RelayEnd::Failed;
    const auto deadline = traffic.last_byte_at + idle_timeout;
    if (deadline <= ferry::time::Instant::now()) co_return RelayEnd::Idle;
    idle.reset(deadline);
  }
}

}  // namespace proxy
