#include <new>

#include <ferry/detail/block_list.hpp>
#include <ferry/detail/frame_pool.hpp>

namespace ferry::detail {

BlockList::BlockList(std::size_t block_bytes, std::size_t block_alignment)
    : block_bytes_(block_bytes), block_alignment_(block_alignment), tail_block_(make_block(0)) {
  head_ = free_head_ = tail_block_.load(std::memory_order_relaxed);
}

BlockList::~BlockList() {
  for (Block* block = free_head_; block != nullptr;) {
    Block* const next = block->next.load(std::memory_order_relaxed);
    free_block(block);
    block = next;
  }
}

BlockList::Block* BlockList::make_block(std::size_t start) {
  void* const memory = block_alignment_ > __STDCPP_DEFAULT_NEW_ALIGNMENT__
                           ? ::operator new(block_bytes_, std::align_val_t(block_alignment_))
                           : allocate_frame(block_bytes_);
  return ::new (memory) Block{.start = start};
}

void BlockList::free_block(Block* block) noexcept {
  if (block_alignment_ > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
    ::operator delete(static_cast<void*>(block), std::align_val_t(block_alignment_));
  else
    free_frame(block, block_bytes_);
}

BlockList::Block* BlockList::find_block(Block* block, std::size_t position) {
  const std::size_t start = start_of(position);
  // Of the senders in one block only the first ones move the tail: less contention.
  bool moves_tail = (start - block->start) / kSlots > position % kSlots;
  while (block->start != start) {
    Block* next = block->next.load(std::memory_order_acquire);
    if (next == nullptr) next = grow(*block);
    // The tail may not pass a place that is not published yet. acquire: what senders did in the block comes
    // before what happens to it from now on.
    moves_tail = moves_tail && (block->ready.load(std::memory_order_acquire) & kReady) == kReady;
    if (moves_tail) {
      Block* expected = block;
      // release: whoever loads the tail sees the block behind it.
      moves_tail = tail_block_.compare_exchange_strong(expected, next, std::memory_order_release,
                                                       std::memory_order_relaxed);
      if (moves_tail) release_block(*block);
    }
    block = next;
  }
  return block;
}

// A sender that claims a place from here on sees the new tail, because its claim reads what this fetch_add
// releases. So only those that claimed before may still come by the block, and they are gone once their
// places are published.
void BlockList::release_block(Block& block) noexcept {
  block.observed_tail = tail_position_.fetch_add(0, std::memory_order_release);
  block.ready.fetch_or(kReleased, std::memory_order_release);  // publishes observed_tail
}

BlockList::Block* BlockList::grow(Block& block) {
  Block* const made = make_block(block.start + kSlots);
  Block* next = nullptr;
  // release: publishes the new block. acquire: or sees the one that another sender made.
  if (block.next.compare_exchange_strong(next, made, std::memory_order_acq_rel, std::memory_order_acquire))
    return made;
  free_block(made);
  return next;
}

bool BlockList::advance_head() {
  while (head_->start != start_of(index_)) {
    Block* const next = head_->next.load(std::memory_order_acquire);
    if (next == nullptr) return false;
    head_ = next;
  }
  reclaim_blocks();
  return true;
}

void BlockList::reclaim_blocks() noexcept {
  constexpr int kTries = 3;
  while (free_head_ != head_) {
    Block* const block = free_head_;
    // acquire: sees observed_tail.
    if (!(block->ready.load(std::memory_order_acquire) & kReleased) || block->observed_tail > index_) return;
    free_head_ = block->next.load(std::memory_order_relaxed);  // `head_` was reached through it

    block->next.store(nullptr, std::memory_order_relaxed);
    block->ready.store(0, std::memory_order_relaxed);
    Block* last = tail_block_.load(std::memory_order_acquire);
    bool is_reused = false;
    for (int i = 0; i < kTries && !is_reused; ++i) {
      block->start = last->start + kSlots;
      Block* next = nullptr;
      // As in `grow`.
      is_reused = last->next.compare_exchange_strong(next, block, std::memory_order_acq_rel,
                                                     std::memory_order_acquire);
      last = next;
    }
    if (!is_reused) free_block(block);
  }
}

}  // namespace ferry::detail
