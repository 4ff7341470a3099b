#include "driver/reactor.hpp"

#include <array>
#include <atomic>
#include <poll.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/detail/epoll_reactor.hpp>
#include <boost/asio/detail/reactor_op.hpp>
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/detail/scheduler_thread_info.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/version.hpp>

#include "driver/driver.hpp"
#include "runtime/shutdown_error.hpp"
#include "runtime/worker_metrics.hpp"

// Asio's epoll reactor keeps operations per descriptor and performs them when an event comes. Ours answer
// "not done", so they stay queued for ever: an event only sets a readiness bit and wakes who waits, and
// waiting costs no system call, no allocation and no post. This reaches into boost::asio::detail, which is
// the same in the versions named here.
static_assert(BOOST_VERSION >= 108100, "ferry needs Boost 1.81 or newer");
#if !defined(BOOST_ASIO_HAS_EPOLL)
#error "ferry's reactor needs Asio's epoll backend"
#endif

namespace ferry::detail {
namespace {

namespace asio = boost::asio;
namespace asio_detail = boost::asio::detail;
using Operation = asio_detail::scheduler_operation;
using EpollReactor = asio_detail::epoll_reactor;

// Wakers that are taken under the locks of descriptors, where any number may wait, to be called when all are
// released.
using Woken = std::vector<Waker>;

void wake_all(Woken& woken) noexcept {
  for (Waker& waker : woken) std::move(waker).wake();
  woken.clear();
}

// What this thread's turn has to wake once the descriptors' locks are released; null outside of a turn.
thread_local Woken* t_woken = nullptr;
// What epoll said about the descriptor whose operations this thread's turn performs.
thread_local std::uint32_t t_events = 0;

// Reads the events that Asio stored in an operation.
struct TaskResult : Operation {
  static unsigned of(Operation* operation) noexcept { return operation->*(&TaskResult::task_result_); }
};

// Asio does not ask epoll whether the peer has ended its output. Edges come once, so the end that comes
// together with the last data would be lost to who reads the data and waits for another edge. These two
// members let us ask.
template <auto kEpollFd, auto kEvents>
struct PrivateMembers {
  friend int epoll_fd_of(EpollReactor& reactor) { return reactor.*kEpollFd; }
  friend std::uint32_t& events_of(EpollReactor::descriptor_state& state) { return state.*kEvents; }
};
int epoll_fd_of(EpollReactor& reactor);
std::uint32_t& events_of(EpollReactor::descriptor_state& state);
template struct PrivateMembers<&EpollReactor::epoll_fd_, &EpollReactor::descriptor_state::registered_events_>;

// The key of a thread's entry in Asio's call stack, which descriptor operations look up.
class AsioThreadScope : asio_detail::thread_context {
 public:
  explicit AsioThreadScope(asio_detail::scheduler& scheduler) : context_(&scheduler, info_) {}

 private:
  asio_detail::scheduler_thread_info info_{};
  thread_call_stack::context context_;
};

}  // namespace

// One direction of one descriptor in Asio's queues.
class PersistentOp : public asio_detail::reactor_op {
 public:
  PersistentOp(IoRegistration& registration, Direction direction)
      : reactor_op(boost::system::error_code(), &PersistentOp::perform, &PersistentOp::complete),
        registration_(&registration),
        direction_(direction) {}

 private:
  static status perform(reactor_op* base);
  // Called with a null owner when the descriptor is deregistered; the registration owns the operation.
  static void complete(void*, Operation*, const boost::system::error_code&, std::size_t) {}

  IoRegistration* registration_;
  Direction direction_;
};

class Reactor::Impl {
 public:
  Impl()
      : scheduler(asio::use_service<asio_detail::scheduler>(context)),
        epoll(asio::use_service<EpollReactor>(context)),
        timer_fd(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
        timer_op(&Impl::keep) {
    if (timer_fd < 0) throw std::system_error(errno, std::system_category(), "timerfd_create");
    if (const int error =
            epoll.register_internal_descriptor(EpollReactor::read_op, timer_fd, timer_data, &timer_op)) {
      ::close(timer_fd);
      throw std::system_error(error, std::system_category(), "epoll_ctl");
    }
  }
  ~Impl() {
    epoll.deregister_internal_descriptor(timer_fd, timer_data);
    epoll.cleanup_descriptor_data(timer_data);
    ::close(timer_fd);
  }

  void turn(std::optional<Clock::time_point> deadline) {
    const Clock::time_point now = deadline ? Clock::now() : Clock::time_point();
    const bool only_look = deadline && *deadline <= now;
    if (deadline && !only_look) arm(*deadline, now);

    t_woken = &woken;
    {
      const AsioThreadScope scope(scheduler);
      asio_detail::op_queue<asio_detail::operation> operations;
      epoll.run(only_look ? 0 : -1, operations);
      while (Operation* operation = operations.front()) {
        operations.pop();
        t_events = TaskResult::of(operation);
        events.add();
        operation->complete(&scheduler, boost::system::error_code(), t_events);
      }
    }
    t_woken = nullptr;
    wake_all(woken);
  }

  // The alarm stays armed from turn to turn, and is moved only to come earlier or after it has gone off.
  void arm(Clock::time_point deadline, Clock::time_point now) {
    if (armed_for > now && armed_for <= deadline) return;
    const auto nanoseconds =
        std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.time_since_epoch()).count();
    itimerspec alarm{};
    alarm.it_value.tv_sec = static_cast<time_t>(nanoseconds / 1'000'000'000);
    alarm.it_value.tv_nsec = static_cast<long>(nanoseconds % 1'000'000'000);
    ::timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &alarm, nullptr);
    armed_for = deadline;
  }

  static asio_detail::reactor_op::status keep(asio_detail::reactor_op*) {
    return asio_detail::reactor_op::not_done;
  }

  struct TimerOp : asio_detail::reactor_op {
    explicit TimerOp(perform_func_type perform)
        : reactor_op(boost::system::error_code(), perform,
                     [](void*, Operation*, const boost::system::error_code&, std::size_t) {}) {}
  };

  asio::io_context context;
  asio_detail::scheduler& scheduler;
  EpollReactor& epoll;
  const int timer_fd;
  EpollReactor::per_descriptor_data timer_data{};
  TimerOp timer_op;
  Clock::time_point armed_for{};  // belongs to the thread that turns
  Woken woken;                    // likewise; kept for its memory

  Counter events;  // likewise

  mutable std::mutex registrations_mutex;
  std::uint64_t registered = 0;  // both under registrations_mutex
  std::uint64_t deregistered = 0;
  IntrusiveList<IoRegistration> registrations;
  bool is_shut_down = false;  // under registrations_mutex
};

/// One descriptor's readiness and who waits for it.
class IoRegistration : public ListNode<IoRegistration> {
 public:
  IoRegistration(int fd, Reactor::Impl& reactor, SchedulerRef owner)
      : fd_(fd),
        reactor_(reactor),
        owner_(std::move(owner)),
        read_op_(*this, Direction::Read),
        write_op_(*this, Direction::Write) {}

  ~IoRegistration() {
    if (!is_registered_) return;
    {
      std::lock_guard lock(reactor_.registrations_mutex);
      ++reactor_.deregistered;
      if (is_linked()) reactor_.registrations.remove(*this);
    }
    reactor_.epoll.deregister_internal_descriptor(fd_, data_);
    reactor_.epoll.cleanup_descriptor_data(data_);
  }

  io::Result<void> start() {
    {
      std::lock_guard lock(reactor_.registrations_mutex);
      if (reactor_.is_shut_down) return shutdown_error();
    }
    if (const int error =
            reactor_.epoll.register_internal_descriptor(EpollReactor::read_op, fd_, data_, &read_op_)) {
      // Takes the operation out of what Asio is about to use for another descriptor.
      reactor_.epoll.deregister_internal_descriptor(fd_, data_);
      reactor_.epoll.cleanup_descriptor_data(data_);
      return io::Error(error, boost::system::system_category());
    }
    is_registered_ = true;
    ask_for_hang_up();
    std::lock_guard lock(reactor_.registrations_mutex);
    if (reactor_.is_shut_down) readiness_.fetch_or(kShutDown, std::memory_order_release);
    ++reactor_.registered;
    reactor_.registrations.push_back(*this);
    return {};
  }

  // An event came for `direction`; called by Asio under the descriptor's lock.
  void on_event(Direction direction, std::uint32_t events) noexcept {
    const std::uint32_t hang_up = direction == Direction::Read ? EPOLLRDHUP | EPOLLHUP : EPOLLHUP;
    const bool is_closed = (events & hang_up) != 0 && has_hung_up(direction);
    set(is_closed ? bit(direction) | closed(direction) : bit(direction), *t_woken);
  }

  void shut_down(Woken& woken) noexcept { set(kShutDown, woken); }

  Poll<io::Result<ReadyEvent>> poll_ready(Direction direction, Context& cx) {
    if (auto seen = look(direction, cx); seen.is_ready()) return seen;
    begin_waiting(direction);
    const std::size_t index = static_cast<std::size_t>(direction);
    Waker waker = cx.waker();
    std::lock_guard lock(mutex_);
    // Under the lock that an event takes after it has set the bit: either we see the bit, or it sees our
    // waker.
    if (auto seen = look(direction, cx); seen.is_ready()) return seen;
    std::swap(slots_[index], waker);
    return pending;
  }

  Poll<io::Result<ReadyEvent>> poll_ready(Direction direction, Context& cx, ReadinessWaiter& waiter) {
    if (auto seen = look(direction, cx); seen.is_ready()) return seen;
    begin_waiting(direction);
    Waker waker = cx.waker();
    std::lock_guard lock(mutex_);
    if (auto seen = look(direction, cx); seen.is_ready()) return seen;
    std::swap(waiter.waker, waker);
    if (!waiter.is_linked()) waiters_[static_cast<std::size_t>(direction)].push_back(waiter);
    return pending;
  }

  void cancel(ReadinessWaiter& waiter, Direction direction) noexcept {
    std::lock_guard lock(mutex_);
    if (waiter.is_linked()) waiters_[static_cast<std::size_t>(direction)].remove(waiter);
  }

  bool is_ready(Direction direction) const noexcept {
    return (readiness_.load(std::memory_order_acquire) & (bit(direction) | kShutDown)) != 0;
  }

  void clear_ready(Direction direction, ReadyEvent event) noexcept {
    std::uint32_t now = readiness_.load(std::memory_order_acquire);
    while (now / kTick == event.tick && (now & bit(direction)) != 0 && (now & closed(direction)) == 0) {
      // acq_rel: an event that comes after this store sets the bit again and changes the tick.
      if (readiness_.compare_exchange_weak(now, now & ~bit(direction), std::memory_order_acq_rel,
                                           std::memory_order_acquire))
        return;
    }
  }

 private:
  // The word: readiness bits, then a counter of events, so that clearing what was seen does not clear what
  // came since.
  static constexpr std::uint32_t kShutDown = 1u << 2;
  static constexpr std::uint32_t kClosed =
      1u << 3;  // and the bit above it: ready for ever, as no more events come
  static constexpr std::uint32_t kTick = 1u << 8;
  static constexpr std::uint32_t bit(Direction direction) noexcept {
    return 1u << static_cast<unsigned>(direction);
  }
  static constexpr std::uint32_t closed(Direction direction) noexcept {
    return kClosed << static_cast<unsigned>(direction);
  }

  Poll<io::Result<ReadyEvent>> look(Direction direction, Context& cx) const {
    const std::uint32_t now = readiness_.load(std::memory_order_acquire);
    if ((now & kShutDown) != 0) return io::Result<ReadyEvent>(shutdown_error());
    if ((now & bit(direction)) == 0 || !cx.poll_proceed()) return pending;
    return io::Result<ReadyEvent>(ReadyEvent{now / kTick});
  }

  // Asio uses the place of a descriptor that is gone for a new one at once, so that an event which another
  // thread has had from epoll already may be one of the old one's. It costs a vain attempt; but "closed" is
  // for ever.
  bool has_hung_up(Direction direction) const noexcept {
    pollfd now{.fd = fd_, .events = POLLRDHUP, .revents = 0};
    const int hang_up = direction == Direction::Read ? POLLRDHUP | POLLHUP : POLLHUP;
    return ::poll(&now, 1, 0) > 0 && (now.revents & hang_up) != 0;
  }

  void ask_for_hang_up() noexcept {
    std::uint32_t& events = events_of(*data_);
    if (events == 0) return;  // a file, which epoll does not take
    epoll_event event{};
    event.events = events |= EPOLLRDHUP;  // kept when write events are asked for
    event.data.ptr = data_;
    ::epoll_ctl(epoll_fd_of(reactor_.epoll), EPOLL_CTL_MOD, fd_, &event);
  }

  // Write events cost the kernel work, so they are asked for from the first time on that somebody has to
  // wait.
  void begin_waiting(Direction direction) {
    if (direction != Direction::Write || wants_write_.exchange(true, std::memory_order_relaxed)) return;
    reactor_.epoll.start_op(EpollReactor::write_op, fd_, data_, &write_op_, false, true);
  }

  void set(std::uint32_t bits, Woken& woken) noexcept {
    std::uint32_t now = readiness_.load(std::memory_order_relaxed);
    // release: what the event tells about happens before whoever sees the bit.
    while (!readiness_.compare_exchange_weak(now, (now | bits) + kTick, std::memory_order_acq_rel)) {
    }
    std::lock_guard lock(mutex_);
    for (const Direction direction : {Direction::Read, Direction::Write}) {
      if ((bits & (bit(direction) | kShutDown)) == 0) continue;
      const std::size_t index = static_cast<std::size_t>(direction);
      wake(std::exchange(slots_[index], Waker::noop()), woken);
      while (ReadinessWaiter* waiter = waiters_[index].pop_front())
        wake(std::exchange(waiter->waker, Waker::noop()), woken);
    }
  }

  static void wake(Waker&& waker, Woken& woken) noexcept {
    if (!waker.will_wake(Waker::noop())) woken.push_back(std::move(waker));
  }

  const int fd_;
  Reactor::Impl& reactor_;
  const SchedulerRef owner_;
  PersistentOp read_op_;
  PersistentOp write_op_;
  EpollReactor::per_descriptor_data data_{};
  bool is_registered_ = false;
  std::atomic<bool> wants_write_{false};
  // A new descriptor is taken to be writable until a write would have blocked.
  std::atomic<std::uint32_t> readiness_{bit(Direction::Write)};

  std::mutex mutex_;
  std::array<Waker, 2> slots_{Waker::noop(), Waker::noop()};
  std::array<IntrusiveList<ReadinessWaiter>, 2> waiters_;
};

asio_detail::reactor_op::status PersistentOp::perform(reactor_op* base) {
  auto* self = static_cast<PersistentOp*>(base);
  // Asio also performs an operation on the spot when it is started: no event came then.
  if (t_woken != nullptr) self->registration_->on_event(self->direction_, t_events);
  return not_done;
}

Reactor::Reactor() : impl_(std::make_unique<Impl>()) {}
Reactor::~Reactor() = default;

void Reactor::turn(std::optional<Clock::time_point> deadline) { impl_->turn(deadline); }

void Reactor::interrupt() noexcept { impl_->epoll.interrupt(); }

io::Result<std::unique_ptr<IoRegistration>> Reactor::add(int fd, SchedulerRef owner) {
  auto registration = std::make_unique<IoRegistration>(fd, *impl_, std::move(owner));
  if (auto started = registration->start(); !started) return started.error();
  return registration;
}

Reactor::Counts Reactor::counts() const noexcept {
  std::lock_guard lock(impl_->registrations_mutex);
  return {impl_->registered, impl_->deregistered, impl_->events.get()};
}

bool Reactor::has_registrations() const noexcept {
  std::lock_guard lock(impl_->registrations_mutex);
  return !impl_->registrations.is_empty();
}

void Reactor::shut_down() noexcept {
  Woken woken;
  {
    std::lock_guard lock(impl_->registrations_mutex);
    impl_->is_shut_down = true;
    IntrusiveList<IoRegistration> seen;
    while (IoRegistration* registration = impl_->registrations.pop_front()) {
      seen.push_back(*registration);
      registration->shut_down(woken);
    }
    impl_->registrations.splice_back(seen);
  }
  wake_all(woken);
}

io::Result<IoSource> IoSource::adopt(int fd) {
  Scheduler& scheduler = require_scheduler("a socket or another I/O object");
  if (!scheduler.driver().has_io())
    throw std::logic_error(
        "sockets need a runtime with I/O: call enable_io() or enable_all() on its Builder");
  auto registration = scheduler.driver().reactor().add(fd, SchedulerRef(&scheduler));
  if (!registration) {
    ::close(fd);
    return registration.error();
  }
  return IoSource(fd, *std::move(registration));
}

IoSource::IoSource(int fd, std::unique_ptr<IoRegistration> registration) noexcept
    : fd_(fd), registration_(std::move(registration)) {}
IoSource::IoSource(IoSource&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), registration_(std::move(other.registration_)) {}
IoSource& IoSource::operator=(IoSource&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
    registration_ = std::move(other.registration_);
  }
  return *this;
}
IoSource::~IoSource() { close(); }

void IoSource::close() noexcept {
  const int fd = release();
  if (fd >= 0) ::close(fd);
}

int IoSource::release() noexcept {
  registration_.reset();
  return std::exchange(fd_, -1);
}

Poll<io::Result<ReadyEvent>> IoSource::poll_ready(Direction direction, Context& cx) const {
  return registration_->poll_ready(direction, cx);
}

IoSource::Ready IoSource::ready(Direction direction) const noexcept { return Ready(*this, direction); }

void IoSource::clear_ready(Direction direction, ReadyEvent event) const noexcept {
  registration_->clear_ready(direction, event);
}

bool IoSource::is_ready(Direction direction) const noexcept { return registration_->is_ready(direction); }

IoSource::Ready::Ready(const IoSource& source, Direction direction) noexcept
    : registration_(source.registration_.get()), direction_(direction) {}

IoSource::Ready::~Ready() { registration_->cancel(waiter_, direction_); }

Poll<io::Result<ReadyEvent>> IoSource::Ready::poll(Context& cx) {
  return registration_->poll_ready(direction_, cx, waiter_);
}

}  // namespace ferry::detail
