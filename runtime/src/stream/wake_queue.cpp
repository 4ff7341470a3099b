#include <atomic>
#include <deque>
#include <mutex>

#include <ferry/detail/spin_lock.hpp>
#include <ferry/detail/wake_queue.hpp>

namespace ferry::detail {

struct WakeQueue::Entry {
  Entry(Shared& shared, std::size_t number) noexcept : shared(shared), number(number) {}

  Shared& shared;
  const std::size_t number;
  // Under the lock of `shared`:
  bool is_queued = false;
  Entry* next = nullptr;
};

/// Shared by the queue and the wakers, each of which is an owner.
class WakeQueue::Shared {
 public:
  void retain() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    // acq_rel: every owner's last use happens before the destruction.
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  void push(Entry& entry) noexcept {
    const std::lock_guard lock(mutex_);
    static_cast<void>(link(entry));
  }
  void wake(Entry& entry) noexcept {
    Waker waker = Waker::noop();
    {
      const std::lock_guard lock(mutex_);
      if (link(entry)) std::swap(waker, waker_);
    }
    std::move(waker).wake();
  }

  /// The first entry, or none; then `waker` is kept.
  Entry* pop(Waker waker) noexcept {
    const std::lock_guard lock(mutex_);  // ends before `waker`, which may be what it replaces
    Entry* const entry = first_;
    if (entry != nullptr) {
      first_ = entry->next;
      entry->is_queued = false;
    } else {
      std::swap(waker, waker_);
    }
    return entry;
  }

  std::deque<Entry> entries;  // the owner's; wakers use those that they know

  static const WakerVTable kWaker;

 private:
  // Under the lock. False if it is in the queue already.
  bool link(Entry& entry) noexcept {
    if (entry.is_queued) return false;
    entry.is_queued = true;
    entry.next = nullptr;
    (first_ == nullptr ? first_ : last_->next) = &entry;
    last_ = &entry;
    return true;
  }

  SpinLock mutex_;
  Entry* first_ = nullptr;
  Entry* last_ = nullptr;  // while there is a first one
  Waker waker_ = Waker::noop();
  std::atomic<std::size_t> owners_{1};
};

constinit const WakerVTable WakeQueue::Shared::kWaker = {
    .clone =
        [](void* data) {
          static_cast<Entry*>(data)->shared.retain();
          return data;
        },
    .wake =
        [](void* data) {
          auto& entry = *static_cast<Entry*>(data);
          entry.shared.wake(entry);
          entry.shared.release();
        },
    .wake_by_ref =
        [](void* data) {
          auto& entry = *static_cast<Entry*>(data);
          entry.shared.wake(entry);
        },
    .drop = [](void* data) noexcept { static_cast<Entry*>(data)->shared.release(); },
};

WakeQueue::~WakeQueue() {
  if (shared_ != nullptr) shared_->release();
}

void WakeQueue::add() {
  if (shared_ == nullptr) shared_ = new Shared();
  shared_->entries.emplace_back(*shared_, shared_->entries.size());
}

void WakeQueue::push(std::size_t number) noexcept { shared_->push(shared_->entries[number]); }

std::optional<std::size_t> WakeQueue::poll_pop(Context& cx) {
  if (shared_ == nullptr) return std::nullopt;
  const Entry* const entry = shared_->pop(cx.waker());
  if (entry == nullptr) return std::nullopt;
  return entry->number;
}

Waker WakeQueue::waker(std::size_t number) const noexcept {
  shared_->retain();
  return {&Shared::kWaker, &shared_->entries[number]};
}

}  // namespace ferry::detail
