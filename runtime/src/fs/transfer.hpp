// Transfer: what is in flight on a file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/seek.hpp>

#include "fs/job.hpp"
#include "fs/position.hpp"
#include "support/owned_fd.hpp"

namespace ferry::fs::detail {

using ferry::detail::OwnedFd;

/// An open descriptor, shared by a file and what is done to it.
class Descriptor : public boost::intrusive_ref_counter<Descriptor, boost::thread_safe_counter> {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  int get() const noexcept { return fd_.get(); }
  int release() noexcept { return fd_.release(); }

 private:
  OwnedFd fd_;
};
using DescriptorPtr = boost::intrusive_ptr<Descriptor>;

/// Bytes that were read ahead, or are to be written.
class Buffer {
 public:
  /// Drops what it holds, and gives memory for `size` bytes.
  std::span<std::byte> reserve(std::size_t size) {
    begin_ = end_ = 0;
    if (capacity_ < size) {
      memory_ = std::make_unique_for_overwrite<std::byte[]>(size);
      capacity_ = size;
    }
    return {memory_.get(), size};
  }
  /// The first `size` bytes of what `reserve` gave now hold data.
  void fill(std::size_t size) noexcept { end_ = size; }

  std::span<const std::byte> data() const noexcept { return {memory_.get() + begin_, end_ - begin_}; }
  bool is_empty() const noexcept { return begin_ == end_; }
  void consume(std::size_t size) noexcept { begin_ += size; }
  /// Drops what it holds. How much that was.
  std::size_t discard() noexcept { return std::exchange(end_, 0) - std::exchange(begin_, 0); }

  void move_to(io::ReadBuf& buf) {
    const std::span<const std::byte> part = data().first(std::min(data().size(), buf.remaining()));
    buf.put_slice(part);
    consume(part.size());
  }

 private:
  std::unique_ptr<std::byte[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// One read, write, seek or change of length, with the buffer that it needs.
class Transfer final : public Job {
 public:
  enum class Kind : std::uint8_t { Read, Write, Seek, SetLen };

  /// Reads up to `size` bytes.
  static std::shared_ptr<Transfer> read(DescriptorPtr descriptor, Buffer buffer, std::size_t size);
  /// Moves the position back by `back` bytes, which were read ahead, and writes what `buffer` holds.
  static std::shared_ptr<Transfer> write(DescriptorPtr descriptor, Buffer buffer, std::size_t back);
  static std::shared_ptr<Transfer> seek(DescriptorPtr descriptor, Buffer buffer, io::SeekFrom position);
  static std::shared_ptr<Transfer> set_len(DescriptorPtr descriptor, Buffer buffer, std::size_t back,
                                           std::uint64_t size);

  Transfer(Kind kind, DescriptorPtr descriptor, Buffer buffer);

  Kind kind() const noexcept { return kind_; }
  // Once it has finished:
  /// A seek's is the position. Throws what reading into memory that is not there throws.
  io::Result<std::uint64_t> outcome() const;
  /// The buffer, unless it is still in use as the runtime has ended.
  Buffer take_buffer();

 private:
  const SystemCall* step(std::int64_t result) override;
  const SystemCall* first();
  const SystemCall* transfer(SystemCall call) noexcept;
  const SystemCall* end(io::Result<std::uint64_t> outcome) noexcept;
  io::Result<std::uint64_t> move(io::SeekFrom position) const noexcept;
  io::Result<std::uint64_t> move_back() const noexcept;

  const Kind kind_;
  DescriptorPtr descriptor_;  // not any more once it has finished
  Buffer buffer_;
  std::size_t back_ = 0;
  std::uint64_t size_ = 0;
  io::SeekFrom position_ = io::SeekFrom::current(0);
  std::optional<SystemCall> call_;
  std::optional<Position> before_;
  bool is_begun_ = false;
  io::Result<std::uint64_t> outcome_{0};
};

}  // namespace ferry::fs::detail
