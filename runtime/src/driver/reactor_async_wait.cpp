#include "driver/reactor_choice.hpp"

#if !FERRY_REACTOR_IS_EPOLL

#include <cerrno>
#include <optional>
#include <poll.h>
#include <sys/epoll.h>
#include <system_error>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <ferry/detail/pool_allocator.hpp>

#include "driver/asio_context.hpp"
#include "driver/reactor.hpp"
#include "support/owned_fd.hpp"

// What Asio documents, and nothing else: a descriptor is waited for with `async_wait`, one operation a kind
// of event, started when somebody has to wait. With epoll that is a system call a wait.

namespace ferry::detail {
namespace {

namespace asio = boost::asio;
using StreamDescriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

class AsyncWaitReactor final : public Reactor {
 public:
  AsyncWaitReactor()
      : work_(context_.get_executor()), alarm_(context_), known_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (known_.get() < 0) throw std::system_error(errno, std::system_category(), "epoll_create1");
  }

  ~AsyncWaitReactor() override { free_retired(); }

  void interrupt() noexcept override {
    if (is_interrupted_.exchange(true, std::memory_order_acq_rel)) return;
    with_context([this] {
      asio::post(context_, [this] { is_interrupted_.store(false, std::memory_order_release); });
    });
  }
  asio::io_context& own_context() noexcept override { return context_; }
  Woken& woken_in_turn() noexcept { return woken(); }
  using Reactor::with_context;

  // Asio takes files, which are never waited for, and descriptors that are watched already, and does not say
  // whether it still knows a descriptor. So each is also in an epoll that nobody waits for.
  io::Result<void> enter(int fd, Woken& woken) {
    epoll_event nothing{};
    if (::epoll_ctl(known_.get(), EPOLL_CTL_ADD, fd, &nothing) != 0)
      return io::Error(errno, boost::system::system_category());
    supersede(fd, woken);
    return {};
  }
  bool leave(int fd) noexcept {
    epoll_event nothing{};
    return ::epoll_ctl(known_.get(), EPOLL_CTL_DEL, fd, &nothing) == 0;
  }

 private:
  void run(Wait wait, std::optional<Clock::time_point> deadline, Clock::time_point now) override {
    free_fenced();  // waits that go on own what they belong to
    if (fence_retired()) free_fenced();
    if (deadline) arm(*deadline, now);
    count_events(context_.run_some(wait == Wait::Block));
  }
  io::Result<IoRegistrationPtr> watch(int fd, SchedulerRef owner, Woken& woken) override;

  void abandon_context() noexcept override { context_.shutdown(); }

  // The alarm stays armed from turn to turn, and is moved only to come earlier or after it has gone off.
  void arm(Clock::time_point deadline, Clock::time_point now) {
    if (armed_for_ > now && armed_for_ <= deadline) return;
    alarm_.expires_at(deadline);
    alarm_.async_wait([](const boost::system::error_code&) {});
    armed_for_ = deadline;
  }

  AsioContext context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, asio::io_context::executor_type> alarm_;
  Clock::time_point armed_for_{};  // belongs to the thread that turns
  const OwnedFd known_;
  std::atomic<bool> is_interrupted_{false};  // a post is on its way
};

// Shared by its owner and the waits that go on.
class AsyncWaitRegistration final : public IoRegistration {
 public:
  AsyncWaitRegistration(int fd, AsyncWaitReactor& reactor, SchedulerRef owner)
      : IoRegistration(fd, std::move(owner)),
        reactor_(reactor),
        descriptor_(std::in_place, reactor.own_context()) {}

  io::Result<void> start(Woken& woken) {
    if (io::Result<void> entered = reactor_.enter(fd(), woken); !entered) return entered;
    io::Error error;
    descriptor_->assign(fd(), error);
    if (error) {
      reactor_.leave(fd());
      return error;
    }
    descriptor_->non_blocking(true, error);
    return {};
  }

  void drop() noexcept {
    // acq_rel: whoever frees this sees what the others have done to it.
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  class Handler {
   public:
    // Operations come and go with every wait, and seldom inside of Asio's own recycling.
    using allocator_type = PoolAllocator<std::byte>;

    Handler(AsyncWaitRegistration& registration, io::Interest interest) noexcept
        : registration_(&registration), interest_(interest) {
      registration.owners_.fetch_add(1, std::memory_order_relaxed);
    }
    Handler(Handler&& other) noexcept
        : registration_(std::exchange(other.registration_, nullptr)), interest_(other.interest_) {}
    Handler& operator=(Handler&&) = delete;
    ~Handler() {
      if (registration_ != nullptr) registration_->drop();
    }
    allocator_type get_allocator() const noexcept { return {}; }
    void operator()(const io::Error& error) { registration_->on_wait(interest_, error); }

   private:
    AsyncWaitRegistration* registration_;
    io::Interest interest_;
  };

  static StreamDescriptor::wait_type wait_type_of(io::Interest interest) noexcept {
    if (interest.is_writable()) return StreamDescriptor::wait_write;
    // Asio's wait for errors is one for urgent data; errors end every wait.
    return interest.is_priority() ? StreamDescriptor::wait_error : StreamDescriptor::wait_read;
  }

  void arm(io::Interest interest) override {
    reactor_.with_context([&] {
      std::lock_guard lock(descriptor_mutex_);
      if (descriptor_) descriptor_->async_wait(wait_type_of(interest), Handler(*this, interest));
    });
  }

  void on_wait(io::Interest interest, const io::Error& error) {
    if (error == asio::error::operation_aborted) return;
    // It does not say what came.
    const short asked = interest.is_writable()   ? POLLOUT | POLLRDHUP
                        : interest.is_priority() ? POLLPRI | POLLRDHUP
                                                 : POLLIN | POLLRDHUP;
    pollfd now{.fd = fd(), .events = asked, .revents = 0};
    const bool is_known = ::poll(&now, 1, 0) > 0;
    disarm(interest);
    on_events(static_cast<unsigned>(is_known ? now.revents : asked & ~POLLRDHUP), reactor_.woken_in_turn());
  }

  bool leave() noexcept override {
    forget();
    return reactor_.leave(fd());
  }
  void forget() noexcept override {
    std::lock_guard lock(descriptor_mutex_);
    if (descriptor_ && descriptor_->is_open()) descriptor_->release();
    descriptor_.reset();  // a wait that is destroyed with its context keeps the rest for longer
  }
  void release() noexcept override { drop(); }

  AsyncWaitReactor& reactor_;
  std::atomic<unsigned> owners_{1};
  std::mutex descriptor_mutex_;
  std::optional<StreamDescriptor> descriptor_;  // none once it is not watched any more
};

io::Result<IoRegistrationPtr> AsyncWaitReactor::watch(int fd, SchedulerRef owner, Woken& woken) {
  struct Drop {
    void operator()(AsyncWaitRegistration* registration) const noexcept { registration->drop(); }
  };
  std::unique_ptr<AsyncWaitRegistration, Drop> registration(
      new AsyncWaitRegistration(fd, *this, std::move(owner)));
  if (io::Result<void> started = registration->start(woken); !started) return started.error();
  return IoRegistrationPtr(registration.release());
}

}  // namespace

std::unique_ptr<Reactor> Reactor::make() { return std::make_unique<AsyncWaitReactor>(); }

}  // namespace ferry::detail

#endif
