#include <thread>

#include <ferry/detail/mpsc_core.hpp>

namespace ferry::detail {

MpscCore::Leave MpscCore::drop_sender() noexcept {
  // release: what was sent comes before. seq_cst: the receiver's waker is looked at after this.
  if (strong_.fetch_sub(1, std::memory_order_seq_cst) != 1) return Leave::Alive;
  receiver_.wake();
  return drop_owner();
}

bool MpscCore::upgrade() noexcept {
  std::size_t now = strong_.load(std::memory_order_relaxed);
  do {
    if (now == 0) return false;
    // acquire: as if it had been copied from a strong one.
  } while (
      !strong_.compare_exchange_weak(now, now + 1, std::memory_order_acquire, std::memory_order_relaxed));
  return true;
}

void MpscCore::add_weak() noexcept {
  weak_.fetch_add(1, std::memory_order_relaxed);
  owners_.fetch_add(1, std::memory_order_relaxed);
}

MpscCore::Leave MpscCore::drop_weak() noexcept {
  weak_.fetch_sub(1, std::memory_order_relaxed);
  return drop_owner();
}

MpscCore::Leave MpscCore::drop_owner() noexcept {
  // release: hands everything to who frees. acquire: that may be us.
  return owners_.fetch_sub(1, std::memory_order_acq_rel) == 1 ? Leave::Free : Leave::Alive;
}

// Whether no more values can come; looks at the queue once more, as the last one may have come meanwhile.
bool MpscCore::is_over(BlockList::Place& place, Next& next) {
  const bool is_drained = is_closed() && capacity() == max_capacity_;
  if (!is_drained && strong_.load(std::memory_order_seq_cst) != 0) return false;
  next = list_.peek(place) ? Next::Value : Next::End;
  return true;
}

MpscCore::Next MpscCore::poll_next_slow(Context& cx, BlockList::Place& place) {
  Next next = Next::Pending;
  if (is_over(place, next)) return next;
  receiver_.register_waker(cx.waker());
  if (list_.peek(place)) return Next::Value;
  static_cast<void>(is_over(place, next));
  return next;
}

MpscCore::Next MpscCore::try_next(BlockList::Place& place) {
  for (;;) {
    if (list_.peek(place)) return Next::Value;
    Next next = Next::Pending;
    if (is_over(place, next) || list_.claimed() == 0) return next;
    std::this_thread::yield();
  }
}

void MpscCore::close() noexcept {
  semaphore_.close();
  closed_.notify_waiters();
}

}  // namespace ferry::detail
