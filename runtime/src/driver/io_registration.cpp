#include "driver/io_registration.hpp"

#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

#include "driver/driver.hpp"
#include "runtime/shutdown_error.hpp"

namespace ferry::detail {
namespace {

// The directions with a poll slot, by their index.
constexpr std::array kDirections{Direction::Read, Direction::Write};

// Whatever is tried then fails, without waiting.
constexpr unsigned kFailed = POLLERR | POLLHUP | POLLNVAL;

// Interests as bits.
std::uint8_t bits_of(io::Interest interest) noexcept {
  return static_cast<std::uint8_t>((interest.is_readable() ? 1 : 0) | (interest.is_writable() ? 2 : 0) |
                                   (interest.is_priority() ? 4 : 0) | (interest.is_error() ? 8 : 0));
}

void take(Waker& waker, Woken& woken) noexcept {
  if (!waker.will_wake(Waker::noop())) woken.push_back(std::exchange(waker, Waker::noop()));
}

}  // namespace

void wake_all(Woken& woken) noexcept {
  for (Waker& waker : woken) std::move(waker).wake();
  woken.clear();
}

// A new descriptor is taken to be writable until a write would have blocked.
IoRegistration::IoRegistration(int fd, SchedulerRef owner)
    : owner_(std::move(owner)), fd_(fd), readiness_{io::Ready::Writable.bits()} {}

bool IoRegistration::retire() noexcept {
  const SchedulerRef owner = std::move(owner_);  // the reactor's, too
  std::array<Waker, 2> dropped{Waker::noop(), Waker::noop()};
  {
    std::lock_guard lock(lock_);
    slots_.swap(dropped);
  }
  return owner->driver().reactor().retire(*this);
}

void IoRegistration::lose(Woken& woken) noexcept {
  forget();
  set(kLost, woken);
}

Poll<io::Result<ReadyEvent>> IoRegistration::poll_ready(Direction direction, Context& cx) {
  return poll_ready(cx, interest_in(direction),
                    [&](Waker& waker) { std::swap(slots_[static_cast<std::size_t>(direction)], waker); });
}

Poll<io::Result<ReadyEvent>> IoRegistration::poll_ready(Context& cx, ReadinessWaiter& waiter) {
  return poll_ready(cx, waiter.interest, [&](Waker& waker) {
    std::swap(waiter.waker, waker);
    waiter.has_waited = true;
    if (!waiter.is_linked()) waiters_.push_back(waiter);
  });
}

template <class Wait>
Poll<io::Result<ReadyEvent>> IoRegistration::poll_ready(Context& cx, io::Interest interest, Wait&& wait) {
  io::Result<ReadyEvent> seen = ready_now(interest);
  if (seen && seen->ready.is_empty()) {
    begin_waiting(interest);
    Waker waker = cx.waker();
    std::lock_guard lock(lock_);
    // Under the lock that an event takes after it has set the bit: either we see the bit, or it sees our
    // waker.
    seen = ready_now(interest);
    if (seen && seen->ready.is_empty()) {
      wait(waker);
      return pending;
    }
  }
  if (seen && !cx.poll_proceed()) return pending;
  return seen;
}

void IoRegistration::cancel(ReadinessWaiter& waiter) noexcept {
  if (!waiter.has_waited) return;
  std::lock_guard lock(lock_);
  if (waiter.is_linked()) waiters_.remove(waiter);
}

io::Result<ReadyEvent> IoRegistration::ready_now(io::Interest interest) const noexcept {
  const std::uint32_t now = readiness_.load(std::memory_order_acquire);
  if ((now & kEnded) != 0) return end_of(now);
  return seen(now, interest.mask());
}

bool IoRegistration::clear_ready(io::Ready ready, ReadyEvent event) noexcept {
  // What is closed stays so, but for a FIFO, which another program may have opened since.
  io::Ready closed = ready & event.ready & (io::Ready::ReadClosed | io::Ready::WriteClosed);
  if (!closed.is_empty()) {
    pollfd now{.fd = fd_, .events = POLLRDHUP, .revents = 0};
    if (::poll(&now, 1, 0) >= 0) closed = closed & closed_by(static_cast<unsigned>(now.revents));
  }
  const std::uint32_t cleared = ((ready & event.ready) - closed).bits();
  std::uint32_t now = readiness_.load(std::memory_order_acquire);
  // acq_rel: an event that comes after this store sets the bit again and changes the tick.
  while (now / kTick == event.tick && (now & cleared) != 0 &&
         !readiness_.compare_exchange_weak(now, now & ~cleared, std::memory_order_acq_rel,
                                           std::memory_order_acquire)) {
  }
  return closed.is_empty();
}

ReadyEvent IoRegistration::seen(std::uint32_t word, io::Ready mask) noexcept {
  return {.tick = word / kTick, .ready = io::Ready::from_bits(word) & mask};
}

io::Error IoRegistration::end_of(std::uint32_t word) noexcept {
  return (word & kLost) != 0 ? io::Error(EBADF, boost::system::system_category()) : shutdown_error();
}

void IoRegistration::begin_waiting(io::Interest interest) {
  const std::uint8_t wanted = bits_of(interest);
  if ((wanted & ~armed_.load(std::memory_order_acquire)) == 0) return;
  for (const io::Interest one :
       {io::Interest::Readable, io::Interest::Writable, io::Interest::Priority, io::Interest::Error}) {
    const std::uint8_t bit = bits_of(one);
    if ((wanted & bit) != 0 && (armed_.fetch_or(bit, std::memory_order_acq_rel) & bit) == 0) arm(one);
  }
}

void IoRegistration::set_armed(io::Interest interest) noexcept {
  armed_.fetch_or(bits_of(interest), std::memory_order_acq_rel);
}

void IoRegistration::disarm(io::Interest interest) noexcept {
  armed_.fetch_and(static_cast<std::uint8_t>(~bits_of(interest)), std::memory_order_acq_rel);
}

void IoRegistration::on_events(unsigned events, Woken& woken) noexcept {
  io::Ready ready;
  if ((events & (POLLIN | POLLRDHUP | kFailed)) != 0) ready |= io::Ready::Readable;
  if ((events & (POLLOUT | kFailed)) != 0) ready |= io::Ready::Writable;
  if ((events & POLLPRI) != 0) ready |= io::Ready::Priority;
  if ((events & POLLERR) != 0) ready |= io::Ready::Error;
  set((ready | closed_by(events)).bits(), woken);
}

io::Ready IoRegistration::closed_by(unsigned events) const noexcept {
  io::Ready closed;
  if ((events & (POLLRDHUP | POLLHUP)) != 0) closed |= io::Ready::ReadClosed;
  // An error of a socket passes; a pipe's says that nobody reads any more.
  if ((events & POLLHUP) != 0 || ((events & POLLERR) != 0 && !is_socket())) closed |= io::Ready::WriteClosed;
  return closed;
}

bool IoRegistration::is_socket() const noexcept {
  int type = 0;
  socklen_t size = sizeof(type);
  return ::getsockopt(fd_, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

void IoRegistration::set(std::uint32_t bits, Woken& woken) noexcept {
  std::uint32_t now = readiness_.load(std::memory_order_relaxed);
  // release: what the event tells about happens before whoever sees the bit.
  while (!readiness_.compare_exchange_weak(now, (now | bits) + kTick, std::memory_order_acq_rel)) {
  }
  const auto concerns = [bits](io::Interest interest) {
    return (bits & (interest.mask().bits() | kEnded)) != 0;
  };
  std::lock_guard lock(lock_);
  for (const Direction direction : kDirections)
    if (concerns(interest_in(direction))) take(slots_[static_cast<std::size_t>(direction)], woken);
  IntrusiveList<ReadinessWaiter> others;
  while (ReadinessWaiter* waiter = waiters_.pop_front()) {
    if (concerns(waiter->interest))
      take(waiter->waker, woken);
    else
      others.push_back(*waiter);
  }
  waiters_.splice_back(others);
}

}  // namespace ferry::detail
