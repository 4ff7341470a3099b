// AsyncRead and AsyncWrite: what can be read from and written to without blocking.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <type_traits>

#include <ferry/future.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// `poll_read` appends to the buffer. Pending: nothing was added, the buffer is not touched any more, and the
/// context's waker will be called.
/// Ready with nothing added: the end, or a buffer without room. Tokio: `io::AsyncRead`.
template <class R>
concept AsyncRead = requires(std::remove_reference_t<R>& reader, Context& cx, ReadBuf& buf) {
  { reader.poll_read(cx, buf) } -> std::same_as<Poll<Result<void>>>;
};

/// `poll_write` takes some of the data and says how much; `poll_flush` completes once all of it has reached
/// its destination; `poll_shutdown` flushes and ends the output. Tokio: `io::AsyncWrite`.
template <class W>
concept AsyncWrite =
    requires(std::remove_reference_t<W>& writer, Context& cx, std::span<const std::byte> data) {
      { writer.poll_write(cx, data) } -> std::same_as<Poll<Result<std::size_t>>>;
      { writer.poll_flush(cx) } -> std::same_as<Poll<Result<void>>>;
      { writer.poll_shutdown(cx) } -> std::same_as<Poll<Result<void>>>;
    };

namespace detail {
/// How many bytes a poll has put into `buf`, which was empty before.
inline Poll<Result<std::size_t>> size_read(const Poll<Result<void>>& polled, const ReadBuf& buf) {
  if (polled.is_pending()) return pending;
  if (!*polled) return Result<std::size_t>(polled->error());
  return Result<std::size_t>(buf.filled().size());
}
}  // namespace detail

/// Polls `reader` once and gives the number of bytes that it put into `memory`: 0 at the end.
template <AsyncRead R>
Poll<Result<std::size_t>> poll_read_bytes(R& reader, Context& cx, std::span<std::byte> memory) {
  ReadBuf buf(memory);
  const Poll<Result<void>> polled = reader.poll_read(cx, buf);
  return detail::size_read(polled, buf);
}

/// Fills `buf` by means of a callable `Poll<io::Result<std::size_t>>(std::span<std::byte>)` that says how
/// many bytes it has written: the body of a `poll_read` over a function that counts.
template <class F>
  requires std::same_as<std::invoke_result_t<F&, std::span<std::byte>>, Poll<Result<std::size_t>>>
Poll<Result<void>> read_with(ReadBuf& buf, F&& fill) {
  Poll<Result<std::size_t>> polled = std::invoke(fill, buf.initialize_unfilled());
  if (polled.is_pending()) return pending;
  if (!*polled) return Result<void>(polled->error());
  buf.advance(**polled);
  return Result<void>();
}

}  // namespace ferry::io
