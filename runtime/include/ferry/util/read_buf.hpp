// Reading into and writing from a BytesMut.
#pragma once

#include <cstddef>
#include <type_traits>

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

/// Completes with how many bytes were appended; 0 at the end or when there was no room.
///
/// Cancelling: safe; nothing has been read unless it has completed.
template <io::AsyncRead R>
class [[nodiscard]] ReadIntoBytes {
 public:
  using Output = io::Result<std::size_t>;

  ReadIntoBytes(R& reader, BytesMut& buffer) noexcept
      : read_(reader, buffer.spare_capacity_mut()), buffer_(&buffer) {}

  Poll<Output> poll(Context& cx) {
    if (buffer_->capacity() == buffer_->size()) return Output(std::size_t{0});
    Poll<Output> polled = read_.poll(cx);
    if (polled.is_ready() && *polled) buffer_->advance_mut(**polled);
    return polled;
  }

 private:
  io::Read<R> read_;
  BytesMut* buffer_;
};

/// Reads what there is, at least one byte, into the room behind the bytes of `buffer`: `reserve` some first.
/// Both are borrowed.
///
/// Result: how many bytes; 0 at the end, or when there is no room.
/// Cancelling: safe.
/// Tokio: `tokio_util::io::read_buf`.
template <class R>
  requires io::AsyncRead<R>
ReadIntoBytes<std::remove_reference_t<R>> read_buf(R&& reader, BytesMut& buffer) noexcept {
  return {reader, buffer};
}

}  // namespace ferry::util
