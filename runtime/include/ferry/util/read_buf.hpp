// Reading into and writing from a BytesMut.
#pragma once

#include <cstddef>

#include <ferry/io/read.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/util/bytes_mut.hpp>

namespace ferry::util {

/// Reads once into the room behind the bytes of `buffer`, and counts what came: 0 at the end, or when there
/// is no room.
///
/// Tokio: `tokio_util::io::poll_read_buf`.
template <io::AsyncRead R>
Poll<io::Result<std::size_t>> poll_read_buf(R& reader, Context& cx, BytesMut& buffer) {
  if (buffer.capacity() == buffer.size()) return io::Result<std::size_t>(0);
  Poll<io::Result<std::size_t>> polled = io::poll_read_bytes(reader, cx, buffer.spare_capacity_mut());
  if (polled.is_ready() && *polled) buffer.advance_mut(**polled);
  return polled;
}

/// Writes some of the bytes of `buffer`, and takes what was written off: 0 when there are none, or the writer
/// took none.
///
/// Tokio: `tokio_util::io::poll_write_buf`.
template <io::AsyncWrite W>
Poll<io::Result<std::size_t>> poll_write_buf(W& writer, Context& cx, BytesMut& buffer) {
  if (buffer.empty()) return io::Result<std::size_t>(0);
  Poll<io::Result<std::size_t>> polled = writer.poll_write(cx, buffer);
  if (polled.is_ready() && *polled) buffer.advance(**polled);
  return polled;
}

}  // namespace ferry::util
