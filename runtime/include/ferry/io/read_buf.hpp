// ReadBuf: memory that a reader fills, and how far it has come.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>

#include <ferry/assert.hpp>

namespace ferry::io {

/// A byte buffer with two cursors: what is filled with data, and what has ever been initialised.
/// Always filled <= initialised <= capacity:
///
///     [ filled |           unfilled            ]
///     [     initialised    |   uninitialised   ]
///
/// It borrows its memory.
/// Tokio: `io::ReadBuf`.
class ReadBuf {
 public:
  /// Nothing is filled, everything is taken to be initialised.
  explicit ReadBuf(std::span<std::byte> memory) noexcept : memory_(memory), initialized_(memory.size()) {}

  /// Nothing is filled or initialised: `initialize_unfilled` will write zeros.
  /// Tokio: `ReadBuf::uninit`.
  static ReadBuf uninit(std::span<std::byte> memory) noexcept {
    ReadBuf buf(memory);
    buf.initialized_ = 0;
    return buf;
  }

  std::size_t capacity() const noexcept { return memory_.size(); }
  /// How much may still be filled.
  std::size_t remaining() const noexcept { return capacity() - filled_; }

  std::span<const std::byte> filled() const noexcept { return memory_.first(filled_); }
  std::span<std::byte> filled_mut() noexcept { return memory_.first(filled_); }
  std::span<const std::byte> initialized() const noexcept { return memory_.first(initialized_); }
  std::span<std::byte> initialized_mut() noexcept { return memory_.first(initialized_); }

  /// All of the memory. What is written to behind what is initialised needs `assume_init`. Tokio:
  /// `ReadBuf::inner_mut`.
  std::span<std::byte> inner_mut() noexcept { return memory_; }

  /// All that is not filled, whether it has been initialised or not. Who writes to it calls `assume_init`.
  std::span<std::byte> unfilled_mut() noexcept { return memory_.subspan(filled_); }

  /// All that is not filled, initialised.
  std::span<std::byte> initialize_unfilled() noexcept { return initialize_unfilled_to(remaining()); }
  /// The first `size` bytes that are not filled, initialised.
  /// Throws: std::logic_error when less than `size` remains.
  std::span<std::byte> initialize_unfilled_to(std::size_t size) {
    if (size > remaining()) fail("ReadBuf::initialize_unfilled_to: more than remaining()");
    const std::size_t end = filled_ + size;
    if (end > initialized_) {
      std::memset(memory_.data() + initialized_, 0, end - initialized_);
      initialized_ = end;
    }
    return memory_.subspan(filled_, size);
  }

  /// Says that the first `size` unfilled bytes have been written to.
  void assume_init(std::size_t size) noexcept {
    FERRY_ASSERT(size <= remaining(), "what a reader has written lies within its buffer");
    if (filled_ + size > initialized_) initialized_ = filled_ + size;
  }

  /// Counts `size` more bytes as filled. Throws std::logic_error when they are not initialised.
  void advance(std::size_t size) { set_filled(filled_ + size); }
  /// Makes the filled part `size` bytes long. Throws std::logic_error when they are not initialised.
  void set_filled(std::size_t size) {
    if (size > initialized_) fail("ReadBuf::set_filled: past what is initialised; call assume_init first");
    filled_ = size;
  }
  /// Counts nothing as filled; what has been initialised stays so.
  void clear() noexcept { filled_ = 0; }

  /// Appends `data`. Throws std::logic_error when less than that remains.
  void put_slice(std::span<const std::byte> data) {
    if (data.size() > remaining()) fail("ReadBuf::put_slice: more than remaining()");
    if (!data.empty()) std::memcpy(memory_.data() + filled_, data.data(), data.size());
    assume_init(data.size());
    filled_ += data.size();
  }

  /// A buffer over at most `size` of the unfilled bytes. What it was filled with is not counted here before
  /// `assume_init` and `advance`.
  ReadBuf take(std::size_t size) noexcept {
    return uninit(memory_.subspan(filled_, size < remaining() ? size : remaining()));
  }

 private:
  [[noreturn]] static void fail(const char* what);

  std::span<std::byte> memory_;
  std::size_t filled_ = 0;
  std::size_t initialized_;
};

}  // namespace ferry::io
