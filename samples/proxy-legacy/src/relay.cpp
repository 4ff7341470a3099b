#include "relay.hpp"

#include <ferry/v0_2/join.hpp>
#include <ferry/v0_2/select.hpp>

namespace proxy {
namespace {

rt::Task<rt::io::Result<void>> copy_one_way(CountingReader from, rt::net::TcpStream& to) {
  const auto copied = co_await rt::io::copy(from, to);
  if (!copied) co_return copied.error();
  co_return co_await rt::io::shutdown(to);
}

}  // namespace

rt::Task<RelayEnd> relay(rt::net::TcpStream& client, rt::net::TcpStream& backend, Traffic& traffic,
                         rt::time::Duration idle_timeout) {
  auto up = copy_one_way(CountingReader(client, traffic.up, traffic.last_byte_at), backend);
  auto down = copy_one_way(CountingReader(backend, traffic.down, traffic.last_byte_at), client);
  auto both = rt::try_join(up, down);
  auto idle = rt::time::delay_for(idle_timeout);
  for (;;) {
    auto first = co_await rt::select(both, idle);
    if (first.index() == 0) co_return get<0>(first) ? RelayEnd::Completed : RelayEnd::Failed;
    const auto deadline = traffic.last_byte_at + idle_timeout;
    if (deadline <= rt::time::Instant::now()) co_return RelayEnd::Idle;
    idle.reset(deadline);
  }
}

}  // namespace proxy
