// Reading, from readers of 0.2 and of 1.x: once, exactly so much, to the end, numbers, lines.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/system/result.hpp>
#include <ferry/compat/bytes.hpp>
#include <ferry/future.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/numbers.hpp>
#include <ferry/io/read.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {
namespace detail {

/// See io::read.
template <class R>
class [[nodiscard]] Read {
 public:
  using Output = ferry::io::Result<std::size_t>;

  Read(R& reader, ferry::io::MutableBytes buffer) noexcept : reader_(&reader), buffer_(buffer.span()) {}

  Poll<Output> poll(Context& cx) {
    Turning turning(*reader_, turn_);
    return ferry::io::poll_read_bytes(turning, cx, buffer_);
  }

 private:
  R* reader_;
  std::span<std::byte> buffer_;
  [[no_unique_address]] ReadTurn<R> turn_;
};

/// The position in a buffer that is filled by several reads.
template <class R>
class Filling {
 public:
  explicit Filling(R& reader) noexcept : reader_(&reader) {}

  Poll<ferry::io::Result<std::size_t>> poll(Context& cx, std::span<std::byte> buffer) {
    Turning turning(*reader_, turn_);
    while (size_read_ < buffer.size()) {
      const Poll<ferry::io::Result<std::size_t>> polled =
          ferry::io::poll_read_bytes(turning, cx, buffer.subspan(size_read_));
      if (polled.is_pending() || !*polled) return polled;
      if (**polled == 0) return ferry::io::Result<std::size_t>(ferry::io::ErrorKind::UnexpectedEof);
      size_read_ += **polled;
    }
    return ferry::io::Result<std::size_t>(size_read_);
  }

 private:
  R* reader_;
  std::size_t size_read_ = 0;
  [[no_unique_address]] ReadTurn<R> turn_;
};

/// See io::read_exact.
template <class R>
class [[nodiscard]] ReadExact {
 public:
  using Output = ferry::io::Result<std::size_t>;

  ReadExact(R& reader, ferry::io::MutableBytes buffer) noexcept : filling_(reader), buffer_(buffer.span()) {}

  Poll<Output> poll(Context& cx) { return filling_.poll(cx, buffer_); }

 private:
  Filling<R> filling_;
  std::span<std::byte> buffer_;
};

/// See io::read_u8.
template <class R, class T, std::endian order>
class [[nodiscard]] ReadNumber {
 public:
  using Output = ferry::io::Result<T>;

  explicit ReadNumber(R& reader) noexcept : filling_(reader) {}

  Poll<Output> poll(Context& cx) {
    const Poll<ferry::io::Result<std::size_t>> read = filling_.poll(cx, bytes_);
    if (read.is_pending()) return pending;
    if (!*read) return Output(boost::system::in_place_error, read->error());
    return Output(boost::system::in_place_value,
                  std::bit_cast<T>(ferry::io::detail::in_order<order>(bytes_)));
  }

 private:
  std::array<std::byte, sizeof(T)> bytes_{};
  Filling<R> filling_;
};

/// See io::read_buf.
template <class R, class B>
class [[nodiscard]] ReadIntoBuf {
 public:
  using Output = ferry::io::Result<std::size_t>;

  ReadIntoBuf(R& reader, B& buf) noexcept : reader_(&reader), buf_(&buf) {}

  Poll<Output> poll(Context& cx) {
    Turning turning(*reader_, turn_);
    return compat::detail::with_buf_mut(
        *buf_, [&](auto& view) { return ferry::util::poll_read_buf(turning, cx, view); });
  }

 private:
  R* reader_;
  B* buf_;
  [[no_unique_address]] ReadTurn<R> turn_;
};

}  // namespace detail

// What these functions give may be moved at any time, as in 0.2; what those of ferry::io give may not.

/// Reads what there is, at least one byte, into `buffer`. The reader, of 0.2 or of 1.x, and the buffer are
/// borrowed.
///
/// Result: how many bytes; 0 at the end.
/// Cancelling: safe.
/// Tokio: `AsyncReadExt::read`.
template <class R>
  requires detail::Reader<R>
detail::Read<std::remove_reference_t<R>> read(R&& reader, ferry::io::MutableBytes buffer) noexcept {
  return {reader, buffer};
}

/// Reads what there is into the room of `buf`, of bytes 0.5 or of 1.x.
///
/// Result: how many bytes; 0 at the end, or when there is no room.
/// Cancelling: safe.
/// Tokio: `AsyncReadExt::read_buf`.
template <class R, compat::AnyBufMut B>
  requires detail::Reader<R>
detail::ReadIntoBuf<std::remove_reference_t<R>, B> read_buf(R&& reader, B& buf) noexcept {
  return {reader, buf};
}

/// Fills `buffer`.
///
/// Errors: UnexpectedEof.
/// Cancelling: not safe.
/// Tokio: `AsyncReadExt::read_exact`.
template <class R>
  requires detail::Reader<R>
detail::ReadExact<std::remove_reference_t<R>> read_exact(R&& reader,
                                                         ferry::io::MutableBytes buffer) noexcept {
  return {reader, buffer};
}

/// Appends all that comes until the input ends.
///
/// Cancelling: what was read stays in `bytes`.
/// Cost: one allocation.
/// Tokio: `AsyncReadExt::read_to_end`.
template <class R, ferry::io::ByteLike B, class Allocator>
  requires detail::Reader<R>
auto read_to_end(R&& reader, std::vector<B, Allocator>& bytes) {
  return detail::movable([&bytes](auto& seen) { return ferry::io::read_to_end(seen, bytes); }, reader);
}

/// Appends all that comes until the input ends, if it is UTF-8.
///
/// Errors: InvalidData; `text` is then unchanged.
/// Cancelling: not safe.
/// Cost: one allocation.
/// Tokio: `AsyncReadExt::read_to_string`.
template <class R>
  requires detail::Reader<R>
auto read_to_string(R&& reader, std::string& text) {
  return detail::movable([&text](auto& seen) { return ferry::io::read_to_string(seen, text); }, reader);
}

// `co_await io::read_u16(reader)` reads a std::uint16_t whose first byte is the highest, read_u16_le one
// whose first byte is the lowest. Tokio: `AsyncReadExt::read_u16`, ...
#define FERRY_DETAIL_IO_NUMBER(name, T, order)                                                             \
  template <class R>                                                                                       \
    requires detail::Reader<R>                                                                             \
  detail::ReadNumber<std::remove_reference_t<R>, T, std::endian::order> read_##name(R&& reader) noexcept { \
    return detail::ReadNumber<std::remove_reference_t<R>, T, std::endian::order>(reader);                  \
  }
FERRY_DETAIL_IO_NUMBERS(FERRY_DETAIL_IO_NUMBER)
#undef FERRY_DETAIL_IO_NUMBER

/// Appends all up to the byte `delimiter`, which is appended, too, or up to the end. Reader and vector are
/// borrowed.
///
/// Result: how many bytes were appended; 0 at the end.
/// Cancelling: what was read is in `bytes`.
/// Cost: one allocation.
/// Tokio: `AsyncBufReadExt::read_until`.
template <class R, ferry::io::ByteLike D, ferry::io::ByteLike B, class Allocator>
  requires detail::BufferedReader<R>
auto read_until(R&& reader, D delimiter, std::vector<B, Allocator>& bytes) {
  return detail::movable(
      [delimiter, &bytes](auto& seen) { return ferry::io::read_until(seen, delimiter, bytes); }, reader);
}

/// Appends all up to a newline, which is appended, too, or up to the end. Reader and string are borrowed.
///
/// Result: how many bytes were appended; 0 at the end.
/// Errors: InvalidData when they are not UTF-8; they are lost then, and `text` is unchanged.
/// Cancelling: what was read is in `text`.
/// Cost: one allocation.
/// Tokio: `AsyncBufReadExt::read_line`.
template <class R>
  requires detail::BufferedReader<R>
auto read_line(R&& reader, std::string& text) {
  return detail::movable([&text](auto& seen) { return ferry::io::read_line(seen, text); }, reader);
}

}  // namespace ferry::v0_2::io
