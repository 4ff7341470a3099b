// Blocking a thread on a future, without a scheduler.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include <ferry/future.hpp>

namespace ferry::detail {

/// Lets one thread sleep until its waker is called. A call that comes first is remembered.
class ThreadParker {
 public:
  static std::shared_ptr<ThreadParker> make() { return std::make_shared<ThreadParker>(); }

  void park();
  /// The same, for `duration` at most.
  void park_for(std::chrono::nanoseconds duration);
  void unpark() noexcept;

  /// A waker that unparks; shares the ownership of `parker`.
  static Waker waker(std::shared_ptr<ThreadParker> parker);

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool is_notified_ = false;
};

/// Throws std::logic_error when this thread is running a task, naming `call`.
void forbid_blocking(const char* call);

/// Polls `future` on this thread until it is ready, and sleeps in between. Drives nothing else.
template <Future F>
FutureOutput<F> park_on(F&& future) {
  const std::shared_ptr<ThreadParker> parker = ThreadParker::make();
  const Waker waker = ThreadParker::waker(parker);
  for (;;) {
    Context cx(waker);
    if (auto polled = future.poll(cx); polled.is_ready()) return *std::move(polled);
    parker->park();
  }
}

}  // namespace ferry::detail
