// Waiters: what lets several tasks read from, or write to, one object at once.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

#include <ferry/future.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// A reader that several tasks may await at once. Each future that reads carries a `ReadWaiter` of its own,
/// with which it calls `poll_read`: when that is pending, the waiter keeps the waker, and destroying the
/// waiter gives the wait up. Without one, only the waker of the latest poll counts.
template <class R>
concept SharedRead =
    AsyncRead<R> && std::default_initializable<typename std::remove_cvref_t<R>::ReadWaiter> &&
    requires(std::remove_reference_t<R>& reader, Context& cx, ReadBuf& buf,
             typename std::remove_cvref_t<R>::ReadWaiter& waiter) {
      { reader.poll_read(cx, buf, waiter) } -> std::same_as<Poll<Result<void>>>;
    };

/// A writer that several tasks may await at once, by means of a `WriteWaiter` in each future: see
/// `SharedRead`. If it takes several pieces at once, then so, too.
template <class W>
concept SharedWrite =
    AsyncWrite<W> && std::default_initializable<typename std::remove_cvref_t<W>::WriteWaiter> &&
    requires(std::remove_reference_t<W>& writer, Context& cx, std::span<const std::byte> data,
             typename std::remove_cvref_t<W>::WriteWaiter& waiter) {
      { writer.poll_write(cx, data, waiter) } -> std::same_as<Poll<Result<std::size_t>>>;
    };

namespace detail {

/// What a future that reads from an `R` carries as `[[no_unique_address]]`: its waiter, or nothing.
template <AsyncRead R>
class ReadTurn {
 public:
  Poll<Result<void>> poll_read(R& reader, Context& cx, ReadBuf& buf) { return reader.poll_read(cx, buf); }
};
template <SharedRead R>
class ReadTurn<R> {
 public:
  Poll<Result<void>> poll_read(R& reader, Context& cx, ReadBuf& buf) {
    return reader.poll_read(cx, buf, waiter_);
  }

 private:
  typename std::remove_cv_t<R>::ReadWaiter waiter_;
};

/// What a future that writes to a `W` carries as `[[no_unique_address]]`: its waiter, or nothing.
template <AsyncWrite W>
class WriteTurn {
 public:
  Poll<Result<std::size_t>> poll_write(W& writer, Context& cx, std::span<const std::byte> data) {
    return writer.poll_write(cx, data);
  }
  Poll<Result<std::size_t>> poll_write_vectored(W& writer, Context& cx,
                                                std::span<const std::span<const std::byte>> pieces) {
    return writer.poll_write_vectored(cx, pieces);
  }
};
template <SharedWrite W>
class WriteTurn<W> {
 public:
  Poll<Result<std::size_t>> poll_write(W& writer, Context& cx, std::span<const std::byte> data) {
    return writer.poll_write(cx, data, waiter_);
  }
  Poll<Result<std::size_t>> poll_write_vectored(W& writer, Context& cx,
                                                std::span<const std::span<const std::byte>> pieces) {
    return writer.poll_write_vectored(cx, pieces, waiter_);
  }

 private:
  typename std::remove_cv_t<W>::WriteWaiter waiter_;
};

/// `poll_read_bytes` for a future that carries a turn.
template <AsyncRead R>
Poll<Result<std::size_t>> poll_read_bytes(R& reader, Context& cx, std::span<std::byte> memory,
                                          ReadTurn<R>& turn) {
  ReadBuf buf(memory);
  const Poll<Result<void>> polled = turn.poll_read(reader, cx, buf);
  return size_read(polled, buf);
}

}  // namespace detail
}  // namespace ferry::io
