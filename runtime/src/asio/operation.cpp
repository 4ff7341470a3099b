#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/system_executor.hpp>
#include <ferry/detail/allocate.hpp>
#include <ferry/detail/asio_operation.hpp>
#include <ferry/detail/thread_park.hpp>

#include "driver/driver.hpp"
#include "runtime/context.hpp"

namespace ferry::detail {

AsioOperationRef AsioOperation::make() {
  return AsioOperationRef(::new (allocate_for<AsioOperation>()) AsioOperation());
}

AsioOperationRef::~AsioOperationRef() {
  // acq_rel: every owner's last use happens before the destruction.
  if (operation_ == nullptr || operation_->owners_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  operation_->~AsioOperation();
  free_for<AsioOperation>(operation_);
}

boost::asio::execution_context& AsioOperation::context() const noexcept {
  if (scheduler_) return scheduler_->driver().reactor().context();
  return boost::asio::query(boost::asio::system_executor(), boost::asio::execution::context);
}

void AsioOperation::in_context(void (*use)(void*), void* argument) {
  const auto use_as_poll = [&] {
    const PollScope scope(*this);
    use(argument);
  };
  const ThreadContext& thread = thread_context();
  const Scheduler* const scheduler = scheduler_.get();
  // A worker keeps the context from being abandoned, but not the one that does it.
  const bool is_safe =
      scheduler == nullptr || ((thread.core_owner == scheduler || thread.guest_of == scheduler) &&
                               !scheduler_->driver().reactor().is_abandoned());
  if (is_safe)
    use_as_poll();
  else
    scheduler_->driver().reactor().use_context(use_as_poll);
}

bool AsioOperation::poll(Context& cx) {
  waker_.register_waker(cx.waker());
  // An operation may push without end, or be ready again and again: other tasks want their turn, too.
  if (!is_finished() && !steps_.is_empty())
    in_context([&] {
      while (!is_finished() && !steps_.is_empty() && cx.poll_proceed()) steps_.pop()->run();
    });
  return is_finished();
}

void AsioOperation::cancel() noexcept {
  if (!is_finished()) cancel_and_wait();
}

void AsioOperation::close() noexcept {
  cancel();
  signal_.slot().clear();  // what is in it may own an executor, and so this
  steps_.close();
  while (AsioStep* const step = steps_.pop()) run_elsewhere(step);
}

void AsioOperation::cancel_and_wait() noexcept {
  constexpr std::chrono::milliseconds kPatience{1};
  constexpr int kWaitsForOthers = 10;
  const std::shared_ptr<ThreadParker> parker = ThreadParker::make();
  const Waker waker = ThreadParker::waker(parker);
  std::optional<CoreHandOver> hand_over;
  for (int waits = 0;;) {
    waker_.register_waker(waker);
    in_context([this] {
      run_steps();
      // Again and again: an operation of several steps may have been between two of them.
      if (!is_finished()) emit_cancellation();
      run_steps();
    });
    if (is_finished()) return;
    // Its end may be up to this thread, as long as that is not said to be away.
    if (scheduler_ && scheduler_->help_along()) continue;
    parker->park_for(kPatience);
    if (++waits == kWaitsForOthers) hand_over.emplace(CoreHandOver::Driver::Keep);
  }
}

// Nobody is left who could be told of what is thrown here; who has thrown has given its handler up.
void AsioOperation::run_steps() noexcept {
  while (!is_finished()) {
    AsioStep* const step = steps_.pop();
    if (step == nullptr) return;
    try {
      step->run();
    } catch (...) {
    }
  }
}

void AsioOperation::emit_cancellation() noexcept {
  try {
    signal_.emit(boost::asio::cancellation_type::all);
  } catch (...) {
  }
}

void AsioOperation::push(AsioStep* step) noexcept {
  if (!steps_.push(step)) return run_elsewhere(step);
  if (!is_polled_here()) waker_.wake();
}

void AsioOperation::run_elsewhere(AsioStep* step) noexcept {
  if (scheduler_)
    spawn_step(*scheduler_, step);
  else
    boost::asio::post(boost::asio::system_executor(),
                      [owned = AsioStepPtr(step)]() mutable { owned.release()->run(); });
}

void AsioOperation::finish() noexcept {
  owners_.fetch_add(1, std::memory_order_relaxed);
  const AsioOperationRef keep(this);  // its future may be gone as soon as this is said
  is_finished_.store(true, std::memory_order_seq_cst);
  if (!is_polled_here()) waker_.wake();
}

}  // namespace ferry::detail
