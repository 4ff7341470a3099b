#include "driver/driver.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include "blocking/pool.hpp"
#include "runtime/config.hpp"
#include "runtime/context.hpp"

namespace ferry::detail {
namespace {

// Says that this thread is in a driver.
class DriverScope {
 public:
  DriverScope() noexcept { thread_context().is_in_driver = true; }
  DriverScope(const DriverScope&) = delete;
  DriverScope& operator=(const DriverScope&) = delete;
  ~DriverScope() { thread_context().is_in_driver = false; }
};

}  // namespace

Driver::Driver(const RuntimeConfig& config)
    : clock_(config.start_paused),
      timers_(clock_, config.worker_threads),
      reactor_(Reactor::make()),
      has_io_(config.enable_io),
      has_time_(config.enable_time),
      // Where tasks are shuffled a stuck block_on is told of, which a descriptor that is always watched
      // hides.
      wants_ring_(config.enable_io_uring && config.enable_io && !config.shuffle_tasks) {}

void Driver::park(const BlockingPool& blocking) {
  const DriverScope scope;
  const auto next = timers_.begin_park();
  if (clock_.is_paused()) {
    park_paused(next, blocking);
  } else if (next) {
    // The reactor counts in the monotonic clock's time.
    const time::Duration remaining = *next - clock_.now();
    reactor_->turn(std::max(Reactor::Clock::now() + remaining, not_before_));
  } else {
    reactor_->turn(std::nullopt);
  }
  timers_.end_park();
  if (timers_.fire() >= kCrowd) not_before_ = Reactor::Clock::now() + kTimerSlack;
}

void Driver::park_paused(std::optional<time::Instant> next, const BlockingPool& blocking) {
  if (!next || blocking.has_jobs() || ring_counts().in_flight != 0) {
    reactor_->turn(std::nullopt);
    return;
  }
  // Nothing runs that could wake a task but the kernel: look there once, and go on in time when it says
  // nothing.
  reactor_->turn(Reactor::Clock::now());
  // Also an unpark before this park counts: what it is about may have been queued after the caller looked.
  if (was_unparked_.exchange(false, std::memory_order_acquire)) return;
  clock_.advance_to(*next);
}

bool Driver::waits_for_nothing(const BlockingPool& blocking) noexcept {
  return !timers_.has_timers() && !blocking.has_jobs() && !reactor_->has_registrations() &&
         !reactor_->has_lent_context();
}

void Driver::poll() {
  const DriverScope scope;
  reactor_->turn(Reactor::Clock::time_point::min());
  timers_.fire();
}

void Driver::unpark() noexcept {
  was_unparked_.store(true, std::memory_order_release);
  reactor_->interrupt();
}

void Driver::shut_down() noexcept {
  timers_.shut_down();
  reactor_->shut_down();
  if (const auto ring = opened_ring()) ring->shut_down();
}

void Driver::drain(std::optional<Reactor::Clock::time_point> deadline) noexcept {
  const auto ring = opened_ring();
  if (ring == nullptr) return;
  ring->shut_down();  // a worker that was left to itself has not done it yet
  ring->drain(deadline);
}

std::shared_ptr<Ring> Driver::ring() {
  std::lock_guard lock(ring_mutex_);
  if (std::exchange(wants_ring_, false)) ring_ = Ring::open();
  return ring_;
}

std::shared_ptr<Ring> Driver::opened_ring() const noexcept {
  std::lock_guard lock(ring_mutex_);
  return ring_;
}

Ring::Counts Driver::ring_counts() const noexcept {
  const auto ring = opened_ring();
  return ring != nullptr ? ring->counts() : Ring::Counts();
}

void require_io(Scheduler& scheduler, const char* what) {
  if (!scheduler.driver().has_io())
    throw std::logic_error(std::string(what) +
                           " needs a runtime with I/O: call enable_io() or enable_all() on its Builder");
}

Scheduler& require_io(const char* what) {
  Scheduler& scheduler = require_scheduler(what);
  require_io(scheduler, what);
  return scheduler;
}

}  // namespace ferry::detail
