// Whether memory of frames and buffers is used again.
#pragma once

#include <ferry/detail/frame_pool.hpp>

namespace ferry::test {

/// Not so under AddressSanitizer, which is to see a frame that is used after it was freed.
inline bool reuses_frames() {
  void* const first = ferry::detail::allocate_frame(100);
  ferry::detail::free_frame(first, 100);
  void* const second = ferry::detail::allocate_frame(100);
  ferry::detail::free_frame(second, 100);
  return first == second;
}

}  // namespace ferry::test
