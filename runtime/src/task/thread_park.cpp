#include <ferry/detail/thread_park.hpp>

#include <utility>

namespace ferry::detail {
namespace {

using Shared = std::shared_ptr<ThreadParker>;

Shared& owner(void* data) noexcept { return *static_cast<Shared*>(data); }

constexpr WakerVTable kParkerVTable = {
    [](void* data) -> void* { return new Shared(owner(data)); },
    [](void* data) {
      owner(data)->unpark();
      delete &owner(data);
    },
    [](void* data) { owner(data)->unpark(); },
    [](void* data) noexcept { delete &owner(data); },
};

}  // namespace

void ThreadParker::park() {
  std::unique_lock lock(mutex_);
  condition_.wait(lock, [&] { return is_notified_; });
  is_notified_ = false;
}

void ThreadParker::unpark() noexcept {
  {
    std::lock_guard lock(mutex_);
    is_notified_ = true;
  }
  condition_.notify_one();
}

Waker ThreadParker::waker(std::shared_ptr<ThreadParker> parker) {
  return Waker(&kParkerVTable, new Shared(std::move(parker)));
}

}  // namespace ferry::detail
