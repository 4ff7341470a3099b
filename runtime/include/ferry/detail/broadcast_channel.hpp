// BroadcastChannel: the core of a broadcast channel with a ring of `T`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/detail/allocate.hpp>
#include <ferry/detail/broadcast_core.hpp>

namespace ferry::detail {

template <class T>
class BroadcastChannel : public BroadcastCore {
 public:
  static_assert(std::is_copy_constructible_v<T>, "every receiver gets a copy");
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "what is sent is moved between tasks without throwing");

  class Slot : public BroadcastSlot {
   public:
    Slot() noexcept {}
    ~Slot() {}
    union {
      T value;
    };

    /// A copy for one receiver, or the value itself for the last one. Locked for reading before, not after.
    T take() {
      // acquire: what the others did with the value comes before.
      if (unread.load(std::memory_order_acquire) == 1) {
        T last = remove();
        unread.store(0, std::memory_order_release);
        unlock_shared();
        return last;
      }
      const Skip skip(*this);  // counts as read also when copying throws
      return value;
    }

    /// As `take`, without the copy.
    void skip() noexcept { const Skip skip(*this); }

    T remove() noexcept {
      T removed = std::move(value);
      std::destroy_at(&value);
      return removed;
    }

   private:
    class Skip {
     public:
      explicit Skip(Slot& slot) noexcept : slot_(&slot) {}
      Skip(const Skip&) = delete;
      Skip& operator=(const Skip&) = delete;
      ~Skip() {
        std::optional<T> last;  // destroyed after the lock is released
        // release: this receiver has read. acquire: the others have, too.
        if (slot_->unread.fetch_sub(1, std::memory_order_acq_rel) == 1) last.emplace(slot_->remove());
        slot_->unlock_shared();
      }

     private:
      Slot* slot_;
    };
  };

  static BroadcastChannel* make(std::size_t capacity) {
    const std::size_t slots = checked_capacity(capacity);
    void* const memory = allocate_for<BroadcastChannel>();
    try {
      return ::new (memory) BroadcastChannel(slots);
    } catch (...) {
      free_for<BroadcastChannel>(memory);
      throw;
    }
  }

  Slot& slot(std::uint64_t position) noexcept { return slots_[static_cast<std::size_t>(position & mask())]; }

  /// Gives the number of receivers; 0: the value was not taken.
  std::size_t send(T& value) noexcept {
    std::optional<T> replaced;  // destroyed after the locks are released
    std::unique_lock lock(mutex());
    const std::size_t count = receivers();
    if (count == 0) return 0;
    Slot& slot = this->slot(tail());
    slot.lock();
    // acquire: the last receiver has removed it.
    if (slot.unread.load(std::memory_order_acquire) > 0) replaced.emplace(slot.remove());
    std::construct_at(&slot.value, std::move(value));
    slot.position = tail();
    slot.unread.store(count, std::memory_order_relaxed);  // published by the lock
    slot.unlock();
    advance();
    wake_receivers(std::move(lock));
    return count;
  }

  /// Values that some receiver has not read. Older ones are read first, so the ring is searched by halves.
  std::size_t queued() noexcept {
    std::lock_guard lock(mutex());
    std::size_t low = 0;
    std::size_t high = capacity();
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (slot(tail() + middle).unread.load(std::memory_order_acquire) == 0)
        low = middle + 1;
      else
        high = middle;
    }
    return capacity() - low;
  }

  // What gives up one owner.
  static void drop_sender(BroadcastChannel* channel) noexcept {
    free_if(channel, channel->BroadcastCore::drop_sender());
  }
  static void drop_weak(BroadcastChannel* channel) noexcept {
    free_if(channel, channel->BroadcastCore::drop_weak());
  }
  static void drop_receiver(BroadcastChannel* channel, std::uint64_t next) noexcept {
    const std::uint64_t end = channel->leave_receiver();
    while (next < end) {
      Slot& slot = channel->slot(next);
      std::uint64_t skipped = 0;
      if (channel->find(slot, next, skipped, nullptr, nullptr) != Found::Value) continue;
      slot.skip();
      ++next;
    }
    free_if(channel, channel->drop_owner());
  }

 private:
  explicit BroadcastChannel(std::size_t slots)
      : BroadcastCore(slots), slots_(std::make_unique<Slot[]>(slots)) {}

  static void free_if(BroadcastChannel* channel, Leave leave) noexcept {
    if (leave == Leave::Free) destroy_and_free(channel);
  }

  std::unique_ptr<Slot[]> slots_;
};

}  // namespace ferry::detail
