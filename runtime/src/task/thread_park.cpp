#include <ferry/detail/thread_park.hpp>

namespace ferry::detail {
namespace {

using Shared = std::shared_ptr<ThreadParker>;
Shared& shared(void* data) noexcept { return *static_cast<Shared*>(data); }

constinit const WakerVTable kParkerVTable = {
    .clone = [](void* data) -> void* { return new Shared(shared(data)); },
    .wake =
        [](void* data) {
          shared(data)->unpark();
          delete &shared(data);
        },
    .wake_by_ref = [](void* data) { shared(data)->unpark(); },
    .drop = [](void* data) noexcept { delete &shared(data); },
};

}  // namespace

void ThreadParker::park() {
  std::unique_lock lock(mutex_);
  condition_.wait(lock, [&] { return is_notified_; });
  is_notified_ = false;
}

void ThreadParker::park_for(std::chrono::nanoseconds duration) {
  std::unique_lock lock(mutex_);
  condition_.wait_for(lock, duration, [&] { return is_notified_; });
  is_notified_ = false;
}

void ThreadParker::unpark() noexcept {
  std::lock_guard lock(mutex_);
  is_notified_ = true;
  condition_.notify_one();
}

Waker ThreadParker::waker(std::shared_ptr<ThreadParker> parker) {
  return Waker(&kParkerVTable, new Shared(std::move(parker)));
}

}  // namespace ferry::detail
