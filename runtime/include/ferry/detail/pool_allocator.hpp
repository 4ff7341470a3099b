// PoolAllocator: the frame pool, for what asks for an allocator.
#pragma once

#include <cstddef>

#include <ferry/detail/allocate.hpp>

namespace ferry::detail {

/// A standard allocator over the frame pool.
template <class T>
class PoolAllocator {
 public:
  using value_type = T;
  PoolAllocator() noexcept = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) { return static_cast<T*>(allocate_for<T>(count)); }
  void deallocate(T* memory, std::size_t count) noexcept { free_for<T>(memory, count); }
  friend bool operator==(const PoolAllocator&, const PoolAllocator&) noexcept { return true; }
};

}  // namespace ferry::detail
