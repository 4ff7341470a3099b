// Buf and BufMut: bytes 0.5's, which say `bytes`.
#pragma once

#include <cstddef>
#include <span>

#include <ferry/annotate.hpp>
#include <ferry/compat/bytes.hpp>
#include <ferry/io/buf.hpp>
#include <ferry/util/buf.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// `remaining`, `bytes` and `advance`. Tokio: `Buf` of bytes 0.5.
template <class B>
concept Buf FERRY_CONCEPT("BYTES-01", safe, "ferry::io::Buf") = compat::BytesBuf<B>;
/// `remaining_mut`, `bytes_mut` and `advance_mut`. Tokio: `BufMut` of bytes 0.5.
template <class B>
concept BufMut FERRY_CONCEPT("BYTES-04", unsafe, "ferry::io::BufMut") = compat::BytesBufMut<B>;

namespace detail {

/// `Base`, a Buf of 1.x, with what it was called in bytes 0.5.
template <class Base>
class LegacyBuf : public Base {
 public:
  using Base::Base;

  /// What comes first, in one piece. Tokio: `Buf::bytes` of bytes 0.5.
  FERRY_INLINE("BYTES-01", safe)
  std::span<const std::byte> bytes() const noexcept { return this->chunk(); }
  /// The pieces it is made of, as many as fit, and how many. Tokio: `Buf::bytes_vectored` of bytes 0.5.
  FERRY_REPLACE("BYTES-02", safe, "ferry::io::chunks_vectored($this, $pieces)")
  std::size_t bytes_vectored(std::span<std::span<const std::byte>> pieces) const {
    return ferry::io::chunks_vectored(static_cast<const Base&>(*this), pieces);
  }
  /// Takes all bytes off, and gives them. Tokio: `Buf::to_bytes` of bytes 0.5.
  FERRY_REPLACE("BYTES-03", safe, "ferry::util::copy_to_bytes($this, $this.remaining())")
  ferry::util::BytesMut to_bytes() {
    return ferry::util::copy_to_bytes(static_cast<Base&>(*this), this->remaining());
  }
  bool has_remaining() const noexcept { return this->remaining() != 0; }
};

}  // namespace detail
}  // namespace ferry::v0_2::io
