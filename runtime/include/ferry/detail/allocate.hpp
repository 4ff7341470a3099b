// Memory for one shared object, from the frame pool where its alignment allows.
#pragma once

#include <cstddef>
#include <new>

#include <ferry/detail/frame_pool.hpp>

namespace ferry::detail {

/// Memory for a `T`.
template <class T>
[[nodiscard]] void* allocate_for() {
  if constexpr (alignof(T) > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
    return ::operator new(sizeof(T), std::align_val_t(alignof(T)));
  else
    return allocate_frame(sizeof(T));
}

/// Takes back what `allocate_for<T>` gave.
template <class T>
void free_for(void* memory) noexcept {
  if constexpr (alignof(T) > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
    ::operator delete(memory, std::align_val_t(alignof(T)));
  else
    free_frame(memory, sizeof(T));
}

/// Destroys and frees an object that was made in memory of `allocate_for<T>`.
template <class T>
void destroy_and_free(T* object) noexcept {
  object->~T();
  free_for<T>(object);
}

}  // namespace ferry::detail
