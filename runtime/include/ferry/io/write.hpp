// Writing: once, all of it, flush, shutdown.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

#include <ferry/io/bytes.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/waiter.hpp>

namespace ferry::io {

/// Completes with how many bytes the writer took.
///
/// Cancelling: safe; nothing has been written unless it has completed.
template <AsyncWrite W>
class [[nodiscard]] Write {
 public:
  using Output = Result<std::size_t>;

  Write(W& writer, ConstBytes data) noexcept : writer_(&writer), data_(data.span()) {}
  Write(const Write&) = delete;
  Write& operator=(const Write&) = delete;

  Poll<Output> poll(Context& cx) { return turn_.poll_write(*writer_, cx, data_); }

 private:
  W* writer_;
  std::span<const std::byte> data_;
  [[no_unique_address]] detail::WriteTurn<W> turn_;
};

/// A writer that takes several pieces in one call. `poll_write_vectored` otherwise is what `poll_write` is.
/// Tokio: `AsyncWrite::is_write_vectored`.
template <class W>
concept VectoredWrite = AsyncWrite<W> && requires(std::remove_reference_t<W>& writer, Context& cx,
                                                  std::span<const std::span<const std::byte>> pieces) {
  { writer.poll_write_vectored(cx, pieces) } -> std::same_as<Poll<Result<std::size_t>>>;
};

/// Completes with how many bytes the writer took; they may end inside of any piece.
///
/// Cancelling: safe; nothing has been written unless it has completed.
template <AsyncWrite W>
class [[nodiscard]] WriteVectored {
 public:
  using Output = Result<std::size_t>;
  using Pieces = std::span<const std::span<const std::byte>>;

  WriteVectored(W& writer, Pieces pieces) noexcept : writer_(&writer), pieces_(pieces) {}
  WriteVectored(const WriteVectored&) = delete;
  WriteVectored& operator=(const WriteVectored&) = delete;

  Poll<Output> poll(Context& cx) {
    if constexpr (VectoredWrite<W>) {
      return turn_.poll_write_vectored(*writer_, cx, pieces_);
    } else {
      for (const std::span<const std::byte> piece : pieces_) {
        if (!piece.empty()) return turn_.poll_write(*writer_, cx, piece);
      }
      return turn_.poll_write(*writer_, cx, {});
    }
  }

 private:
  W* writer_;
  Pieces pieces_;
  [[no_unique_address]] detail::WriteTurn<W> turn_;
};

/// Completes once the writer has taken all the data; WriteZero when it takes none.
///
/// Cancelling: not safe; some of the data may have been written.
template <AsyncWrite W>
class [[nodiscard]] WriteAll {
 public:
  using Output = Result<void>;

  WriteAll(W& writer, ConstBytes data) noexcept : writer_(&writer), data_(data.span()) {}
  WriteAll(const WriteAll&) = delete;
  WriteAll& operator=(const WriteAll&) = delete;

  Poll<Output> poll(Context& cx) {
    while (!data_.empty()) {
      Poll<Result<std::size_t>> polled = turn_.poll_write(*writer_, cx, data_);
      if (polled.is_pending()) return pending;
      if (!*polled) return Output(polled->error());
      if (**polled == 0) return Output(ErrorKind::WriteZero);
      data_ = data_.subspan(**polled);
    }
    return Output();
  }

 private:
  W* writer_;
  std::span<const std::byte> data_;
  [[no_unique_address]] detail::WriteTurn<W> turn_;
};

/// Completes once what was written has reached its destination.
///
/// Cancelling: safe; may be begun again.
template <AsyncWrite W>
class [[nodiscard]] Flush {
 public:
  using Output = Result<void>;

  explicit Flush(W& writer) noexcept : writer_(&writer) {}
  Flush(const Flush&) = delete;
  Flush& operator=(const Flush&) = delete;

  Poll<Output> poll(Context& cx) { return writer_->poll_flush(cx); }

 private:
  W* writer_;
};

/// Completes once the output has been flushed and ended.
///
/// Cancelling: safe; may be begun again.
template <AsyncWrite W>
class [[nodiscard]] Shutdown {
 public:
  using Output = Result<void>;

  explicit Shutdown(W& writer) noexcept : writer_(&writer) {}
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  Poll<Output> poll(Context& cx) { return writer_->poll_shutdown(cx); }

 private:
  W* writer_;
};

/// Writes some of `data`. The writer and the data are borrowed.
///
/// Result: how many bytes were taken.
/// Cancelling: safe.
/// Tokio: `AsyncWriteExt::write`.
template <class W>
  requires AsyncWrite<W>
Write<std::remove_reference_t<W>> write(W&& writer, ConstBytes data) noexcept {
  return {writer, data};
}

/// Writes some of `pieces`, as if they were one: with one call where the writer can, else some of the first
/// piece that is not empty. The writer, the pieces and their data are borrowed.
///
/// Result: how many bytes were taken.
/// Cancelling: safe.
/// Tokio: `AsyncWriteExt::write_vectored`.
template <class W>
  requires AsyncWrite<W>
WriteVectored<std::remove_reference_t<W>> write_vectored(
    W&& writer, std::span<const std::span<const std::byte>> pieces) noexcept {
  return {writer, pieces};
}

/// Writes all of `data`.
///
/// Errors: WriteZero when the writer takes nothing.
/// Cancelling: not safe.
/// Tokio: `AsyncWriteExt::write_all`.
template <class W>
  requires AsyncWrite<W>
WriteAll<std::remove_reference_t<W>> write_all(W&& writer, ConstBytes data) noexcept {
  return {writer, data};
}

/// Waits until what was written has reached its destination.
///
/// Cancelling: safe.
/// Tokio: `AsyncWriteExt::flush`.
template <class W>
  requires AsyncWrite<W>
Flush<std::remove_reference_t<W>> flush(W&& writer) noexcept {
  return Flush<std::remove_reference_t<W>>(writer);
}

/// Flushes and ends the output: the reader on the other side sees the end.
///
/// Cancelling: safe.
/// Tokio: `AsyncWriteExt::shutdown`.
template <class W>
  requires AsyncWrite<W>
Shutdown<std::remove_reference_t<W>> shutdown(W&& writer) noexcept {
  return Shutdown<std::remove_reference_t<W>>(writer);
}

}  // namespace ferry::io
