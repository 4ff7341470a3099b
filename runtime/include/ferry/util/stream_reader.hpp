// StreamReader: a stream of chunks as a reader.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/util/bytes_mut.hpp>

namespace ferry::util {

/// Reads the chunks of `S`, a stream of `Result<B, E>`: `B` is a range of bytes, and `E` becomes an
/// `io::Error`. Reads with a buffer, too: a chunk is the buffer. A chunk without bytes is passed over.
///
/// Thread safety: owned by one task at a time.
/// Cost: chunks are not copied but for what `poll_read` gives.
/// Tokio: `tokio_util::io::StreamReader`.
template <stream::Stream S>
  requires(io::ByteRange<typename stream::StreamItem<S>::value_type> &&
           std::convertible_to<typename stream::StreamItem<S>::error_type, io::Error>)
class StreamReader {
 public:
  explicit StreamReader(S stream) : stream_(std::forward<S>(stream)) {}

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) {
    if (buf.remaining() == 0) return io::Result<void>();
    Poll<io::Result<std::span<const std::byte>>> chunk = poll_fill_buf(cx);
    if (chunk.is_pending()) return pending;
    if (!*chunk) return io::Result<void>(chunk->error());
    const std::size_t size = std::min((*chunk)->size(), buf.remaining());
    buf.put_slice((*chunk)->first(size));
    consume(size);
    return io::Result<void>();
  }
  /// What is left of the chunk, or the next one; no bytes at the end.
  Poll<io::Result<std::span<const std::byte>>> poll_fill_buf(Context& cx) {
    using Filled = io::Result<std::span<const std::byte>>;
    while (rest().empty()) {
      auto next = stream_.poll_next(cx);
      if (next.is_pending()) return pending;
      if (!*next) return Filled(std::span<const std::byte>());
      if (!**next) return Filled(static_cast<io::Error>(std::move(**next).error()));
      chunk_.emplace(std::move(***next));
      consumed_ = 0;
    }
    return Filled(rest());
  }
  /// Takes off the first `size` bytes of what `poll_fill_buf` has given. Throws: std::logic_error when there
  /// are less.
  void consume(std::size_t size) {
    FERRY_REQUIRE(size <= rest().size(), "StreamReader::consume: more than poll_fill_buf has given");
    consumed_ += size;
  }

  /// The stream. Taking chunks from it leaves them out.
  const std::remove_reference_t<S>& get_ref() const noexcept { return stream_; }
  std::remove_reference_t<S>& get_mut() noexcept { return stream_; }
  /// The stream back; what is left of a chunk is lost. Tokio: `StreamReader::into_inner`.
  S into_inner() && { return std::forward<S>(stream_); }
  /// The stream back, and what is left of a chunk, if anything is. Tokio:
  /// `StreamReader::into_inner_with_chunk`.
  std::pair<S, std::optional<BytesMut>> into_inner_with_chunk() && {
    std::optional<BytesMut> left;
    if (!rest().empty()) left.emplace(rest());
    return {std::forward<S>(stream_), std::move(left)};
  }

 private:
  using Chunk = typename stream::StreamItem<S>::value_type;

  std::span<const std::byte> rest() const noexcept {
    if (!chunk_) return {};
    return io::ConstBytes(*chunk_).span().subspan(consumed_);
  }

  S stream_;
  std::optional<Chunk> chunk_;
  std::size_t consumed_ = 0;
};

}  // namespace ferry::util
