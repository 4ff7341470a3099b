#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/io/error.hpp>
#include <ferry/signal/signal.hpp>

#include "driver/driver.hpp"
#include "net/socket.hpp"
#include "net/transfer.hpp"
#include "signal/registry.hpp"

namespace ferry::signal {

// A slot, and its eventfd once more under a number of its own that belongs to the reactor.
class Signal::Listener {
 public:
  explicit Listener(detail::Slot& slot) noexcept : slot_(slot) {}
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { detail::unsubscribe(slot_); }

  io::Result<void> start() {
    net::detail::OwnedFd fd(::fcntl(slot_.event_fd, F_DUPFD_CLOEXEC, 0));
    if (fd.get() < 0) return io::last_os_error();
    io::Result<ferry::detail::IoSource> source = net::detail::adopt(std::move(fd));
    if (!source) return source.error();
    source_.emplace(*std::move(source));
    return {};
  }

  Poll<io::Result<void>> poll_recv(Context& cx) {
    return source_->poll_io(ferry::detail::Direction::Read, cx, [fd = source_->fd()]() -> io::Result<void> {
      std::uint64_t count = 0;
      const io::Result<std::size_t> size =
          ferry::detail::retry([&] { return ::read(fd, &count, sizeof(count)); });
      if (!size) return size.error();
      return {};
    });
  }

 private:
  detail::Slot& slot_;
  std::optional<ferry::detail::IoSource> source_;
};

Signal::Signal(std::unique_ptr<Listener> listener) noexcept : listener_(std::move(listener)) {}
Signal::Signal(Signal&&) noexcept = default;
Signal& Signal::operator=(Signal&&) noexcept = default;
Signal::~Signal() = default;

Poll<io::Result<void>> Signal::poll_recv(Context& cx) { return listener_->poll_recv(cx); }

io::Result<Signal> signal(SignalKind kind) {
  // Before the signal loses its default effect.
  ferry::detail::require_io("signal::signal");
  const io::Result<detail::Slot*> slot = detail::subscribe(kind.as_raw_value());
  if (!slot) return slot.error();
  auto listener = std::make_unique<Signal::Listener>(**slot);
  if (const io::Result<void> started = listener->start(); !started) return started.error();
  return Signal(std::move(listener));
}

}  // namespace ferry::signal
