#include <array>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>

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

// A block belongs to the class of its size, in steps of 64 bytes up to 4 KiB; larger ones go to malloc. A
// thread keeps up to 2 * kBatch free blocks of a class. What one thread allocates and another frees comes
// back in batches, through a list that is locked once per batch.

namespace ferry::detail {
namespace {

constexpr bool kFromMalloc = FERRY_FRAMES_FROM_MALLOC;
constexpr std::size_t kStep = 64;
constexpr std::size_t kLargest = 4096;
constexpr std::size_t kClasses = kLargest / kStep;
constexpr std::size_t kBatch = 64;

struct FreeBlock {
  FreeBlock* next;
  FreeBlock* next_batch;  // of a batch's first block
};

constexpr std::size_t class_of(std::size_t size) noexcept { return (size + kStep - 1) / kStep - 1; }
constexpr std::size_t class_size(std::size_t index) noexcept { return (index + 1) * kStep; }

/// The batches that threads handed over.
struct SharedPool {
  std::mutex mutex;
  std::array<FreeBlock*, kClasses> batches{};

  void put(std::size_t index, FreeBlock* batch) noexcept {
    std::lock_guard lock(mutex);
    batch->next_batch = batches[index];
    batches[index] = batch;
  }
  FreeBlock* take(std::size_t index) noexcept {
    std::lock_guard lock(mutex);
    FreeBlock* batch = batches[index];
    if (batch != nullptr) batches[index] = batch->next_batch;
    return batch;
  }
};

SharedPool& shared_pool() noexcept {
  static SharedPool* pool = new SharedPool;  // outlives every thread
  return *pool;
}

struct ClassList {
  FreeBlock* head = nullptr;
  FreeBlock* spare = nullptr;  // one whole batch, kept back from the shared pool
  std::uint32_t count = 0;     // in `head`
};

struct ThreadPool {
  std::array<ClassList, kClasses> classes;

  ~ThreadPool() {
    for (std::size_t index = 0; index < kClasses; ++index) {
      for (FreeBlock* list : {classes[index].head, classes[index].spare})
        while (list != nullptr) ::operator delete(std::exchange(list, list->next), class_size(index));
      classes[index] = {};
    }
  }
};

// Read through functions that are never inlined: a coroutine may go on in another thread after a suspension.
thread_local ThreadPool* t_pool = nullptr;
thread_local bool t_pool_gone = false;

struct ThreadPoolOwner {
  ThreadPool pool;
  ThreadPoolOwner() { t_pool = &pool; }
  ~ThreadPoolOwner() {
    t_pool = nullptr;
    t_pool_gone = true;
  }
};

ThreadPool* make_thread_pool() {
  if (t_pool_gone) return nullptr;  // frames freed by destructors of other thread-locals
  thread_local ThreadPoolOwner owner;
  return t_pool;
}

}  // namespace

[[gnu::noinline]] void* allocate_frame(std::size_t size) {
  if (kFromMalloc || size > kLargest) [[unlikely]]
    return ::operator new(size);
  const std::size_t index = class_of(size);
  ThreadPool* pool = t_pool;
  if (pool == nullptr) [[unlikely]] {
    pool = make_thread_pool();
    if (pool == nullptr) return ::operator new(class_size(index));
  }
  ClassList& list = pool->classes[index];
  if (list.head == nullptr) [[unlikely]] {
    if (list.spare != nullptr)
      list.head = std::exchange(list.spare, nullptr);
    else
      list.head = shared_pool().take(index);
    if (list.head == nullptr) return ::operator new(class_size(index));
    list.count = kBatch;
  }
  FreeBlock* block = list.head;
  list.head = block->next;
  --list.count;
  return block;
}

[[gnu::noinline]] void free_frame(void* block, std::size_t size) noexcept {
  if (kFromMalloc || size > kLargest) [[unlikely]] {
    ::operator delete(block, size);
    return;
  }
  const std::size_t index = class_of(size);
  ThreadPool* pool = t_pool;
  if (pool == nullptr) [[unlikely]] {
    pool = make_thread_pool();
    if (pool == nullptr) {
      ::operator delete(block, class_size(index));
      return;
    }
  }
  ClassList& list = pool->classes[index];
  if (list.count == kBatch) [[unlikely]] {
    if (list.spare != nullptr) shared_pool().put(index, list.spare);
    list.spare = std::exchange(list.head, nullptr);
    list.count = 0;
  }
  list.head = ::new (block) FreeBlock{list.head, nullptr};
  ++list.count;
}

}  // namespace ferry::detail
