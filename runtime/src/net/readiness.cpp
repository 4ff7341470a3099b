#include <ferry/net/readiness.hpp>
#include <ferry/net/socket.hpp>

#include "net/options.hpp"
#include "net/transfer.hpp"

namespace ferry::net {

Poll<Readiness::Output> Readiness::poll(Context& cx) { return ferry::detail::discard_event(ready_.poll(cx)); }

Poll<ReadyFor::Output> ReadyFor::poll(Context& cx) {
  const Poll<io::Result<ferry::detail::ReadyEvent>> event = ready_.poll(cx);
  if (event.is_pending()) return pending;
  if (!*event) return Output(event->error());
  return Output((*event)->ready);
}

io::Result<std::optional<io::Error>> Socket::take_error() const { return detail::take_error_of(as_raw_fd()); }

}  // namespace ferry::net
