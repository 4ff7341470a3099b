#include <memory>
#include <mutex>

#include <ferry/detail/allocate.hpp>
#include <ferry/detail/join_set_core.hpp>
#include <ferry/detail/spin_lock.hpp>

namespace ferry::detail {

/// What a set shares with the wakers of its entries, which may outlive it.
class JoinSetCore::Shared {
 public:
  void retain() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    // acq_rel: every owner's last use happens before the destruction.
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy_and_free(this);
  }

  void move_to_ready(Entry& entry) noexcept {
    Waker waker = Waker::noop();
    {
      std::lock_guard lock(mutex);
      if (entry.place_ != Entry::Place::Idle) return;
      entry.place_ = Entry::Place::Ready;
      idle.remove(entry);
      ready.push_back(entry);
      std::swap(waker, this->waker);
    }
    std::move(waker).wake();
  }

  SpinLock mutex;
  IntrusiveList<Entry> idle;
  IntrusiveList<Entry> ready;
  Waker waker = Waker::noop();

 private:
  std::atomic<std::size_t> owners_{1};
};

constinit const WakerVTable JoinSetCore::Entry::kWaker = {
    .clone =
        [](void* data) {
          self(data)->owners_.fetch_add(1, std::memory_order_relaxed);
          return data;
        },
    .wake =
        [](void* data) {
          self(data)->shared_.move_to_ready(*self(data));
          self(data)->release();
        },
    .wake_by_ref = [](void* data) { self(data)->shared_.move_to_ready(*self(data)); },
    .drop = [](void* data) noexcept { self(data)->release(); },
};

void JoinSetCore::Entry::release() noexcept {
  // acq_rel: every owner's last use happens before the destruction.
  if (owners_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  Shared& shared = shared_;
  destroy_and_free(this);
  shared.release();
}

JoinSetCore::Taken::~Taken() {
  if (entry_ == nullptr) return;
  entry_->task_->drop_join_handle();
  entry_->release();
}

JoinSetCore::~JoinSetCore() {
  if (shared_ == nullptr) return;
  clear(true);
  shared_->release();
}

JoinSetCore::Entry* JoinSetCore::insert(TaskHeader* task) {
  Entry* entry = nullptr;
  try {
    if (shared_ == nullptr) shared_ = ::new (allocate_for<Shared>()) Shared();
    entry = ::new (allocate_for<Entry>()) Entry(*shared_, task);
  } catch (...) {
    task->abort();
    task->drop_join_handle();
    throw;
  }
  shared_->retain();
  {
    std::lock_guard lock(shared_->mutex);
    shared_->idle.push_back(*entry);
  }
  ++size_;
  entry->owners_.fetch_add(1, std::memory_order_relaxed);
  const Waker waker(&Entry::kWaker, entry);
  Context cx(waker);
  if (task->poll_join(cx)) shared_->move_to_ready(*entry);
  return entry;
}

JoinSetCore::Taken JoinSetCore::take(Context* cx) noexcept {
  if (size_ == 0) return Taken(nullptr);
  Waker waker = cx != nullptr ? cx->waker() : Waker::noop();  // what it replaces is dropped after the lock
  std::lock_guard lock(shared_->mutex);
  Entry* const entry = shared_->ready.pop_front();
  if (entry != nullptr) {
    entry->place_ = Entry::Place::Out;
    --size_;
  } else if (cx != nullptr) {
    std::swap(shared_->waker, waker);
  }
  return Taken(entry);
}

void JoinSetCore::abort_all() noexcept {
  if (size_ == 0) return;
  // Not under the lock: an aborted task may complete at once. Entries leave whichever list they are in.
  IntrusiveList<Entry> aborted;
  std::unique_lock lock(shared_->mutex);
  while (Entry* const entry = shared_->idle.pop_front()) {
    aborted.push_back(*entry);
    lock.unlock();
    entry->task_->abort();
    lock.lock();
  }
  shared_->idle.splice_back(aborted);
}

void JoinSetCore::clear(bool aborts) noexcept {
  while (size_ != 0) {
    Entry* entry = nullptr;
    {
      std::lock_guard lock(shared_->mutex);
      entry = shared_->ready.pop_front();
      if (entry == nullptr) entry = shared_->idle.pop_front();
      entry->place_ = Entry::Place::Out;
    }
    --size_;
    const Taken taken(entry);
    if (aborts) entry->task_->abort();
  }
}

}  // namespace ferry::detail
