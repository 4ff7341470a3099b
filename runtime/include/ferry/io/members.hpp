// The functions of io as members, for types that are read from, written to, ...
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/io/buf.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/lines.hpp>
#include <ferry/io/numbers.hpp>
#include <ferry/io/read.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/io/write.hpp>

namespace ferry::io {

/// Members that read, for a `Self` with `poll_read() const`. The futures borrow the object and the buffer.
/// There are `read_u8`, `read_u16_le`, `read_f64`, ..., too.
template <class Self>
class ReadMembers {
 public:
  /// Cancelling: safe. See io::read.
  [[nodiscard]] auto read(MutableBytes buffer) const noexcept { return io::read(self(), buffer); }
  /// Cancelling: safe. See io::read_buf.
  template <class B>
  [[nodiscard]] auto read_buf(B& buf) const noexcept {
    return io::read_buf(self(), buf);
  }
  /// Cancelling: not safe. See io::read_exact.
  [[nodiscard]] auto read_exact(MutableBytes buffer) const noexcept { return io::read_exact(self(), buffer); }
  /// Cancelling: what was read stays in `bytes`. See io::read_to_end.
  template <ByteLike B, class Allocator>
  [[nodiscard]] auto read_to_end(std::vector<B, Allocator>& bytes) const noexcept {
    return io::read_to_end(self(), bytes);
  }
  /// Cancelling: not safe. See io::read_to_string.
  [[nodiscard]] auto read_to_string(std::string& text) const noexcept {
    return io::read_to_string(self(), text);
  }
#define FERRY_DETAIL_IO_NUMBER(name, T, order) \
  [[nodiscard]] auto read_##name() const noexcept { return io::read_##name(self()); }
  FERRY_DETAIL_IO_NUMBERS(FERRY_DETAIL_IO_NUMBER)
#undef FERRY_DETAIL_IO_NUMBER

 protected:
  ReadMembers() = default;

 private:
  const Self& self() const noexcept { return static_cast<const Self&>(*this); }
};

/// The same for a `Self` that changes when it is read from.
template <class Self>
class ReadMembersMut {
 public:
  /// Cancelling: safe. See io::read.
  [[nodiscard]] auto read(MutableBytes buffer) noexcept { return io::read(self(), buffer); }
  /// Cancelling: safe. See io::read_buf.
  template <class B>
  [[nodiscard]] auto read_buf(B& buf) noexcept {
    return io::read_buf(self(), buf);
  }
  /// Cancelling: not safe. See io::read_exact.
  [[nodiscard]] auto read_exact(MutableBytes buffer) noexcept { return io::read_exact(self(), buffer); }
  /// Cancelling: what was read stays in `bytes`. See io::read_to_end.
  template <ByteLike B, class Allocator>
  [[nodiscard]] auto read_to_end(std::vector<B, Allocator>& bytes) noexcept {
    return io::read_to_end(self(), bytes);
  }
  /// Cancelling: not safe. See io::read_to_string.
  [[nodiscard]] auto read_to_string(std::string& text) noexcept { return io::read_to_string(self(), text); }
#define FERRY_DETAIL_IO_NUMBER(name, T, order) \
  [[nodiscard]] auto read_##name() noexcept { return io::read_##name(self()); }
  FERRY_DETAIL_IO_NUMBERS(FERRY_DETAIL_IO_NUMBER)
#undef FERRY_DETAIL_IO_NUMBER

 protected:
  ReadMembersMut() = default;

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

/// Members that read from a buffer, for a `Self` that is an AsyncBufRead. The futures borrow the object.
template <class Self>
class BufReadMembers {
 public:
  /// Cancelling: safe. See io::fill_buf.
  [[nodiscard]] auto fill_buf() noexcept { return io::fill_buf(self()); }
  /// Cancelling: what was read stays in `bytes`. See io::read_until.
  template <ByteLike D, ByteLike B, class Allocator>
  [[nodiscard]] auto read_until(D delimiter, std::vector<B, Allocator>& bytes) noexcept {
    return io::read_until(self(), delimiter, bytes);
  }
  /// Cancelling: what was read stays in `text`. See io::read_line.
  [[nodiscard]] auto read_line(std::string& text) noexcept { return io::read_line(self(), text); }
  /// The lines of this object, which is borrowed, or moved in with `std::move(reader).lines()`. See
  /// io::lines.
  [[nodiscard]] auto lines() & { return io::lines(self()); }
  [[nodiscard]] auto lines() && { return io::lines(std::move(self())); }
  /// What lies between delimiters. See io::split.
  template <ByteLike D>
  [[nodiscard]] auto split(D delimiter) & {
    return io::split(self(), delimiter);
  }
  template <ByteLike D>
  [[nodiscard]] auto split(D delimiter) && {
    return io::split(std::move(self()), delimiter);
  }

 protected:
  BufReadMembers() = default;

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

/// Members that write, for a `Self` with `poll_write() const`, ... The futures borrow the object and the
/// data. There are `write_u8`, `write_u16_le`, `write_f64`, ..., too.
template <class Self>
class WriteMembers {
 public:
  /// Cancelling: safe. See io::write.
  [[nodiscard]] auto write(ConstBytes data) const noexcept { return io::write(self(), data); }
  /// Cancelling: safe. See io::write_vectored.
  [[nodiscard]] auto write_vectored(std::span<const std::span<const std::byte>> pieces) const noexcept {
    return io::write_vectored(self(), pieces);
  }
  /// Cancelling: safe. See io::write_buf.
  template <Buf B>
  [[nodiscard]] auto write_buf(B& buf) const noexcept {
    return io::write_buf(self(), buf);
  }
  /// Cancelling: not safe. See io::write_all.
  [[nodiscard]] auto write_all(ConstBytes data) const noexcept { return io::write_all(self(), data); }
  /// Cancelling: safe. See io::write_all_buf.
  template <Buf B>
  [[nodiscard]] auto write_all_buf(B& buf) const noexcept {
    return io::write_all_buf(self(), buf);
  }
  /// Cancelling: safe. See io::flush.
  [[nodiscard]] auto flush() const noexcept { return io::flush(self()); }
  /// Cancelling: safe. See io::shutdown.
  [[nodiscard]] auto shutdown() const noexcept { return io::shutdown(self()); }
#define FERRY_DETAIL_IO_NUMBER(name, T, order) \
  [[nodiscard]] auto write_##name(T number) const noexcept { return io::write_##name(self(), number); }
  FERRY_DETAIL_IO_NUMBERS(FERRY_DETAIL_IO_NUMBER)
#undef FERRY_DETAIL_IO_NUMBER

 protected:
  WriteMembers() = default;

 private:
  const Self& self() const noexcept { return static_cast<const Self&>(*this); }
};

/// The same for a `Self` that changes when it is written to.
template <class Self>
class WriteMembersMut {
 public:
  /// Cancelling: safe. See io::write.
  [[nodiscard]] auto write(ConstBytes data) noexcept { return io::write(self(), data); }
  /// Cancelling: safe. See io::write_vectored.
  [[nodiscard]] auto write_vectored(std::span<const std::span<const std::byte>> pieces) noexcept {
    return io::write_vectored(self(), pieces);
  }
  /// Cancelling: safe. See io::write_buf.
  template <Buf B>
  [[nodiscard]] auto write_buf(B& buf) noexcept {
    return io::write_buf(self(), buf);
  }
  /// Cancelling: not safe. See io::write_all.
  [[nodiscard]] auto write_all(ConstBytes data) noexcept { return io::write_all(self(), data); }
  /// Cancelling: safe. See io::write_all_buf.
  template <Buf B>
  [[nodiscard]] auto write_all_buf(B& buf) noexcept {
    return io::write_all_buf(self(), buf);
  }
  /// Cancelling: safe. See io::flush.
  [[nodiscard]] auto flush() noexcept { return io::flush(self()); }
  /// Cancelling: safe. See io::shutdown.
  [[nodiscard]] auto shutdown() noexcept { return io::shutdown(self()); }
#define FERRY_DETAIL_IO_NUMBER(name, T, order) \
  [[nodiscard]] auto write_##name(T number) noexcept { return io::write_##name(self(), number); }
  FERRY_DETAIL_IO_NUMBERS(FERRY_DETAIL_IO_NUMBER)
#undef FERRY_DETAIL_IO_NUMBER

 protected:
  WriteMembersMut() = default;

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

/// Members that move the position, for a `Self` that is an AsyncSeek. The futures borrow the object.
template <class Self>
class SeekMembers {
 public:
  /// Cancelling: the position may have moved or not. See io::seek.
  [[nodiscard]] auto seek(SeekFrom position) noexcept { return io::seek(self(), position); }
  /// Cancelling: the position may have moved or not. See io::rewind.
  [[nodiscard]] auto rewind() noexcept { return io::rewind(self()); }
  /// Cancelling: safe. See io::stream_position.
  [[nodiscard]] auto stream_position() noexcept { return io::stream_position(self()); }

 protected:
  SeekMembers() = default;

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

namespace detail {

/// A base class in the place of `Members` for a type that cannot do what they do.
template <class Members>
class WithoutMembers {};

template <bool can, class Members>
using MembersIf = std::conditional_t<can, Members, WithoutMembers<Members>>;

}  // namespace detail
}  // namespace ferry::io
