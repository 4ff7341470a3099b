// Legacy: a reader, writer or seeker of 1.x with all that those of 0.2 had.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ferry/annotate.hpp>
#include <ferry/compat/bytes.hpp>
#include <ferry/future.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/numbers.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/result.hpp>
#include <ferry/util/read_buf.hpp>
#include <ferry/v0_2/io/lines.hpp>
#include <ferry/v0_2/io/read.hpp>
#include <ferry/v0_2/io/seek.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/io/write.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {
namespace detail {

// One layer for each thing that a `Base` of 1.x can do; a `Base` that cannot passes through. `Self` is the
// class of 0.2 that is derived from them all. What 0.2 needed exclusive access for is not const.

template <class Self, class Base>
class LegacyRead : public Base {
 public:
  explicit LegacyRead(Base&& base) : Base(std::move(base)) {}
};

template <class Self, ferry::io::AsyncRead Base>
class LegacyRead<Self, Base> : public Base {
 public:
  explicit LegacyRead(Base&& base) : Base(std::move(base)) {}

  using Base::poll_read;
  /// Reads what there is into `memory`, and says how much: 0 at the end. Tokio: 0.2's `AsyncRead::poll_read`.
  FERRY_NATIVE("IOT-01", unsafe, "poll_read with a ferry::io::ReadBuf, or ferry::io::poll_read_bytes")
  Poll<ferry::io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> memory) {
    return ferry::io::poll_read_bytes(static_cast<Base&>(*this), cx, memory);
  }
  /// False: memory is written to, and never looked at. Tokio: 0.2's
  /// `AsyncRead::prepare_uninitialized_buffer`.
  FERRY_NATIVE("IOT-02", safe, "nothing: a ferry::io::ReadBuf knows what of its memory is initialised")
  bool prepare_uninitialized_buffer(std::span<std::byte>) const noexcept { return false; }
  /// Reads into the room of `buf`, and says how much: 0 at the end, or without room. Tokio: 0.2's
  /// `AsyncRead::poll_read_buf`.
  template <compat::AnyBufMut B>
  FERRY_REPLACE("IOT-03", unsafe, "ferry::util::poll_read_buf($this, $cx, $buf)")
  Poll<ferry::io::Result<std::size_t>> poll_read_buf(Context& cx, B& buf) {
    return compat::detail::with_buf_mut(
        buf, [&](auto& view) { return ferry::util::poll_read_buf(static_cast<Base&>(*this), cx, view); });
  }

  /// Cancelling: safe. See io::read.
  [[nodiscard]] auto read(ferry::io::MutableBytes buffer) noexcept { return io::read(self(), buffer); }
  /// Cancelling: safe. See io::read_buf.
  template <compat::AnyBufMut B>
  [[nodiscard]] auto read_buf(B& buf) noexcept {
    return io::read_buf(self(), buf);
  }
  /// Cancelling: not safe. See io::read_exact.
  [[nodiscard]] auto read_exact(ferry::io::MutableBytes buffer) noexcept {
    return io::read_exact(self(), buffer);
  }
  /// Cancelling: what was read stays in `bytes`. See io::read_to_end.
  template <ferry::io::ByteLike B, class Allocator>
  [[nodiscard]] auto read_to_end(std::vector<B, Allocator>& bytes) {
    return io::read_to_end(self(), bytes);
  }
  /// Cancelling: not safe. See io::read_to_string.
  [[nodiscard]] auto read_to_string(std::string& text) { return io::read_to_string(self(), text); }
#define FERRY_DETAIL_IO_NUMBER(name, T, order) \
  [[nodiscard]] auto read_##name() noexcept { return io::read_##name(self()); }
  FERRY_DETAIL_IO_NUMBERS(FERRY_DETAIL_IO_NUMBER)
#undef FERRY_DETAIL_IO_NUMBER

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

template <class Self, class Base>
class LegacyBufRead : public Base {
 public:
  using Base::Base;
};

template <class Self, ferry::io::AsyncBufRead Base>
class LegacyBufRead<Self, Base> : public Base {
 public:
  using Base::Base;

  /// Cancelling: what was read stays in `bytes`. See io::read_until.
  template <ferry::io::ByteLike D, ferry::io::ByteLike B, class Allocator>
  [[nodiscard]] auto read_until(D delimiter, std::vector<B, Allocator>& bytes) {
    return io::read_until(self(), delimiter, bytes);
  }
  /// Cancelling: what was read stays in `text`. See io::read_line.
  [[nodiscard]] auto read_line(std::string& text) { return io::read_line(self(), text); }
  /// The lines of this object, which is borrowed, or moved in with `std::move(reader).lines()`. See
  /// io::lines.
  [[nodiscard]] auto lines() & { return io::lines(self()); }
  [[nodiscard]] auto lines() && { return io::lines(std::move(self())); }
  /// What lies between delimiters. See io::split.
  template <ferry::io::ByteLike D>
  [[nodiscard]] auto split(D delimiter) & {
    return io::split(self(), delimiter);
  }
  template <ferry::io::ByteLike D>
  [[nodiscard]] auto split(D delimiter) && {
    return io::split(std::move(self()), delimiter);
  }

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

template <class Self, class Base>
class LegacyWrite : public Base {
 public:
  using Base::Base;
};

template <class Self, ferry::io::AsyncWrite Base>
class LegacyWrite<Self, Base> : public Base {
 public:
  using Base::Base;

  /// Writes what comes first in `buf`, and takes it away: several pieces at once, where this can. Tokio:
  /// 0.2's `AsyncWrite::poll_write_buf`.
  template <compat::AnyBuf B>
  FERRY_REPLACE("IOT-05", unsafe, "ferry::util::poll_write_buf($this, $cx, $buf)")
  Poll<ferry::io::Result<std::size_t>> poll_write_buf(Context& cx, B& buf) {
    return compat::detail::with_buf(
        buf, [&](auto& view) { return ferry::util::poll_write_buf(static_cast<Base&>(*this), cx, view); });
  }

  /// Cancelling: safe. See io::write.
  [[nodiscard]] auto write(ferry::io::ConstBytes data) noexcept { return io::write(self(), data); }
  /// Cancelling: safe. See io::write_buf.
  template <compat::AnyBuf B>
  FERRY_REVIEW(
      "IOE-05",
      "several pieces go out at once only where the writer has poll_write_vectored: one call may take less")
  [[nodiscard]] auto write_buf(B& buf) noexcept {
    return io::write_buf(self(), buf);
  }
  /// Cancelling: not safe. See io::write_all.
  [[nodiscard]] auto write_all(ferry::io::ConstBytes data) noexcept { return io::write_all(self(), data); }
  /// Cancelling: safe. See io::flush.
  [[nodiscard]] auto flush() noexcept { return io::flush(self()); }
  /// Cancelling: safe. See io::shutdown.
  [[nodiscard]] auto shutdown() noexcept { return io::shutdown(self()); }
#define FERRY_DETAIL_IO_NUMBER(name, T, order) \
  [[nodiscard]] auto write_##name(T number) noexcept { return io::write_##name(self(), number); }
  FERRY_DETAIL_IO_NUMBERS(FERRY_DETAIL_IO_NUMBER)
#undef FERRY_DETAIL_IO_NUMBER

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

template <class Self, class Base>
class LegacySeek : public Base {
 public:
  using Base::Base;
};

template <class Self, ferry::io::AsyncSeek Base>
class LegacySeek<Self, Base> : public Base {
 public:
  using Base::Base;

  using Base::start_seek;
  /// Begins to move the position, once an earlier seek is complete. Tokio: 0.2's `AsyncSeek::start_seek`.
  FERRY_NATIVE("IOT-07", unsafe, "poll_complete, and then start_seek, which does not wait")
  Poll<ferry::io::Result<void>> start_seek(Context& cx, ferry::io::SeekFrom position) {
    const Poll<ferry::io::Result<std::uint64_t>> earlier = this->poll_complete(cx);
    if (earlier.is_pending()) return pending;
    if (!*earlier) return ferry::io::Result<void>(earlier->error());
    return Base::start_seek(position);
  }

  /// Cancelling: the position may have moved or not. See io::seek.
  [[nodiscard]] auto seek(ferry::io::SeekFrom position) noexcept { return io::seek(self(), position); }

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

/// `Base`, a type of 1.x, as the base class of `Self`, the type of 0.2.
template <class Self, class Base>
using Legacy = LegacySeek<Self, LegacyWrite<Self, LegacyBufRead<Self, LegacyRead<Self, Base>>>>;

}  // namespace detail
}  // namespace ferry::v0_2::io
