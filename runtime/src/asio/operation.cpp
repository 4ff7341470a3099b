#include <chrono>
#include <mutex>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/system_executor.hpp>
#include <ferry/detail/asio_operation.hpp>
#include <ferry/detail/thread_park.hpp>

#include "driver/driver.hpp"

namespace ferry::detail {

AsioOperation::~AsioOperation() {
  while (AsioStep* const step = pop()) step->drop();
}

boost::asio::execution_context& AsioOperation::context() const noexcept {
  if (scheduler_) return scheduler_->driver().reactor().context();
  return boost::asio::query(boost::asio::system_executor(), boost::asio::execution::context);
}

bool AsioOperation::poll(Context& cx) {
  const PollScope scope(*this);
  keep_waker(cx.waker());
  run_steps();
  return is_finished();
}

void AsioOperation::settle() noexcept {
  const PollScope scope(*this);
  // The turns below make it come to its end where this thread runs the reactor or nobody does; who else runs
  // it wakes this thread.
  constexpr std::chrono::milliseconds kPatience{1};
  const std::shared_ptr<ThreadParker> parker = ThreadParker::make();
  keep_waker(ThreadParker::waker(parker));
  run_steps_quietly();
  if (is_finished()) return;
  signal_.emit(boost::asio::cancellation_type::all);
  for (;;) {
    run_steps_quietly();
    if (is_finished()) return;
    if (!scheduler_ || !scheduler_->try_turn_driver() || !has_progressed()) parker->park_for(kPatience);
  }
}

void AsioOperation::push(AsioStep* step) noexcept {
  Waker waker = Waker::noop();
  {
    std::lock_guard lock(lock_);
    (last_ == nullptr ? first_ : last_->next) = step;
    last_ = step;
    if (!is_polled_here()) std::swap(waker_, waker);
  }
  std::move(waker).wake();
}

void AsioOperation::finish() noexcept {
  Waker waker = Waker::noop();
  {
    std::lock_guard lock(lock_);
    is_finished_ = true;
    if (!is_polled_here()) std::swap(waker_, waker);
  }
  // The operation may be gone by now.
  std::move(waker).wake();
}

void AsioOperation::run_steps_quietly() noexcept {
  for (;;) {
    try {
      return run_steps();
    } catch (...) {
      // Nobody is left who could be told; what has thrown has given its handler up.
    }
  }
}

bool AsioOperation::has_progressed() const noexcept {
  std::lock_guard lock(lock_);
  return is_finished_ || first_ != nullptr;
}

void AsioOperation::run_steps() {
  while (AsioStep* const step = pop()) step->run();
}

AsioStep* AsioOperation::pop() noexcept {
  std::lock_guard lock(lock_);
  AsioStep* const step = first_;
  if (step == nullptr) return nullptr;
  first_ = std::exchange(step->next, nullptr);
  if (first_ == nullptr) last_ = nullptr;
  return step;
}

void AsioOperation::keep_waker(Waker waker) noexcept {
  std::lock_guard lock(lock_);
  std::swap(waker_, waker);
}

bool AsioOperation::is_finished() const noexcept {
  std::lock_guard lock(lock_);
  return is_finished_;
}

}  // namespace ferry::detail
