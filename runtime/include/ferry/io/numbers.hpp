// read_u16, write_f64_le, ...: integers and floating-point numbers as bytes, in both byte orders.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <ferry/io/read.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/write.hpp>

/// Calls `X(name, type, byte order)` for every number that can be read and written; a name says nothing of
/// the order when it is the network's, big endian.
#define FERRY_DETAIL_IO_NUMBERS(X)           \
  X(u8, std::uint8_t, big)                   \
  X(i8, std::int8_t, big)                    \
  X(u16, std::uint16_t, big)                 \
  X(i16, std::int16_t, big)                  \
  X(u32, std::uint32_t, big)                 \
  X(i32, std::int32_t, big)                  \
  X(u64, std::uint64_t, big)                 \
  X(i64, std::int64_t, big)                  \
  X(u128, ::ferry::io::uint128_t, big)       \
  X(i128, ::ferry::io::int128_t, big)        \
  X(f32, float, big)                         \
  X(f64, double, big)                        \
  X(u16_le, std::uint16_t, little)           \
  X(i16_le, std::int16_t, little)            \
  X(u32_le, std::uint32_t, little)           \
  X(i32_le, std::int32_t, little)            \
  X(u64_le, std::uint64_t, little)           \
  X(i64_le, std::int64_t, little)            \
  X(u128_le, ::ferry::io::uint128_t, little) \
  X(i128_le, ::ferry::io::int128_t, little)  \
  X(f32_le, float, little)                   \
  X(f64_le, double, little)

namespace ferry::io {

__extension__ using int128_t = __int128;
__extension__ using uint128_t = unsigned __int128;

static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);

namespace detail {

/// A number's bytes in the machine's order, turned round if `order` is not that.
template <std::endian order, std::size_t size>
constexpr std::array<std::byte, size> in_order(std::array<std::byte, size> bytes) noexcept {
  if constexpr (order != std::endian::native) std::ranges::reverse(bytes);
  return bytes;
}

}  // namespace detail

/// Completes with a number, once its bytes were read; UnexpectedEof when the input ends before.
///
/// Cancelling: not safe; the bytes that were read are lost.
template <AsyncRead R, class T, std::endian order>
class [[nodiscard]] ReadNumber {
 public:
  using Output = Result<T>;

  explicit ReadNumber(R& reader) noexcept : read_(reader, bytes_) {}
  ReadNumber(const ReadNumber&) = delete;
  ReadNumber& operator=(const ReadNumber&) = delete;

  Poll<Output> poll(Context& cx) {
    const Poll<Result<std::size_t>> read = read_.poll(cx);
    if (read.is_pending()) return pending;
    if (!*read) return Output(boost::system::in_place_error, read->error());
    return Output(boost::system::in_place_value, std::bit_cast<T>(detail::in_order<order>(bytes_)));
  }

 private:
  std::array<std::byte, sizeof(T)> bytes_;
  ReadExact<R> read_;
};

/// Completes once the bytes of a number were written; WriteZero when the writer takes none.
///
/// Cancelling: not safe; some of the bytes may have been written.
template <AsyncWrite W, class T, std::endian order>
class [[nodiscard]] WriteNumber {
 public:
  using Output = Result<void>;

  WriteNumber(W& writer, T number) noexcept
      : bytes_(detail::in_order<order>(std::bit_cast<std::array<std::byte, sizeof(T)>>(number))),
        write_(writer, bytes_) {}
  WriteNumber(const WriteNumber&) = delete;
  WriteNumber& operator=(const WriteNumber&) = delete;

  Poll<Output> poll(Context& cx) { return write_.poll(cx); }

 private:
  std::array<std::byte, sizeof(T)> bytes_;
  WriteAll<W> write_;
};

// `co_await io::read_u16(reader)` reads a std::uint16_t whose first byte is the highest, read_u16_le one
// whose first byte is the lowest; `co_await io::write_u16(writer, 7)` writes one. Reader and writer are
// borrowed. Tokio: `AsyncReadExt::read_u16`, `AsyncWriteExt::write_u16`, ...
#define FERRY_DETAIL_IO_NUMBER(name, T, order)                                                     \
  template <class R>                                                                               \
    requires AsyncRead<R>                                                                          \
  ReadNumber<std::remove_reference_t<R>, T, std::endian::order> read_##name(R&& reader) noexcept { \
    return ReadNumber<std::remove_reference_t<R>, T, std::endian::order>(reader);                  \
  }                                                                                                \
  template <class W>                                                                               \
    requires AsyncWrite<W>                                                                         \
  WriteNumber<std::remove_reference_t<W>, T, std::endian::order> write_##name(W&& writer,          \
                                                                              T number) noexcept { \
    return {writer, number};                                                                       \
  }
FERRY_DETAIL_IO_NUMBERS(FERRY_DETAIL_IO_NUMBER)
#undef FERRY_DETAIL_IO_NUMBER

}  // namespace ferry::io
