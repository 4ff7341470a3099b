// PoolAllocator: the frame pool, for what asks for an allocator.
#pragma once

#include <cstddef>

#include <ferry/detail/frame_pool.hpp>

namespace ferry::detail {

/// A standard allocator over allocate_frame.
template <class T>
class PoolAllocator {
 public:
  using value_type = T;
  PoolAllocator() noexcept = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) { return static_cast<T*>(allocate_frame(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) noexcept { free_frame(memory, count * sizeof(T)); }
  friend bool operator==(const PoolAllocator&, const PoolAllocator&) noexcept { return true; }
};

}  // namespace ferry::detail
