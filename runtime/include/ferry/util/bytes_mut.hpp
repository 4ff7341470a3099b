// BytesMut: bytes in one piece that are appended at the end and taken from the front.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/io/bytes.hpp>

namespace ferry::util {

/// Bytes in one piece: appended at the end, taken from the front. A range of `std::byte`, so that every
/// function that reads into or writes from bytes takes one.
///
/// `split_to` copies nothing: the part and the rest keep the same memory alive, each with bytes of its own.
/// Copying a `BytesMut` does copy its bytes.
///
/// Thread safety: each object is owned by one thread at a time; parts of the same memory may be on different
/// ones.
/// Cost: taking from the front moves no bytes. `reserve` moves what is left to the front of the memory, where
/// there is room for that and no part of it is in use, and otherwise allocates: amortised, every byte is
/// moved a constant number of times.
/// Tokio: `bytes::BytesMut`.
class BytesMut {
 public:
  BytesMut() noexcept = default;
  /// A copy of `data`.
  explicit BytesMut(io::ConstBytes data) { put_slice(data); }
  /// Empty, with room for `capacity` bytes. Tokio: `BytesMut::with_capacity`.
  static BytesMut with_capacity(std::size_t capacity);

  BytesMut(const BytesMut& other) : BytesMut(io::ConstBytes(other)) {}
  BytesMut(BytesMut&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  BytesMut& operator=(BytesMut other) noexcept {
    std::swap(block_, other.block_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~BytesMut() {
    if (block_ != nullptr) release(block_);
  }

  std::byte* data() noexcept { return data_; }
  const std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  std::byte* begin() noexcept { return data_; }
  std::byte* end() noexcept { return data_ + size_; }
  const std::byte* begin() const noexcept { return data_; }
  const std::byte* end() const noexcept { return data_ + size_; }

  /// How many bytes it can have before it needs other memory.
  std::size_t capacity() const noexcept { return capacity_; }

  /// Makes room for `additional` more bytes. Throws: std::length_error beyond what an object can be.
  void reserve(std::size_t additional) {
    if (additional > capacity_ - size_) make_room(additional);
  }
  /// The room behind the last byte, to be written to and then counted with `advance_mut`.
  std::span<std::byte> spare_capacity_mut() noexcept { return {data_ + size_, capacity_ - size_}; }
  /// Counts the first `size` bytes of the room behind the last one as its own. Throws: std::logic_error when
  /// there is less room. Tokio: `BufMut::advance_mut`.
  void advance_mut(std::size_t size) {
    FERRY_REQUIRE(size <= capacity_ - size_, "BytesMut::advance_mut: more than there is room for");
    size_ += size;
  }
  /// Appends a copy of `data`, which must not refer to these bytes.
  void put_slice(io::ConstBytes data);

  /// What is left to be taken off, as `bytes::Buf` has it.
  std::size_t remaining() const noexcept { return size_; }
  std::span<const std::byte> chunk() const noexcept { return {data_, size_}; }
  /// Takes the first `size` bytes off. Throws: std::logic_error when there are less. Tokio: `Buf::advance`.
  void advance(std::size_t size) {
    FERRY_REQUIRE(size <= size_, "BytesMut::advance: more bytes than there are");
    data_ += size;
    size_ -= size;
    capacity_ -= size;
  }
  /// Takes the first `size` bytes off and gives them. Copies nothing. Throws: std::logic_error when there are
  /// less. Tokio: `BytesMut::split_to`.
  [[nodiscard]] BytesMut split_to(std::size_t size);
  /// Takes all bytes off and gives them; the room behind them stays. Tokio: `BytesMut::split`.
  [[nodiscard]] BytesMut split() { return split_to(size_); }
  /// Keeps the first `size` bytes only, if there are more. Tokio: `BytesMut::truncate`.
  void truncate(std::size_t size) noexcept { size_ = std::min(size_, size); }
  /// Keeps no byte. Tokio: `BytesMut::clear`.
  void clear() noexcept { size_ = 0; }

  /// Whether both have the same bytes.
  friend bool operator==(const BytesMut& a, const BytesMut& b) noexcept { return std::ranges::equal(a, b); }

 private:
  struct Block;  // memory that several objects share
  BytesMut(Block* block, std::byte* data, std::size_t size, std::size_t capacity) noexcept
      : block_(block), data_(data), size_(size), capacity_(capacity) {}
  static void release(Block* block) noexcept;
  void make_room(std::size_t additional);

  Block* block_ = nullptr;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // from data_ on; nobody else uses this part of the block
};

}  // namespace ferry::util
