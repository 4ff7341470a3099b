// Memory for objects, from the frame pool where their alignment allows.
#pragma once

#include <cstddef>
#include <new>

#include <ferry/detail/frame_pool.hpp>

namespace ferry::detail {

/// Memory for `count` objects of type `T`, side by side.
template <class T>
[[nodiscard]] void* allocate_for(std::size_t count = 1) {
  if constexpr (alignof(T) > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
    return ::operator new(count * sizeof(T), std::align_val_t(alignof(T)));
  else
    return allocate_frame(count * sizeof(T));
}

/// Takes back what `allocate_for<T>(count)` gave.
template <class T>
void free_for(void* memory, std::size_t count = 1) noexcept {
  if constexpr (alignof(T) > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
    ::operator delete(memory, std::align_val_t(alignof(T)));
  else
    free_frame(memory, count * sizeof(T));
}

/// Destroys and frees an object that was made in memory of `allocate_for<T>`.
template <class T>
void destroy_and_free(T* object) noexcept {
  object->~T();
  free_for<T>(object);
}

}  // namespace ferry::detail
