#include "driver/reactor_choice.hpp"

#if FERRY_REACTOR_IS_EPOLL

#include <cerrno>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/asio/detail/epoll_reactor.hpp>
#include <boost/asio/detail/reactor_op.hpp>
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/detail/scheduler_thread_info.hpp>
#include <boost/asio/post.hpp>

#include "driver/asio_context.hpp"
#include "driver/reactor.hpp"
#include "support/owned_fd.hpp"

// Asio's epoll reactor keeps operations per descriptor and performs them when an event comes. Ours answer
// "not done", so they stay queued for ever: an event only sets readiness bits and wakes who waits, and
// waiting costs no system call, no allocation and no post.

namespace ferry::detail {
namespace {

namespace asio = boost::asio;
namespace asio_detail = boost::asio::detail;
using Operation = asio_detail::scheduler_operation;
using AsioReactor = asio_detail::epoll_reactor;
using Descriptor = AsioReactor::per_descriptor_data;

// True while this thread starts an operation, which Asio may perform on the spot: no event came then.
thread_local bool t_is_starting = false;

class StartScope {
 public:
  StartScope() noexcept { t_is_starting = true; }
  StartScope(const StartScope&) = delete;
  StartScope& operator=(const StartScope&) = delete;
  ~StartScope() { t_is_starting = false; }
};

// Reads the events that Asio stored in an operation.
struct TaskResult : Operation {
  static unsigned of(Operation* operation) noexcept { return operation->*(&TaskResult::task_result_); }
};

// What epoll said about a descriptor whose operations are being performed. A descriptor is an operation by a
// base that only this kind of cast reaches.
unsigned events_of(Descriptor descriptor) noexcept { return TaskResult::of((Operation*)descriptor); }

// Asio does not ask epoll whether the peer has ended its output. Edges come once, so the end that comes
// together with the last data would be lost to who reads the data and waits for another edge. These two
// members let us ask.
template <auto kEpollFd, auto kEvents>
struct PrivateMembers {
  friend int epoll_fd_of(AsioReactor& reactor) { return reactor.*kEpollFd; }
  friend std::uint32_t& registered_events_of(AsioReactor::descriptor_state& state) { return state.*kEvents; }
};
int epoll_fd_of(AsioReactor& reactor);
std::uint32_t& registered_events_of(AsioReactor::descriptor_state& state);
template struct PrivateMembers<&AsioReactor::epoll_fd_, &AsioReactor::descriptor_state::registered_events_>;

// The key of a thread's entry in Asio's call stack, which descriptor operations look up.
class AsioThreadScope : asio_detail::thread_context {
 public:
  explicit AsioThreadScope(asio_detail::scheduler& scheduler) : context_(&scheduler, info_) {}

 private:
  asio_detail::scheduler_thread_info info_{};
  thread_call_stack::context context_;
};

class EpollReactor final : public Reactor {
 public:
  EpollReactor();
  ~EpollReactor() override;

  void interrupt() noexcept override;
  asio::io_context& own_context() noexcept override { return context_; }

  /// Starts an operation of a registration.
  void start(int type, int fd, Descriptor& descriptor, asio_detail::reactor_op& operation,
             bool allow_speculative);
  AsioReactor& asio_reactor() noexcept { return reactor_; }
  /// For the operations that are performed in a turn.
  Woken& woken_in_turn() noexcept { return woken(); }

 private:
  void run(Wait wait, std::optional<Clock::time_point> deadline, Clock::time_point now) override;
  io::Result<IoRegistrationPtr> watch(int fd, SchedulerRef owner) override;

  void begin_context() override;
  void abandon_context() noexcept override { context_.shutdown(); }

  void arm(Clock::time_point deadline, Clock::time_point now);
  void run_reactor(Wait wait);

  // Stays queued: the end of a turn is all that the alarm is for.
  struct TimerOp : asio_detail::reactor_op {
    TimerOp()
        : reactor_op(
              boost::system::error_code(), [](reactor_op*) { return not_done; },
              [](void*, Operation*, const boost::system::error_code&, std::size_t) {}) {}
  };

  AsioContext context_;
  asio_detail::scheduler& scheduler_;
  AsioReactor& reactor_;
  OwnedFd timer_fd_;
  Descriptor timer_{};
  TimerOp timer_op_;
  Clock::time_point armed_for_{};            // belongs to the thread that turns
  std::atomic<bool> is_interrupted_{false};  // a post is on its way
};

// One kind of event of one descriptor in Asio's queues.
class PersistentOp : public asio_detail::reactor_op {
 public:
  using Perform = void (*)(PersistentOp&);

  PersistentOp(class EpollRegistration& registration, io::Interest interest)
      : reactor_op(boost::system::error_code(), &PersistentOp::perform, &PersistentOp::complete),
        registration_(&registration),
        interest_(interest) {}

 private:
  static status perform(reactor_op* base);
  // Called with a null owner when the descriptor is deregistered; the registration owns the operation.
  static void complete(void*, Operation*, const boost::system::error_code&, std::size_t) {}

  EpollRegistration* registration_;
  io::Interest interest_;
};

class EpollRegistration final : public IoRegistration {
 public:
  EpollRegistration(int fd, EpollReactor& reactor, SchedulerRef owner)
      : IoRegistration(fd, reactor, std::move(owner)),
        reactor_(reactor),
        read_op_(*this, io::Interest::Readable),
        write_op_(*this, io::Interest::Writable) {
    set_armed(io::Interest::Readable | io::Interest::Error);
  }

  io::Result<void> start() {
    AsioReactor& asio_reactor = reactor_.asio_reactor();
    if (const int error =
            asio_reactor.register_internal_descriptor(AsioReactor::read_op, fd(), descriptor_, &read_op_)) {
      // Takes the operation out of what Asio is about to use for another descriptor.
      asio_reactor.deregister_internal_descriptor(fd(), descriptor_);
      asio_reactor.cleanup_descriptor_data(descriptor_);
      return io::Error(error, boost::system::system_category());
    }
    ask_for_hang_up();
    return {};
  }

  // Called by Asio under the descriptor's lock, in a turn.
  void on_perform(io::Interest interest) noexcept {
    // The bits of epoll are those of poll.
    on_event(interest, events_of(descriptor_), reactor_.woken_in_turn());
  }

 private:
  // Write events cost the kernel work, so they are asked for from the first time on that somebody has to
  // wait.
  void arm(io::Interest interest) override {
    const StartScope scope;
    if (interest.is_writable()) {
      reactor_.start(AsioReactor::write_op, fd(), descriptor_, write_op_, true);
    } else {
      // Not speculative: epoll tells again what it has told before.
      priority_op_ = std::make_unique<PersistentOp>(*this, io::Interest::Priority);
      reactor_.start(AsioReactor::except_op, fd(), descriptor_, *priority_op_, false);
    }
  }

  void leave() noexcept override {
    reactor_.asio_reactor().deregister_internal_descriptor(fd(), descriptor_);
    reactor_.asio_reactor().cleanup_descriptor_data(descriptor_);
    delete this;
  }

  void ask_for_hang_up() noexcept {
    epoll_event event{};
    event.events = registered_events_of(*descriptor_) |= EPOLLRDHUP;  // kept when write events are asked for
    event.data.ptr = descriptor_;
    ::epoll_ctl(epoll_fd_of(reactor_.asio_reactor()), EPOLL_CTL_MOD, fd(), &event);
  }

  EpollReactor& reactor_;
  PersistentOp read_op_;
  PersistentOp write_op_;
  std::unique_ptr<PersistentOp> priority_op_;
  Descriptor descriptor_{};
};

asio_detail::reactor_op::status PersistentOp::perform(reactor_op* base) {
  auto* self = static_cast<PersistentOp*>(base);
  if (!t_is_starting) self->registration_->on_perform(self->interest_);
  return not_done;
}

EpollReactor::EpollReactor()
    : scheduler_(asio::use_service<asio_detail::scheduler>(context_)),
      reactor_(asio::use_service<AsioReactor>(context_)),
      timer_fd_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (timer_fd_.get() < 0) throw std::system_error(errno, std::system_category(), "timerfd_create");
  // Lest the context stops when its users have nothing more to do.
  scheduler_.work_started();
  if (const int error =
          reactor_.register_internal_descriptor(AsioReactor::read_op, timer_fd_.get(), timer_, &timer_op_))
    throw std::system_error(error, std::system_category(), "epoll_ctl");
}

EpollReactor::~EpollReactor() {
  reactor_.deregister_internal_descriptor(timer_fd_.get(), timer_);
  reactor_.cleanup_descriptor_data(timer_);
}

void EpollReactor::run(Wait wait, std::optional<Clock::time_point> deadline, Clock::time_point now) {
  if (deadline) arm(*deadline, now);
  if (has_lent_context()) [[unlikely]]
    count_events(context_.run_some(wait == Wait::Block));
  else
    run_reactor(wait);
}

// The alarm stays armed from turn to turn, and is moved only to come earlier or after it has gone off.
void EpollReactor::arm(Clock::time_point deadline, Clock::time_point now) {
  if (armed_for_ > now && armed_for_ <= deadline) return;
  const auto nanoseconds =
      std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.time_since_epoch()).count();
  itimerspec alarm{};
  alarm.it_value.tv_sec = static_cast<time_t>(nanoseconds / 1'000'000'000);
  alarm.it_value.tv_nsec = static_cast<long>(nanoseconds % 1'000'000'000);
  ::timerfd_settime(timer_fd_.get(), TFD_TIMER_ABSTIME, &alarm, nullptr);
  armed_for_ = deadline;
}

// A whole batch of events without what a context does around each.
void EpollReactor::run_reactor(Wait wait) {
  const AsioThreadScope scope(scheduler_);
  asio_detail::op_queue<asio_detail::operation> operations;
  reactor_.run(wait == Wait::Look ? 0 : -1, operations);
  while (Operation* operation = operations.front()) {
    operations.pop();
    count_events(1);
    operation->complete(&scheduler_, boost::system::error_code(), TaskResult::of(operation));
  }
}

void EpollReactor::interrupt() noexcept {
  if (!has_lent_context()) {
    reactor_.interrupt();
  } else if (!is_interrupted_.exchange(true, std::memory_order_acq_rel)) {
    asio::post(context_, [this] { is_interrupted_.store(false, std::memory_order_release); });
  }
}

void EpollReactor::begin_context() {
  reactor_.init_task();
  reactor_.interrupt();  // a turn that goes on would not hear of what is posted
  // A turn that begins now may miss an interrupt that was sent the old way, which no handler comes of.
  asio::post(context_, [] {});
}

void EpollReactor::start(int type, int fd, Descriptor& descriptor, asio_detail::reactor_op& operation,
                         bool allow_speculative) {
  with_context([&] { reactor_.start_op(type, fd, descriptor, &operation, false, allow_speculative); });
}

io::Result<IoRegistrationPtr> EpollReactor::watch(int fd, SchedulerRef owner) {
  auto registration = std::make_unique<EpollRegistration>(fd, *this, std::move(owner));
  if (io::Result<void> started = registration->start(); !started) return started.error();
  return IoRegistrationPtr(registration.release());
}

}  // namespace

std::unique_ptr<Reactor> Reactor::make() { return std::make_unique<EpollReactor>(); }

}  // namespace ferry::detail

#endif
