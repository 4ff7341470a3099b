#include "process/exit_watch.hpp"

#include <utility>

#include <ferry/detail/scheduler.hpp>

#include "net/socket.hpp"
#include "net/transfer.hpp"
#include "process/pidfd.hpp"

namespace ferry::process::detail {

using ferry::detail::Direction;
using ferry::detail::IoSource;

io::Result<ExitWatch> ExitWatch::start(pid_t child) {
  if (OwnedFd pidfd = open_pidfd(child); pidfd.get() >= 0) {
    io::Result<IoSource> source = net::detail::adopt(std::move(pidfd));
    if (!source) return source.error();
    return ExitWatch(*std::move(source));
  }
  io::Result<signal::Signal> signal = signal::signal(signal::SignalKind::child());
  if (!signal) return signal.error();
  return ExitWatch(*std::move(signal));
}

ExitWatch::ExitWatch(Source source)
    : source_(std::move(source)), runtime_(ferry::detail::require_scheduler("process::Child::wait").id()) {}

bool ExitWatch::is_of_another_runtime() const noexcept {
  const ferry::detail::Scheduler* const scheduler = ferry::detail::current_scheduler();
  return scheduler != nullptr && scheduler->id() != runtime_;
}

Poll<io::Result<void>> ExitWatch::poll(Context& cx) {
  if (auto* const signal = std::get_if<signal::Signal>(&source_)) return signal->poll_recv(cx);
  const IoSource& pidfd = std::get<IoSource>(source_);
  const Poll<io::Result<ferry::detail::ReadyEvent>> ready = pidfd.poll_ready(Direction::Read, cx);
  if (ready.is_ready() && *ready) pidfd.clear_ready(Direction::Read, **ready);
  return ferry::detail::discard_event(ready);
}

}  // namespace ferry::process::detail
