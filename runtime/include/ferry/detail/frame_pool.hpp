// Memory for coroutine frames, task cells and buffers of streams: per-thread free lists by size class.
#pragma once

#include <cstddef>

namespace ferry::detail {

/// Gives `size` bytes, aligned for any standard type. Throws std::bad_alloc.
/// Cost: a few nanoseconds when this thread has freed a block of that class before; never a global lock then.
[[nodiscard]] void* allocate_frame(std::size_t size);

/// Takes back a block of `allocate_frame(size)`, on any thread.
void free_frame(void* block, std::size_t size) noexcept;

}  // namespace ferry::detail
