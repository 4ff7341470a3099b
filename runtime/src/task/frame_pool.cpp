#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <ferry/detail/frame_pool.hpp>

#if defined(__SANITIZE_ADDRESS__)
#define FERRY_FRAMES_FROM_MALLOC 1  // so that the sanitizer sees a frame that is used after it was freed
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FERRY_FRAMES_FROM_MALLOC 1
#endif
#endif
#ifndef FERRY_FRAMES_FROM_MALLOC
#define FERRY_FRAMES_FROM_MALLOC 0
#endif

// A block belongs to the class of its size, in steps of a cache line up to 4 KiB; larger ones go to malloc,
// but for the one that a thread has freed last. Blocks are cut from chunks, which are never given back, and
// begin at cache lines. A thread keeps up to 2 * kBatch free blocks of a class. What one thread allocates and
// another frees comes back in batches, through a list that is locked once per batch.

namespace ferry::detail {
namespace {

constexpr bool kFromMalloc = FERRY_FRAMES_FROM_MALLOC;
constexpr std::size_t kStep = 64;
constexpr std::size_t kLargest = 4096;
constexpr std::size_t kClasses = kLargest / kStep;
constexpr std::uint32_t kBatch = 64;
constexpr std::size_t kFirstChunk = std::size_t{32} << 10;
constexpr std::size_t kLargestKept = std::size_t{64} << 10;
constexpr std::size_t kLargestChunk = std::size_t{2} << 20;  // a huge page
constexpr std::size_t kHugeFrom = std::size_t{6} << 20;      // before, half of one unused would be much

constexpr std::size_t class_of(std::size_t size) noexcept { return (size - 1) / kStep; }
constexpr std::size_t class_size(std::size_t index) noexcept { return (index + 1) * kStep; }

struct FreeBlock {
  // Leaves the rest as it is: freeing writes one word.
  explicit FreeBlock(FreeBlock* next) noexcept : next(next) {}

  FreeBlock* next;
  FreeBlock* next_batch;  // of a batch's first block
  std::uint32_t count;    // of a batch's first block: in the batch
};

/// Memory that was never a block, a multiple of kStep.
struct Fresh {
  char* begin = nullptr;
  char* end = nullptr;

  std::size_t size() const noexcept { return static_cast<std::size_t>(end - begin); }
  void* cut(std::size_t size) noexcept { return std::exchange(begin, begin + size); }
};

/// What threads hand over to each other.
class SharedPool {
 public:
  void put(std::size_t index, FreeBlock* batch, std::uint32_t count) noexcept {
    batch->count = count;
    std::lock_guard lock(mutex_);
    batch->next_batch = batches_[index];
    batches_[index] = batch;
  }
  FreeBlock* take(std::size_t index) noexcept {
    std::lock_guard lock(mutex_);
    FreeBlock* batch = batches_[index];
    if (batch != nullptr) batches_[index] = batch->next_batch;
    return batch;
  }

  /// What an ended thread has left of its chunk.
  void put(Fresh rest) noexcept {
    std::lock_guard lock(mutex_);
    rests_ = ::new (static_cast<void*>(rest.begin)) Rest{rests_, rest.end};
  }
  /// Empty if there is none.
  Fresh take_rest() noexcept {
    std::lock_guard lock(mutex_);
    Rest* const rest = rests_;
    if (rest == nullptr) return {};
    rests_ = rest->next;
    return {reinterpret_cast<char*>(rest), rest->end};
  }

 private:
  struct Rest {
    Rest* next;
    char* end;
  };

  std::mutex mutex_;
  std::array<FreeBlock*, kClasses> batches_{};
  Rest* rests_ = nullptr;
};

SharedPool& shared_pool() noexcept {
  static SharedPool* pool = new SharedPool;  // outlives every thread
  return *pool;
}

Fresh new_chunk(std::size_t size, bool is_huge) {
  const std::align_val_t alignment{is_huge ? kLargestChunk : kStep};
  char* const begin = static_cast<char*>(::operator new(size, alignment));
#ifdef MADV_HUGEPAGE
  // A program with that many tasks saves most of its page faults.
  if (is_huge) ::madvise(begin, size, MADV_HUGEPAGE);
#endif
  return {begin, begin + size};
}

struct alignas(32) ClassList {
  FreeBlock* head = nullptr;
  FreeBlock* spare = nullptr;  // one whole batch, kept back from the shared pool
  std::uint32_t room = 0;      // how many more go into `head`; none before the thread owns its pool
};

class ThreadPool {
 public:
  constexpr ThreadPool() noexcept = default;

  void* allocate(std::size_t size) {
    ClassList& list = classes_[class_of(size)];
    FreeBlock* const block = list.head;
    if (block == nullptr) [[unlikely]]
      return allocate_slow(size);
    list.head = block->next;
    ++list.room;
    return block;
  }
  void free(void* memory, std::size_t size) noexcept {
    ClassList& list = classes_[class_of(size)];
    if (list.room == 0) [[unlikely]]
      return free_slow(memory, size);
    --list.room;
    list.head = ::new (memory) FreeBlock(list.head);
  }

  void* allocate_large(std::size_t size) {
    if (large_size_ != size) return ::operator new(size);
    large_size_ = 0;
    return std::exchange(large_, nullptr);
  }
  void free_large(void* memory, std::size_t size) noexcept {
    if (stage_ == Stage::New) open();
    if (stage_ == Stage::Closed || size > kLargestKept) return ::operator delete(memory, size);
    ::operator delete(std::exchange(large_, memory), std::exchange(large_size_, size));
  }

  /// The thread ends: others get what it has.
  void close() noexcept;

 private:
  enum class Stage : unsigned char { New, Open, Closed };

  void open();
  [[gnu::noinline]] void* allocate_slow(std::size_t size);
  [[gnu::noinline]] void free_slow(void* memory, std::size_t size) noexcept;
  void* cut(std::size_t size);

  std::array<ClassList, kClasses> classes_{};
  Fresh fresh_;
  std::size_t next_chunk_ = kFirstChunk;
  std::size_t taken_ = 0;  // in chunks
  void* large_ = nullptr;
  std::size_t large_size_ = 0;
  Stage stage_ = Stage::New;
};

// Read in functions that are never inlined: a coroutine may go on in another thread after a suspension.
thread_local constinit ThreadPool t_pool;

struct CloseAtExit {
  ~CloseAtExit() { t_pool.close(); }
};

void ThreadPool::open() {
  thread_local CloseAtExit at_exit;
  static_cast<void>(at_exit);
  stage_ = Stage::Open;
  for (ClassList& list : classes_) list.room = kBatch;
}

void* ThreadPool::allocate_slow(std::size_t size) {
  // The destructor of another thread-local asks for memory: what it frees goes to the shared pool.
  if (stage_ == Stage::New) open();
  const std::size_t index = class_of(size);
  ClassList& list = classes_[index];
  if (FreeBlock* const spare = std::exchange(list.spare, nullptr)) {
    list.head = spare->next;
    list.room = 1;
    return spare;
  }
  FreeBlock* const batch = shared_pool().take(index);
  if (batch == nullptr) return cut(class_size(index));
  if (stage_ == Stage::Closed) {
    if (batch->next != nullptr) shared_pool().put(index, batch->next, batch->count - 1);
    return batch;
  }
  list.head = batch->next;
  list.room = kBatch - (batch->count - 1);
  return batch;
}

void* ThreadPool::cut(std::size_t size) {
  while (fresh_.size() < size) {
    // What is too small for this block is one itself.
    if (const Fresh rest = std::exchange(fresh_, Fresh()); rest.size() != 0) free(rest.begin, rest.size());
    fresh_ = shared_pool().take_rest();
    if (fresh_.size() == 0) {
      fresh_ = new_chunk(next_chunk_, taken_ >= kHugeFrom);
      taken_ += next_chunk_;
      if (next_chunk_ < kLargestChunk) next_chunk_ *= 2;
    }
  }
  void* const block = fresh_.cut(size);
  if (stage_ == Stage::Closed && fresh_.size() != 0) shared_pool().put(std::exchange(fresh_, Fresh()));
  return block;
}

void ThreadPool::free_slow(void* memory, std::size_t size) noexcept {
  const std::size_t index = class_of(size);
  if (stage_ == Stage::New) open();
  if (stage_ == Stage::Closed) return shared_pool().put(index, ::new (memory) FreeBlock(nullptr), 1);
  ClassList& list = classes_[index];
  if (list.head != nullptr) {
    if (list.spare != nullptr) shared_pool().put(index, list.spare, kBatch);
    list.spare = list.head;
  }
  list.head = ::new (memory) FreeBlock(nullptr);
  list.room = kBatch - 1;
}

void ThreadPool::close() noexcept {
  stage_ = Stage::Closed;
  for (std::size_t index = 0; index < kClasses; ++index) {
    ClassList& list = classes_[index];
    if (list.spare != nullptr) shared_pool().put(index, list.spare, kBatch);
    if (list.head != nullptr) shared_pool().put(index, list.head, kBatch - list.room);
    list = ClassList();
  }
  if (fresh_.size() != 0) shared_pool().put(std::exchange(fresh_, Fresh()));
  ::operator delete(std::exchange(large_, nullptr), std::exchange(large_size_, 0));
}

}  // namespace

[[gnu::noinline]] void* allocate_frame(std::size_t size) {
  if (kFromMalloc) return ::operator new(size);
  if (size > kLargest) [[unlikely]]
    return t_pool.allocate_large(size);
  return t_pool.allocate(size);
}

[[gnu::noinline]] void free_frame(void* block, std::size_t size) noexcept {
  if (kFromMalloc) return ::operator delete(block, size);
  if (size > kLargest) [[unlikely]]
    return t_pool.free_large(block, size);
  t_pool.free(block, size);
}

}  // namespace ferry::detail
