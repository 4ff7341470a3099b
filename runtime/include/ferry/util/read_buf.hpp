// Reading into what has room, and writing from what has data, by polling.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>

#include <ferry/future.hpp>
#include <ferry/io/buf.hpp>
#include <ferry/io/buf_mut.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/result.hpp>

namespace ferry::util {

/// Reads once into the room behind what `buffer` has, and counts what came: 0 at the end, or when there is no
/// room. A BytesMut or a ReadBuf has the room it has; a vector or string grows when it has none.
///
/// Tokio: `tokio_util::io::poll_read_buf`.
template <io::AsyncRead R, io::BufMut B>
Poll<io::Result<std::size_t>> poll_read_buf(R& reader, Context& cx, B& buffer) {
  using Read = io::Result<std::size_t>;
  if constexpr (std::same_as<B, io::ReadBuf>) {
    if (buffer.remaining() == 0) return Read(std::size_t{0});
    const std::size_t before = buffer.filled().size();
    const Poll<io::Result<void>> polled = reader.poll_read(cx, buffer);
    if (polled.is_pending()) return pending;
    return *polled ? Read(buffer.filled().size() - before) : Read(polled->error());
  } else if constexpr (io::detail::is_growing<B>) {
    const std::size_t before = buffer.size();
    Poll<Read> polled = io::poll_read_bytes(reader, cx, io::detail::make_room(buffer));
    buffer.resize(before + (polled.is_ready() && *polled ? **polled : 0));
    return polled;
  } else {
    const std::span<std::byte> room = buffer.spare_capacity_mut();
    if (room.empty()) return Read(std::size_t{0});
    io::ReadBuf unread = io::ReadBuf::uninit(room);
    const Poll<io::Result<void>> filled = reader.poll_read(cx, unread);
    Poll<Read> polled = io::detail::size_read(filled, unread);
    if (polled.is_ready() && *polled) buffer.advance_mut(**polled);
    return polled;
  }
}

/// Writes some of what `buffer` has, and takes that away from its front: 0 when it has nothing, or the writer
/// took nothing. Up to 64 pieces go in one call to a writer that can do that.
///
/// Tokio: `tokio_util::io::poll_write_buf`.
template <io::AsyncWrite W, io::Buf B>
Poll<io::Result<std::size_t>> poll_write_buf(W& writer, Context& cx, B& buffer) {
  std::array<std::span<const std::byte>, 64> pieces;
  const std::size_t most = io::is_write_vectored(writer) ? pieces.size() : 1;
  const std::size_t count = io::chunks_vectored(buffer, std::span(pieces).first(most));
  if (count == 0) return io::Result<std::size_t>(std::size_t{0});
  Poll<io::Result<std::size_t>> polled =
      io::poll_write_vectored(writer, cx, std::span<const std::span<const std::byte>>(pieces).first(count));
  if (polled.is_ready() && *polled) io::detail::advance(buffer, **polled);
  return polled;
}

}  // namespace ferry::util
