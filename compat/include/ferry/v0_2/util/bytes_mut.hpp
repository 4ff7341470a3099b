// BytesMut: bytes 0.5's, which makes room when it has none.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/v0_2/io/buf.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2 {

/// What bytes 0.5 has under other names than ferry::util; the codecs of 0.2 take a ferry::util::BytesMut.
namespace FERRY_MOVED("BYTES-06", safe, "ferry::util") bytes {}
namespace bytes {

/// As ferry::util::BytesMut, and a Buf and BufMut of bytes 0.5. Read into through `io::read_buf` and
/// `poll_read_buf` of 0.2 it makes room when it has none; through those of 1.x it does not.
///
/// Thread safety: each object is owned by one thread at a time.
/// Tokio: `BytesMut` of bytes 0.5.
class BytesMut : public io::detail::LegacyBuf<ferry::util::BytesMut> {
 public:
  BytesMut() noexcept = default;
  /// A copy of `data`.
  explicit BytesMut(ferry::io::ConstBytes data) : io::detail::LegacyBuf<ferry::util::BytesMut>(data) {}
  /// For `compat::into_legacy`.
  explicit BytesMut(ferry::util::BytesMut bytes) noexcept {
    static_cast<ferry::util::BytesMut&>(*this) = std::move(bytes);
  }
  /// Empty, with room for `capacity` bytes. Tokio: `BytesMut::with_capacity`.
  static BytesMut with_capacity(std::size_t capacity) {
    return BytesMut(ferry::util::BytesMut::with_capacity(capacity));
  }

  /// How many bytes it may still grow by. Tokio: `BufMut::remaining_mut`.
  std::size_t remaining_mut() const noexcept { return std::numeric_limits<std::size_t>::max() - size(); }
  bool has_remaining_mut() const noexcept { return remaining_mut() != 0; }
  /// The room behind the last byte; some is made when there is none. Tokio: `BufMut::bytes_mut` of bytes 0.5.
  FERRY_REPLACE("BYTES-04", unsafe, "$this.spare_capacity_mut()")
  std::span<std::byte> bytes_mut() { return room(); }
  /// The same, as the one piece that it is. Tokio: `BufMut::bytes_vectored_mut` of bytes 0.5.
  FERRY_REPLACE("BYTES-05", manual, "spare_capacity_mut, one piece at a time: nothing takes several any more")
  std::size_t bytes_vectored_mut(std::span<std::span<std::byte>> pieces) {
    if (pieces.empty()) return 0;
    pieces.front() = room();
    return 1;
  }

 private:
  std::span<std::byte> room() {
    constexpr std::size_t kGrowth = 64;
    if (size() == capacity()) reserve(kGrowth);
    return spare_capacity_mut();
  }
};

}  // namespace bytes
}  // namespace ferry::v0_2
