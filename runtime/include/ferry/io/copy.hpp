// Copying: from a reader to a writer, and between two streams in both directions at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/lent_memory.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/traits.hpp>

namespace ferry::io {
namespace detail {

/// One direction's buffer: reads on while the writer is pending, and flushes the writer while the reader is.
class CopyBuffer {
 public:
  explicit CopyBuffer(std::size_t size) : memory_(size) {
    FERRY_REQUIRE(size > 0, "a copy needs a buffer of one byte at least");
  }

  /// Ready with the number of bytes copied once the reader has ended and the writer is flushed.
  template <class R, class W>
  Poll<Result<std::uint64_t>> poll(Context& cx, R& reader, W& writer) {
    for (;;) {
      if (!is_at_end_ && end_ < memory_.size()) {
        Poll<Result<void>> filled = poll_fill(cx, reader);
        if (filled.is_ready() && !*filled) return Result<std::uint64_t>(filled->error());
        if (filled.is_pending() && begin_ == end_) {
          memory_.give_back();
          return poll_idle(cx, writer);
        }
      }
      while (begin_ < end_) {
        Poll<Result<std::size_t>> written =
            writer.poll_write(cx, std::span(memory_.data() + begin_, end_ - begin_));
        if (written.is_pending()) return poll_top_up(cx, reader);
        if (!*written) return Result<std::uint64_t>(written->error());
        if (**written == 0) return Result<std::uint64_t>(ErrorKind::WriteZero);
        begin_ += **written;
        copied_ += **written;
        needs_flush_ = true;
      }
      begin_ = end_ = 0;
      if (is_at_end_) {
        Poll<Result<void>> flushed = writer.poll_flush(cx);
        if (flushed.is_pending()) return pending;
        if (!*flushed) return Result<std::uint64_t>(flushed->error());
        return Result<std::uint64_t>(copied_);
      }
    }
  }

 private:
  template <class R>
  Poll<Result<void>> poll_fill(Context& cx, R& reader) {
    Poll<Result<std::size_t>> polled =
        io::poll_read_bytes(reader, cx, std::span(memory_.take() + end_, memory_.size() - end_));
    if (polled.is_pending()) return pending;
    if (!*polled) return Result<void>(polled->error());
    is_at_end_ = **polled == 0;
    end_ += **polled;
    return Result<void>();
  }

  // Nothing to read or write: what a buffering writer holds must go out, or a peer that waits for it never
  // answers.
  template <class W>
  Poll<Result<std::uint64_t>> poll_idle(Context& cx, W& writer) {
    if (!needs_flush_) return pending;
    Poll<Result<void>> flushed = writer.poll_flush(cx);
    if (flushed.is_pending()) return pending;
    if (!*flushed) return Result<std::uint64_t>(flushed->error());
    needs_flush_ = false;
    return pending;
  }

  // The writer is pending: what can be read meanwhile makes its next write larger.
  template <class R>
  Poll<Result<std::uint64_t>> poll_top_up(Context& cx, R& reader) {
    if (is_at_end_ || end_ == memory_.size()) return pending;
    Poll<Result<void>> filled = poll_fill(cx, reader);
    if (filled.is_ready() && !*filled) return Result<std::uint64_t>(filled->error());
    return pending;
  }

  ferry::detail::LentMemory memory_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t copied_ = 0;
  bool is_at_end_ = false;
  bool needs_flush_ = false;
};

/// One direction of `copy_bidirectional`: copy, then shut the writer down.
class Transfer {
 public:
  explicit Transfer(std::size_t buffer_size) : buffer_(buffer_size) {}

  template <class R, class W>
  Poll<Result<void>> poll(Context& cx, R& reader, W& writer) {
    if (step_ == Step::Copy) {
      Poll<Result<std::uint64_t>> copied = buffer_.poll(cx, reader, writer);
      if (copied.is_pending()) return pending;
      if (!*copied) return Result<void>(copied->error());
      count_ = **copied;
      step_ = Step::Shutdown;
    }
    if (step_ == Step::Shutdown) {
      Poll<Result<void>> shut_down = writer.poll_shutdown(cx);
      if (shut_down.is_pending() || !*shut_down) return shut_down;
      step_ = Step::Done;
    }
    return Result<void>();
  }
  std::uint64_t count() const noexcept { return count_; }

 private:
  enum class Step : unsigned char { Copy, Shutdown, Done };
  CopyBuffer buffer_;
  std::uint64_t count_ = 0;
  Step step_ = Step::Copy;
};

}  // namespace detail

/// Completes with the number of bytes copied, once the reader has ended and the writer is flushed.
///
/// Cancelling: not safe; up to 8 KiB that were read but not yet written are lost.
template <AsyncRead R, AsyncWrite W>
class [[nodiscard]] Copy {
 public:
  using Output = Result<std::uint64_t>;

  Copy(R& reader, W& writer) : reader_(&reader), writer_(&writer), buffer_(kDefaultBufferSize) {}
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  Poll<Output> poll(Context& cx) { return buffer_.poll(cx, *reader_, *writer_); }

 private:
  R* reader_;
  W* writer_;
  detail::CopyBuffer buffer_;
};

/// Completes with the number of bytes copied, once the reader has ended and the writer is flushed.
///
/// Cancelling: nothing is lost; what was not written is still in the reader.
template <AsyncBufRead R, AsyncWrite W>
class [[nodiscard]] CopyBuf {
 public:
  using Output = Result<std::uint64_t>;

  CopyBuf(R& reader, W& writer) noexcept : reader_(&reader), writer_(&writer) {}
  CopyBuf(const CopyBuf&) = delete;
  CopyBuf& operator=(const CopyBuf&) = delete;

  Poll<Output> poll(Context& cx) {
    for (;;) {
      const Poll<Result<std::span<const std::byte>>> filled = reader_->poll_fill_buf(cx);
      if (filled.is_pending()) return pending;
      if (!*filled) return Output(filled->error());
      if ((*filled)->empty()) {
        const Poll<Result<void>> flushed = writer_->poll_flush(cx);
        if (flushed.is_pending()) return pending;
        return *flushed ? Output(copied_) : Output(flushed->error());
      }
      const Poll<Result<std::size_t>> written = writer_->poll_write(cx, **filled);
      if (written.is_pending()) return pending;
      if (!*written) return Output(written->error());
      if (**written == 0) return Output(ErrorKind::WriteZero);
      reader_->consume(**written);
      copied_ += **written;
    }
  }

 private:
  R* reader_;
  W* writer_;
  std::uint64_t copied_ = 0;
};

/// Completes with the bytes copied from the first to the second and back, once both directions have ended and
/// both sides are shut down.
///
/// Cancelling: not safe; a buffer a direction that was read but not yet written is lost.
template <class A, class B>
  requires(AsyncRead<A> && AsyncWrite<A> && AsyncRead<B> && AsyncWrite<B>)
class [[nodiscard]] CopyBidirectional {
 public:
  using Output = Result<std::pair<std::uint64_t, std::uint64_t>>;

  CopyBidirectional(A& a, B& b, std::size_t a_to_b_size, std::size_t b_to_a_size)
      : a_(&a), b_(&b), a_to_b_(a_to_b_size), b_to_a_(b_to_a_size) {}
  CopyBidirectional(const CopyBidirectional&) = delete;
  CopyBidirectional& operator=(const CopyBidirectional&) = delete;

  Poll<Output> poll(Context& cx) {
    Poll<Result<void>> there = a_to_b_.poll(cx, *a_, *b_);
    if (there.is_ready() && !*there) return Output(there->error());
    Poll<Result<void>> back = b_to_a_.poll(cx, *b_, *a_);
    if (back.is_ready() && !*back) return Output(back->error());
    if (there.is_pending() || back.is_pending()) return pending;
    return Output(std::pair(a_to_b_.count(), b_to_a_.count()));
  }

 private:
  A* a_;
  B* b_;
  detail::Transfer a_to_b_;
  detail::Transfer b_to_a_;
};

/// Copies all that `reader` gives to `writer`, and flushes it at the end and whenever the reader makes it
/// wait. Both are borrowed.
///
/// Errors: the reader's or the writer's; WriteZero when the writer takes nothing.
/// Cancelling: not safe.
/// Cost: a buffer of 8 KiB while there is something to write; none while it waits for the reader.
/// Tokio: `io::copy`.
template <class R, class W>
  requires(AsyncRead<R> && AsyncWrite<W>)
Copy<std::remove_reference_t<R>, std::remove_reference_t<W>> copy(R&& reader, W&& writer) {
  return {reader, writer};
}

/// Copies all that `reader` gives to `writer` out of the reader's own buffer, and flushes at the end. Both
/// are borrowed.
///
/// Errors: the reader's or the writer's; WriteZero when the writer takes nothing.
/// Cancelling: what was not written is still in the reader.
/// Tokio: `io::copy_buf`.
template <class R, class W>
  requires(AsyncBufRead<R> && AsyncWrite<W>)
CopyBuf<std::remove_reference_t<R>, std::remove_reference_t<W>> copy_buf(R&& reader, W&& writer) noexcept {
  return {reader, writer};
}

/// Copies from `a` to `b` and from `b` to `a` at once. When one of them ends, the other is shut down, and the
/// opposite direction goes on. Both are borrowed.
///
/// Result: the bytes copied from `a` to `b`, and from `b` to `a`.
/// Errors: the first one of either side; the other direction is given up then.
/// Cancelling: not safe.
/// Cost: for each direction a buffer of 8 KiB while there is something to write; none while it waits to read.
/// Tokio: `io::copy_bidirectional`.
template <class A, class B>
  requires(AsyncRead<A> && AsyncWrite<A> && AsyncRead<B> && AsyncWrite<B>)
CopyBidirectional<std::remove_reference_t<A>, std::remove_reference_t<B>> copy_bidirectional(A&& a, B&& b) {
  return {a, b, kDefaultBufferSize, kDefaultBufferSize};
}

/// The same with buffers of `a_to_b_size` and `b_to_a_size` bytes, neither of which may be 0. Throws
/// std::logic_error for one that is.
///
/// Cancelling: not safe.
/// Tokio: `io::copy_bidirectional_with_sizes`.
template <class A, class B>
  requires(AsyncRead<A> && AsyncWrite<A> && AsyncRead<B> && AsyncWrite<B>)
CopyBidirectional<std::remove_reference_t<A>, std::remove_reference_t<B>> copy_bidirectional_with_sizes(
    A&& a, B&& b, std::size_t a_to_b_size, std::size_t b_to_a_size) {
  return {a, b, a_to_b_size, b_to_a_size};
}

}  // namespace ferry::io
