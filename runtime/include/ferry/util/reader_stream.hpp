// ReaderStream: what a reader gives as a stream of chunks.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <ferry/io/traits.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/util/read_buf.hpp>

namespace ferry::util {

/// The bytes that `R` gives, which may be a reference, in chunks as they come. After an error, and at the
/// end, the reader is destroyed and the stream has ended.
///
/// Cancelling: a wait for the next chunk that is cancelled loses nothing.
/// Thread safety: owned by one task at a time.
/// Cost: one allocation for several chunks; each keeps the memory of all of them alive.
/// Tokio: `tokio_util::io::ReaderStream`.
template <io::AsyncRead R>
class ReaderStream {
 public:
  using Item = io::Result<BytesMut>;

  /// Chunks of up to 4 KiB.
  explicit ReaderStream(R reader) : ReaderStream(std::forward<R>(reader), kDefaultCapacity) {}
  /// Chunks of up to `capacity` bytes; at least one. Tokio: `ReaderStream::with_capacity`.
  static ReaderStream with_capacity(R reader, std::size_t capacity) {
    return ReaderStream(std::forward<R>(reader), capacity);
  }

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (!reader_) return std::optional<Item>();
    if (buffer_.capacity() == 0) buffer_ = BytesMut::with_capacity(capacity_);
    Poll<io::Result<std::size_t>> read = poll_read_buf(reader_->value, cx, buffer_);
    if (read.is_pending()) return pending;
    if (*read && **read != 0) return std::optional<Item>(buffer_.split());
    reader_.reset();
    if (!*read) return std::optional<Item>(read->error());
    return std::optional<Item>();
  }
  /// Waits for the next chunk.
  ///
  /// Cancelling: safe.
  [[nodiscard]] auto next() noexcept { return stream::next(*this); }

 private:
  static constexpr std::size_t kDefaultCapacity = 4096;
  struct Reader {
    explicit Reader(R reader) : value(std::forward<R>(reader)) {}
    R value;  // may be a reference
  };

  ReaderStream(R reader, std::size_t capacity)
      : reader_(std::in_place, std::forward<R>(reader)), capacity_(capacity != 0 ? capacity : 1) {}

  std::optional<Reader> reader_;
  std::size_t capacity_;
  BytesMut buffer_;
};

}  // namespace ferry::util
