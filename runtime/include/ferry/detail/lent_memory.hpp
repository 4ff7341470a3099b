// LentMemory: a buffer that is there only while something is in it.
#pragma once

#include <cstddef>
#include <utility>

#include <ferry/detail/frame_pool.hpp>

namespace ferry::detail {

/// A fixed number of bytes, which the thread lends when they are needed and gets back when they are not: so
/// that a stream that waits for its peer has none.
/// Cost: a few nanoseconds to take and to give back, while all that a thread lends has the same size.
class LentMemory {
 public:
  explicit LentMemory(std::size_t size) noexcept : size_(size) {}
  LentMemory(LentMemory&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}
  LentMemory& operator=(LentMemory other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~LentMemory() { give_back(); }

  std::size_t size() const noexcept { return size_; }
  /// Null unless it was taken.
  std::byte* data() const noexcept { return data_; }
  /// What is in the bytes is anything. Taken before: the same again. Throws std::bad_alloc.
  std::byte* take() {
    if (data_ == nullptr) data_ = static_cast<std::byte*>(allocate_frame(size_));
    return data_;
  }
  void give_back() noexcept {
    if (data_ != nullptr) free_frame(std::exchange(data_, nullptr), size_);
  }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_;
};

}  // namespace ferry::detail
