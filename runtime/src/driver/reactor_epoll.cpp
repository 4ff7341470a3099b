#include "driver/reactor_choice.hpp"

#if FERRY_REACTOR_IS_EPOLL

#include <cerrno>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/asio/detail/epoll_reactor.hpp>
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/detail/scheduler_thread_info.hpp>
#include <boost/asio/post.hpp>
#include <ferry/detail/frame_pool.hpp>

#include "driver/asio_context.hpp"
#include "driver/reactor.hpp"
#include "support/owned_fd.hpp"

// Asio's epoll reactor puts into epoll, with every descriptor, the address of an object that is one of Asio's
// operations by its first base. It queues that operation when an event comes, and whoever runs the queue
// completes it. Ours are such operations themselves: put into the same epoll, queued by the same reactor, and
// completed by setting readiness bits and waking who waits. So waiting costs no system call, no allocation,
// no lock and no post, and a descriptor no memory in Asio.

namespace ferry::detail {
namespace {

namespace asio = boost::asio;
namespace asio_detail = boost::asio::detail;
using Operation = asio_detail::scheduler_operation;
using AsioReactor = asio_detail::epoll_reactor;

// Where Asio keeps its epoll, and the events that it has stored in an operation.
template <auto kEpollFd>
struct PrivateMembers {
  friend int epoll_fd_of(AsioReactor& reactor) { return reactor.*kEpollFd; }
};
int epoll_fd_of(AsioReactor& reactor);
template struct PrivateMembers<&AsioReactor::epoll_fd_>;

struct TaskResult : Operation {
  static unsigned of(Operation* operation) noexcept { return operation->*(&TaskResult::task_result_); }
};

// This thread's entry in Asio's call stack, which operations look up.
class AsioThreadScope : asio_detail::thread_context {
 public:
  explicit AsioThreadScope(asio_detail::scheduler& scheduler) : scheduler_(scheduler) {
    entry_.emplace(&scheduler, info_);
  }
  AsioThreadScope(const AsioThreadScope&) = delete;
  AsioThreadScope& operator=(const AsioThreadScope&) = delete;
  ~AsioThreadScope() {
    entry_.reset();
    if (!info_.private_op_queue.empty()) scheduler_.post_deferred_completions(info_.private_op_queue);
  }

 private:
  asio_detail::scheduler& scheduler_;
  asio_detail::scheduler_thread_info info_{};
  std::optional<thread_call_stack::context> entry_;
};

class EpollReactor final : public Reactor {
 public:
  EpollReactor();
  ~EpollReactor() override;

  void interrupt() noexcept override;
  asio::io_context& own_context() noexcept override { return context_; }

  /// `operation` is completed with epoll's events from now on, or the events change.
  io::Result<void> control(int action, int fd, std::uint32_t events, Operation& operation) const noexcept;
  /// Whoever completes an operation calls this: Asio counts it as work that ends, which had never begun.
  void completed(void* owner) noexcept {
    if (owner != nullptr) scheduler_.compensating_work_started();
  }
  /// From now on there are events for these.
  void change_events(IoRegistration& registration, std::uint32_t events, Operation& operation) {
    std::lock_guard lock(registrations_mutex());
    if (!registration.is_lost())
      static_cast<void>(control(EPOLL_CTL_MOD, registration.fd(), events, operation));
  }
  /// Keeps what epoll may still have events for.
  void keep(IoRegistration& registration) noexcept { orphans_.push_back(registration); }
  /// For the operations that are completed in a turn.
  Woken& woken_in_turn() noexcept { return woken(); }

 private:
  // The end of a turn is all that the alarm is for.
  class Alarm : public Operation {
   public:
    explicit Alarm(EpollReactor& reactor)
        : Operation(&Alarm::complete),
          reactor_(reactor),
          fd_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}

    int fd() const noexcept { return fd_.get(); }

   private:
    static void complete(void* owner, Operation* base, const boost::system::error_code&, std::size_t) {
      static_cast<Alarm*>(base)->reactor_.completed(owner);
    }

    EpollReactor& reactor_;
    OwnedFd fd_;
  };

  void run(Wait wait, std::optional<Clock::time_point> deadline, Clock::time_point now) override;
  io::Result<IoRegistrationPtr> watch(int fd, SchedulerRef owner, Woken& woken) override;

  void begin_context() override;
  void abandon_context() noexcept override { context_.shutdown(); }

  void arm(Clock::time_point deadline, Clock::time_point now);
  void run_reactor(Wait wait);

  AsioContext context_;
  asio_detail::scheduler& scheduler_;
  AsioReactor& reactor_;
  Alarm alarm_;
  Clock::time_point armed_for_{};            // belongs to the thread that turns
  std::atomic<bool> is_interrupted_{false};  // a post is on its way
  // Of descriptors that somebody else closed: where there are duplicates of one, epoll still watches it, and
  // nobody can tell. They belong to the thread that turns.
  IntrusiveList<IoRegistration> orphans_;
};

class EpollRegistration final : public IoRegistration, public Operation {
 public:
  EpollRegistration(int fd, EpollReactor& reactor, SchedulerRef owner)
      : IoRegistration(fd, std::move(owner)), Operation(&EpollRegistration::complete), reactor_(reactor) {
    set_armed(io::Interest::Readable | io::Interest::Priority | io::Interest::Error);
  }
  ~EpollRegistration() override = default;

  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* memory, std::size_t size) noexcept { free_frame(memory, size); }

  io::Result<void> start() { return reactor_.control(EPOLL_CTL_ADD, fd(), kEvents, *this); }

 private:
  static constexpr std::uint32_t kEvents = EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLERR | EPOLLHUP | EPOLLET;

  // The bits of epoll are those of poll.
  static void complete(void* owner, Operation* base, const boost::system::error_code&, std::size_t events) {
    if (owner == nullptr) return;
    auto* const self = static_cast<EpollRegistration*>(base);
    self->on_events(static_cast<unsigned>(events), self->reactor_.woken_in_turn());
    self->reactor_.completed(owner);
  }

  // Write events cost the kernel work, so they are asked for from the first time on that somebody has to
  // wait.
  void arm(io::Interest) override {
    // Fails only for a descriptor that somebody else has closed, which never becomes writable.
    reactor_.change_events(*this, kEvents | EPOLLOUT, *this);
  }

  bool leave() noexcept override { return reactor_.control(EPOLL_CTL_DEL, fd(), 0, *this).has_value(); }
  void release() noexcept override {
    if (is_lost()) [[unlikely]]
      reactor_.keep(*this);
    else
      delete this;
  }

  EpollReactor& reactor_;
};

EpollReactor::~EpollReactor() {
  free_retired();
  while (IoRegistration* const orphan = orphans_.pop_front()) delete static_cast<EpollRegistration*>(orphan);
}

EpollReactor::EpollReactor()
    : scheduler_(asio::use_service<asio_detail::scheduler>(context_)),
      reactor_(asio::use_service<AsioReactor>(context_)),
      alarm_(*this) {
  if (alarm_.fd() < 0) throw std::system_error(errno, std::system_category(), "timerfd_create");
  if (auto added = control(EPOLL_CTL_ADD, alarm_.fd(), EPOLLIN | EPOLLET, alarm_); !added)
    throw std::system_error(added.error().value(), std::system_category(), "epoll_ctl");
  // Lest the context stops when its users have nothing more to do.
  scheduler_.work_started();
}

io::Result<void> EpollReactor::control(int action, int fd, std::uint32_t events,
                                       Operation& operation) const noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &operation;
  if (::epoll_ctl(epoll_fd_of(reactor_), action, fd, &event) != 0)
    return io::Error(errno, boost::system::system_category());
  return {};
}

// What was retired before a turn has had its last event in an earlier one. Without the context's other users
// that turn has dealt with all its events; with them some may still be queued, before what is posted now.
void EpollReactor::run(Wait wait, std::optional<Clock::time_point> deadline, Clock::time_point now) {
  const bool has_fenced = fence_retired();
  if (deadline) arm(*deadline, now);
  if (has_lent_context()) [[unlikely]] {
    if (has_fenced) asio::post(context_, [this] { free_fenced(); });
    count_events(context_.run_some(wait == Wait::Block));
  } else {
    if (has_fenced) free_fenced();
    run_reactor(wait);
  }
}

// The alarm stays armed from turn to turn, and is moved only to come earlier or after it has gone off.
void EpollReactor::arm(Clock::time_point deadline, Clock::time_point now) {
  if (armed_for_ > now && armed_for_ <= deadline) return;
  const auto nanoseconds =
      std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.time_since_epoch()).count();
  itimerspec alarm{};
  alarm.it_value.tv_sec = static_cast<time_t>(nanoseconds / 1'000'000'000);
  alarm.it_value.tv_nsec = static_cast<long>(nanoseconds % 1'000'000'000);
  ::timerfd_settime(alarm_.fd(), TFD_TIMER_ABSTIME, &alarm, nullptr);
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
    with_context([this] {
      asio::post(context_, [this] { is_interrupted_.store(false, std::memory_order_release); });
    });
  }
}

void EpollReactor::begin_context() {
  reactor_.init_task();
  reactor_.interrupt();  // a turn that goes on would not hear of what is posted
  // A turn that begins now may miss an interrupt that was sent the old way, which no handler comes of.
  asio::post(context_, [] {});
}

io::Result<IoRegistrationPtr> EpollReactor::watch(int fd, SchedulerRef owner, Woken& woken) {
  auto registration = std::make_unique<EpollRegistration>(fd, *this, std::move(owner));
  if (io::Result<void> started = registration->start(); !started) return started.error();
  supersede(fd, woken);
  return IoRegistrationPtr(registration.release());
}

}  // namespace

std::unique_ptr<Reactor> Reactor::make() { return std::make_unique<EpollReactor>(); }

}  // namespace ferry::detail

#endif
