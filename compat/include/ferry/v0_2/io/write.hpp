// Writing: once, all of it, numbers, flush, shutdown.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/compat/bytes.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/numbers.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {
namespace detail {

/// See io::write.
template <class W>
class [[nodiscard]] Write {
 public:
  using Output = ferry::io::Result<std::size_t>;

  Write(W& writer, ferry::io::ConstBytes data) noexcept : writer_(&writer), data_(data.span()) {}

  Poll<Output> poll(Context& cx) { return turn_.poll(*writer_, cx, data_); }

 private:
  W* writer_;
  std::span<const std::byte> data_;
  [[no_unique_address]] WriteTurn<W> turn_;
};

/// See io::write_buf.
template <class W, class B>
class [[nodiscard]] WriteBuf {
 public:
  using Output = ferry::io::Result<std::size_t>;

  WriteBuf(W& writer, B& buf) noexcept : writer_(&writer), buf_(&buf) {}

  Poll<Output> poll(Context& cx) {
    return compat::detail::with_buf(*buf_, [&](auto& view) { return turn_.poll_buf(*writer_, cx, view); });
  }

 private:
  W* writer_;
  B* buf_;
  [[no_unique_address]] WriteTurn<W> turn_;
};

/// How far data that takes several writes was written.
template <class W>
class Emptying {
 public:
  explicit Emptying(W& writer) noexcept : writer_(&writer) {}

  Poll<ferry::io::Result<void>> poll(Context& cx, std::span<const std::byte> data) {
    while (size_written_ < data.size()) {
      const Poll<ferry::io::Result<std::size_t>> polled =
          turn_.poll(*writer_, cx, data.subspan(size_written_));
      if (polled.is_pending()) return pending;
      if (!*polled) return ferry::io::Result<void>(polled->error());
      if (**polled == 0) return ferry::io::Result<void>(ferry::io::ErrorKind::WriteZero);
      size_written_ += **polled;
    }
    return ferry::io::Result<void>();
  }

 private:
  W* writer_;
  std::size_t size_written_ = 0;
  [[no_unique_address]] WriteTurn<W> turn_;
};

/// See io::write_all.
template <class W>
class [[nodiscard]] WriteAll {
 public:
  using Output = ferry::io::Result<void>;

  WriteAll(W& writer, ferry::io::ConstBytes data) noexcept : emptying_(writer), data_(data.span()) {}

  Poll<Output> poll(Context& cx) { return emptying_.poll(cx, data_); }

 private:
  Emptying<W> emptying_;
  std::span<const std::byte> data_;
};

/// See io::write_u8.
template <class W, class T, std::endian order>
class [[nodiscard]] WriteNumber {
 public:
  using Output = ferry::io::Result<void>;

  WriteNumber(W& writer, T number) noexcept
      : bytes_(ferry::io::detail::in_order<order>(std::bit_cast<std::array<std::byte, sizeof(T)>>(number))),
        emptying_(writer) {}

  Poll<Output> poll(Context& cx) { return emptying_.poll(cx, bytes_); }

 private:
  std::array<std::byte, sizeof(T)> bytes_;
  Emptying<W> emptying_;
};

/// See io::flush.
template <class W>
class [[nodiscard]] Flush {
 public:
  using Output = ferry::io::Result<void>;

  explicit Flush(W& writer) noexcept : writer_(&writer) {}

  Poll<Output> poll(Context& cx) { return writer_->poll_flush(cx); }

 private:
  W* writer_;
};

/// See io::shutdown.
template <class W>
class [[nodiscard]] Shutdown {
 public:
  using Output = ferry::io::Result<void>;

  explicit Shutdown(W& writer) noexcept : writer_(&writer) {}

  Poll<Output> poll(Context& cx) { return writer_->poll_shutdown(cx); }

 private:
  W* writer_;
};

}  // namespace detail

// What these functions give may be moved at any time, as in 0.2; what those of ferry::io give may not.

/// Writes some of `data`. The writer and the data are borrowed.
///
/// Result: how many bytes were taken.
/// Cancelling: safe.
/// Tokio: `AsyncWriteExt::write`.
template <class W>
  requires detail::Writer<W>
detail::Write<std::remove_reference_t<W>> write(W&& writer, ferry::io::ConstBytes data) noexcept {
  return {writer, data};
}

/// Writes some of `buf`, of bytes 0.5 or of 1.x, and takes that away from its front: several pieces in one
/// call, where the writer can.
///
/// Result: how many bytes were taken; 0 when nothing remained.
/// Cancelling: safe.
/// Tokio: `AsyncWriteExt::write_buf`.
template <detail::Writer W, compat::AnyBuf B>
FERRY_REVIEW(
    "IOE-05",
    "several pieces go out at once only where the writer has poll_write_vectored: one call may take less")
detail::WriteBuf<std::remove_reference_t<W>, B> write_buf(W&& writer, B& buf) noexcept {
  return {writer, buf};
}

/// Writes all of `data`.
///
/// Errors: WriteZero when the writer takes nothing.
/// Cancelling: not safe.
/// Tokio: `AsyncWriteExt::write_all`.
template <class W>
  requires detail::Writer<W>
detail::WriteAll<std::remove_reference_t<W>> write_all(W&& writer, ferry::io::ConstBytes data) noexcept {
  return {writer, data};
}

/// Waits until what was written has reached its destination.
///
/// Cancelling: safe.
/// Tokio: `AsyncWriteExt::flush`.
template <class W>
  requires detail::Writer<W>
detail::Flush<std::remove_reference_t<W>> flush(W&& writer) noexcept {
  return detail::Flush<std::remove_reference_t<W>>(writer);
}

/// Flushes and ends the output: the reader on the other side sees the end.
///
/// Cancelling: safe.
/// Tokio: `AsyncWriteExt::shutdown`.
template <class W>
  requires detail::Writer<W>
detail::Shutdown<std::remove_reference_t<W>> shutdown(W&& writer) noexcept {
  return detail::Shutdown<std::remove_reference_t<W>>(writer);
}

// `co_await io::write_u16(writer, 7)` writes a std::uint16_t, its highest byte first, write_u16_le its lowest
// byte first. Tokio: `AsyncWriteExt::write_u16`, ...
#define FERRY_DETAIL_IO_NUMBER(name, T, order)                                                             \
  template <class W>                                                                                       \
    requires detail::Writer<W>                                                                             \
  detail::WriteNumber<std::remove_reference_t<W>, T, std::endian::order> write_##name(W&& writer,          \
                                                                                      T number) noexcept { \
    return {writer, number};                                                                               \
  }
FERRY_DETAIL_IO_NUMBERS(FERRY_DETAIL_IO_NUMBER)
#undef FERRY_DETAIL_IO_NUMBER

}  // namespace ferry::v0_2::io
