#include <exception>
#include <utility>

#include "runtime/context.hpp"
#include "scheduler/multi_thread.hpp"
#include "scheduler/stall_monitor.hpp"
#include "scheduler/worker.hpp"

// A worker changes threads: the old one gives it up in the middle of a task, and what that task does then
// reaches the runtime through the injection queue, as from outside. Whoever sets `is_taken` first runs the
// worker: a thread of the blocking pool, or the old one, when it has finished before such a thread was free.
// The old thread leaves the worker's loop when its task's poll ends.

namespace ferry::detail {

void MultiThread::run_core(void* core) { static_cast<Worker*>(core)->run(); }

class CoreHandOver::Job final : public BlockingJob {
 public:
  Job(void* core, std::shared_ptr<std::atomic<bool>> is_taken) noexcept
      : core_(core), is_taken_(std::move(is_taken)) {}

  void run() noexcept override {
    // acq_rel: the worker's fields, as the old thread left them.
    if (!is_taken_->exchange(true, std::memory_order_acq_rel)) MultiThread::run_core(core_);
  }
  void cancel() noexcept override {}  // the old thread takes it back

 private:
  void* core_;
  std::shared_ptr<std::atomic<bool>> is_taken_;
};

CoreHandOver::CoreHandOver(Driver driver) noexcept {
  ThreadContext& context = thread_context();
  if (driver == Driver::Leave && context.guest_of != nullptr)
    static_cast<MultiThread*>(context.guest_of)->guest_leaves();
  if (context.core == nullptr || context.has_core == nullptr) return;
  try {
    is_taken_ = std::make_shared<std::atomic<bool>>(false);
    auto job = std::make_unique<Job>(context.core, is_taken_);
    owner_ = std::exchange(context.core_owner, nullptr);
    core_ = std::exchange(context.core, nullptr);
    has_core_ = std::exchange(context.has_core, nullptr);
    *has_core_ = false;
    watch_ = std::exchange(context.watch, nullptr);
    if (watch_ != nullptr) watch_->end();  // it blocks as it may
    static_cast<MultiThread*>(owner_)->thread_blocks();
    if (driver == Driver::Keep) static_cast<MultiThread*>(owner_)->guest_comes();
    owner_->spawn_blocking(std::move(job));
  } catch (const std::exception&) {
    // No memory or no thread: the worker waits until this thread takes it back.
  }
}

CoreHandOver::~CoreHandOver() {
  if (core_ == nullptr || is_taken_->exchange(true, std::memory_order_acq_rel)) return;
  ThreadContext& context = thread_context();
  context.core_owner = owner_;
  context.core = core_;
  context.has_core = has_core_;
  context.watch = watch_;
  *has_core_ = true;
  static_cast<MultiThread*>(owner_)->thread_goes_on();
}

}  // namespace ferry::detail
