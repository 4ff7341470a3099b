#include "fs/job.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <ferry/fs/operation.hpp>

#include "driver/driver.hpp"
#include "runtime/shutdown_error.hpp"

namespace ferry::fs {

bool uses_io_uring() {
  return ferry::detail::require_scheduler("fs::uses_io_uring").driver().ring() != nullptr;
}

namespace detail {

// The pool's share in a job.
class Job::PoolJob final : public ferry::detail::BlockingJob {
 public:
  explicit PoolJob(std::shared_ptr<Job> job) noexcept : job_(std::move(job)) {}

  void run() noexcept override { job_->run(); }
  void cancel() noexcept override {
    // One that came from the ring has begun.
    if (is_mandatory() && job_->call_ != nullptr)
      job_->run();
    else
      job_->runtime_ended();
  }
  bool is_mandatory() const noexcept override { return job_->is_mandatory(); }

 private:
  std::shared_ptr<Job> job_;
};

void Job::start(ferry::detail::Scheduler& scheduler) {
  is_started_ = true;
  if (where_ == Where::Anywhere) ring_ = scheduler.driver().ring();
  if (ring_ == nullptr) return spawn_on_pool(scheduler);
  if (const SystemCall* const first = advance(0))
    if (!ring_->submit(shared_from_this(), *first)) spawn_on_pool(scheduler);
}

void Job::spawn_on_pool(ferry::detail::Scheduler& scheduler) {
  try {
    scheduler.spawn_blocking(std::make_unique<PoolJob>(shared_from_this()));
  } catch (const std::system_error& error) {  // no thread can be started
    finish(io::Error(error.code()));
  }
}

bool Job::poll(Context& cx) {
  if (!is_started_) start(ferry::detail::require_scheduler("an operation on files"));
  {
    std::lock_guard lock(mutex_);
    if (!is_finished_) {
      const bool is_known =
          std::ranges::any_of(wakers_, [&](const Waker& waker) { return waker.will_wake(cx.waker()); });
      if (!is_known) wakers_.push_back(cx.waker());
      return false;
    }
  }
  return cx.poll_proceed();
}

bool Job::is_finished() const noexcept {
  std::lock_guard lock(mutex_);
  return is_finished_;
}

void Job::abandon() noexcept {
  if (!is_started_) return;
  std::vector<Waker> dropped;
  {
    std::lock_guard lock(mutex_);
    is_abandoned_ = true;
    dropped.swap(wakers_);
    if (is_finished_) return;
  }
  if (ring_ != nullptr && !is_mandatory()) ring_->cancel(*this);
}

std::optional<io::Error> Job::failure() const {
  std::lock_guard lock(mutex_);
  if (failure_) return failure_;
  if (thrown_ != nullptr) std::rethrow_exception(thrown_);
  return std::nullopt;
}

const SystemCall* Job::advance(std::int64_t result) noexcept {
  try {
    call_ = step(result);
  } catch (...) {
    thrown_ = std::current_exception();
    call_ = nullptr;
  }
  if (call_ == nullptr) finish();
  return call_;
}

void Job::fall_back() noexcept {
  {
    std::lock_guard lock(mutex_);
    if (is_abandoned_ && !is_mandatory()) return;
  }
  // The reactor is turned inside its runtime.
  spawn_on_pool(*ferry::detail::current_scheduler());
}

void Job::runtime_ended() noexcept { finish(ferry::detail::shutdown_error()); }

void Job::run() noexcept {
  const SystemCall* next = call_ != nullptr ? call_ : advance(0);
  while (next != nullptr) next = advance(next->run());
}

void Job::finish(std::optional<io::Error> failure) noexcept {
  std::vector<Waker> woken;
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(is_finished_, true)) return;
    failure_ = failure;
    woken.swap(wakers_);
  }
  for (Waker& waker : woken) std::move(waker).wake();
}

}  // namespace detail
}  // namespace ferry::fs
