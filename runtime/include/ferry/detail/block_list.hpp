// BlockList: an unbounded queue of many senders and one receiver, without locks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ferry::detail {

/// Places for values, in blocks of kSlots that are linked in order. A sender claims a place by counting up
/// `tail_position_`, writes there and publishes; the receiver reads in order. The values are the caller's
/// business.
///
/// `tail_block_` may lag behind. It moves past a block only when every place of that block is published, and
/// then the block learns up to which position senders may still be walking through it; the receiver gives the
/// block back, to the end of the list or to the allocator, when it has read up to there.
///
/// Thread safety: `claim` and `publish` on any thread; the rest on the receiver's.
/// Cost: two atomic operations to send, none to receive.
/// Tokio: `sync::mpsc::list`.
class BlockList {
 public:
  static constexpr std::size_t kSlots = 32;

  struct Block {
    std::size_t start;  // position of the first slot; fixed while it is linked
    std::atomic<Block*> next{nullptr};
    std::atomic<std::uint64_t> ready{
        0};                         // kReady: which slots are written. kReleased: `observed_tail` is there
    std::size_t observed_tail = 0;  // written before kReleased
  };
  struct Place {
    Block* block;
    std::size_t slot;
  };

  /// `block_bytes`, `block_alignment`: of a block with its slots.
  BlockList(std::size_t block_bytes, std::size_t block_alignment);
  BlockList(const BlockList&) = delete;
  BlockList& operator=(const BlockList&) = delete;
  ~BlockList();

  /// The next place; the caller writes its value there and publishes it.
  Place claim() {
    // acquire, release: the order of claims is the order in which `tail_block_` is seen; see `release_block`.
    const std::size_t position = tail_position_.fetch_add(1, std::memory_order_acq_rel);
    Block* const block = tail_block_.load(std::memory_order_acquire);
    if (block->start == start_of(position)) [[likely]]
      return {block, position % kSlots};
    return {find_block(block, position), position % kSlots};
  }
  static void publish(Place place) noexcept {
    // release: publishes the value. seq_cst: the receiver's waker is looked at after this.
    place.block->ready.fetch_or(std::uint64_t{1} << place.slot, std::memory_order_seq_cst);
  }

  /// The first place that was not consumed, if it is published.
  bool peek(Place& place) {
    if (head_->start != start_of(index_) && !advance_head()) [[unlikely]]
      return false;
    place = {head_, index_ % kSlots};
    // acquire: sees the value. seq_cst: comes after the registration of the receiver's waker.
    return head_->ready.load(std::memory_order_seq_cst) & (std::uint64_t{1} << place.slot);
  }
  void consume() noexcept { ++index_; }

  /// Places that are claimed and not consumed, published or not.
  std::size_t claimed() const noexcept { return tail_position_.load(std::memory_order_acquire) - index_; }

 private:
  static constexpr std::uint64_t kReady = (std::uint64_t{1} << kSlots) - 1;
  static constexpr std::uint64_t kReleased = std::uint64_t{1} << kSlots;

  static constexpr std::size_t start_of(std::size_t position) noexcept { return position & ~(kSlots - 1); }

  Block* find_block(Block* block, std::size_t position);
  Block* grow(Block& block);
  void release_block(Block& block) noexcept;
  bool advance_head();
  void reclaim_blocks() noexcept;
  Block* make_block(std::size_t start);
  void free_block(Block* block) noexcept;

  const std::size_t block_bytes_;
  const std::size_t block_alignment_;

  // The senders'.
  std::atomic<Block*> tail_block_;
  std::atomic<std::size_t> tail_position_{0};

  [[maybe_unused]] char apart_[64];  // senders and receiver write different cache lines

  // The receiver's.
  Block* head_;
  std::size_t index_ = 0;
  Block* free_head_;
};

}  // namespace ferry::detail
