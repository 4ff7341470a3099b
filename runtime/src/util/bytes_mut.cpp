#include <atomic>
#include <limits>
#include <new>
#include <stdexcept>

#include <ferry/util/bytes_mut.hpp>

namespace ferry::util {
namespace {

constexpr std::size_t kMinCapacity = 64;
// Other memory than the last is at least as large as that was, up to this: one huge frame should not make
// every later one cost as much.
constexpr std::size_t kMaxKeptCapacity = 64 * 1024;

}  // namespace

// The bytes follow it.
struct BytesMut::Block {
  static Block* make(std::size_t capacity) {
    if (capacity > std::numeric_limits<std::ptrdiff_t>::max() - sizeof(Block))
      throw std::length_error("BytesMut: too many bytes");
    return ::new (::operator new(sizeof(Block) + capacity)) Block{.owners = 1, .capacity = capacity};
  }
  std::byte* memory() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
  // acquire: what others did with their parts has happened.
  bool has_one_owner() const noexcept { return owners.load(std::memory_order_acquire) == 1; }

  std::atomic<std::size_t> owners;
  std::size_t capacity;
};

BytesMut BytesMut::with_capacity(std::size_t capacity) {
  if (capacity == 0) return BytesMut();
  Block* const block = Block::make(capacity);
  return BytesMut(block, block->memory(), 0, capacity);
}

void BytesMut::release(Block* block) noexcept {
  // release: what this owner did with its part happens before the memory is freed or used again; acquire: the
  // same of the others.
  if (block->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  block->~Block();
  ::operator delete(block);
}

void BytesMut::make_room(std::size_t additional) {
  if (additional > std::numeric_limits<std::size_t>::max() - size_)
    throw std::length_error("BytesMut: too many bytes");
  const std::size_t needed = size_ + additional;
  std::size_t capacity = std::max({needed, 2 * size_, kMinCapacity});
  if (block_ != nullptr) {
    // To the front only when as many bytes have gone there as are moved now: these pay for it.
    const auto gone = static_cast<std::size_t>(data_ - block_->memory());
    if (needed <= block_->capacity && size_ <= gone && block_->has_one_owner()) {
      if (size_ != 0) std::memcpy(block_->memory(), data_, size_);
      data_ = block_->memory();
      capacity_ = block_->capacity;
      return;
    }
    capacity = std::max(capacity, std::min(block_->capacity, kMaxKeptCapacity));
  }
  BytesMut larger = with_capacity(capacity);
  if (size_ != 0) std::memcpy(larger.data_, data_, size_);
  larger.size_ = size_;
  *this = std::move(larger);
}

void BytesMut::put_slice(io::ConstBytes data) {
  const std::span<const std::byte> bytes = data.span();
  if (bytes.empty()) return;
  reserve(bytes.size());
  std::memcpy(data_ + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

BytesMut BytesMut::split_to(std::size_t size) {
  FERRY_REQUIRE(size <= size_, "BytesMut::split_to: more bytes than there are");
  if (size == 0) return BytesMut();
  if (size == capacity_) return std::exchange(*this, BytesMut());
  // relaxed: this owner keeps the block alive meanwhile.
  block_->owners.fetch_add(1, std::memory_order_relaxed);
  BytesMut front(block_, data_, size, size);
  advance(size);
  return front;
}

}  // namespace ferry::util
