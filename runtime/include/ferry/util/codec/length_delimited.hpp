// LengthDelimitedCodec: frames that a head with their length precedes.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <ferry/io/bytes.hpp>
#include <ferry/result.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/util/codec/error.hpp>
#include <ferry/util/codec/framed.hpp>
#include <ferry/util/codec/framed_read.hpp>
#include <ferry/util/codec/framed_write.hpp>

namespace ferry::util::codec {

class LengthDelimitedCodec;

namespace length_delimited {

/// The types that a length field may be as long as. Tokio: `length_delimited::LengthFieldType`.
template <class T>
concept LengthFieldType = std::unsigned_integral<T> && !std::same_as<T, bool> && sizeof(T) <= 8;

/// Says what heads look like, and makes codecs. Without more said, a head is a length of four bytes, big
/// endian, and nothing else.
///
///     [ length_field_offset | length field | more head |        payload          ]
///     [          num_skip, left out of the frame       | length + length_adjustment ]
///
/// Tokio: `length_delimited::Builder`.
class Builder {
 public:
  Builder() noexcept = default;

  /// The most significant byte of the length comes first. So it is unless something else was said.
  Builder& big_endian() noexcept { return set(endian_, std::endian::big); }
  /// The least significant byte of the length comes first.
  Builder& little_endian() noexcept { return set(endian_, std::endian::little); }
  /// The order of the machine.
  Builder& native_endian() noexcept { return set(endian_, std::endian::native); }

  /// The greatest length, in bytes: of the length field, before it is adjusted, when decoding; of a payload
  /// when encoding. 8 MiB unless it was set; what the length field cannot express is never allowed.
  Builder& max_frame_length(std::size_t bytes) noexcept { return set(max_frame_length_, bytes); }

  /// The length field is as long as a `T`, which says nothing about its order of bytes.
  template <LengthFieldType T>
  Builder& length_field_type() noexcept {
    return length_field_length(sizeof(T));
  }
  /// The length of the length field: 1 to 8 bytes, 4 unless it was set. Throws: std::logic_error beyond.
  Builder& length_field_length(std::size_t bytes);
  /// How many bytes precede the length field; 0 unless it was set. Decoding only.
  Builder& length_field_offset(std::size_t bytes) noexcept { return set(length_field_offset_, bytes); }
  /// How many bytes a payload has more than the length field says: minus the size of the head, where that
  /// counts as well. 0 unless it was set.
  Builder& length_adjustment(std::ptrdiff_t bytes) noexcept { return set(length_adjustment_, bytes); }
  /// How many bytes are left out before the payload: what precedes the length field and the field itself,
  /// unless it was set. Decoding only.
  Builder& num_skip(std::size_t bytes) noexcept { return set(num_skip_, std::optional(bytes)); }

  /// A codec for such heads.
  LengthDelimitedCodec new_codec() const noexcept;
  /// The frames of a reader. Tokio: `Builder::new_read`.
  template <class T>
  FramedRead<T, LengthDelimitedCodec> new_read(T reader) const;
  /// A writer that takes frames. Tokio: `Builder::new_write`.
  template <class T>
  FramedWrite<T, LengthDelimitedCodec> new_write(T writer) const;
  /// Both. Tokio: `Builder::new_framed`.
  template <class T>
  Framed<T, LengthDelimitedCodec> new_framed(T io) const;

 private:
  friend LengthDelimitedCodec;
  template <class T>
  Builder& set(T& member, T value) noexcept {
    member = value;
    return *this;
  }

  std::size_t max_frame_length_ = 8 * 1024 * 1024;
  std::size_t length_field_length_ = 4;
  std::size_t length_field_offset_ = 0;
  std::ptrdiff_t length_adjustment_ = 0;
  std::optional<std::size_t> num_skip_;
  std::endian endian_ = std::endian::big;
};

}  // namespace length_delimited

/// Frames that a head with their length precedes: see `length_delimited::Builder` for what it may look like.
///
/// Encoding writes the length field and the payload, nothing else. A frame that the end of the input cuts off
/// is UnexpectedEof, also where only its head has come; it is gone then.
///
/// Errors: MaxFrameLengthExceeded and LengthOverflow. One of a decoder is there to stay: nobody knows where
/// the next frame would begin. Cost: memory for a frame is allocated when its head has come, up to 8 MiB;
/// beyond that as its bytes come. Tokio: `codec::LengthDelimitedCodec`.
class LengthDelimitedCodec {
 public:
  using Item = BytesMut;
  using Error = io::Error;

  LengthDelimitedCodec() noexcept : LengthDelimitedCodec(length_delimited::Builder()) {}
  static length_delimited::Builder builder() noexcept { return {}; }

  /// See `length_delimited::Builder::max_frame_length`.
  std::size_t max_frame_length() const noexcept { return head_.max_frame_length_; }
  /// Does not concern a frame whose head has been decoded. Tokio:
  /// `LengthDelimitedCodec::set_max_frame_length`.
  void set_max_frame_length(std::size_t bytes) noexcept;

  [[nodiscard]] io::Result<std::optional<BytesMut>> decode(BytesMut& buffer);
  [[nodiscard]] io::Result<std::optional<BytesMut>> decode_eof(BytesMut& buffer);
  [[nodiscard]] io::Result<void> encode(io::ConstBytes payload, BytesMut& buffer);

 private:
  friend length_delimited::Builder;
  explicit LengthDelimitedCodec(length_delimited::Builder head) noexcept : head_(head) {
    set_max_frame_length(head.max_frame_length_);
  }
  io::Result<std::optional<std::size_t>> decode_head(BytesMut& buffer);
  std::uint64_t max_length_field() const noexcept;

  length_delimited::Builder head_;
  std::optional<std::size_t> payload_length_;  // of the frame whose head has been taken off
};

namespace length_delimited {

inline LengthDelimitedCodec Builder::new_codec() const noexcept { return LengthDelimitedCodec(*this); }

template <class T>
FramedRead<T, LengthDelimitedCodec> Builder::new_read(T reader) const {
  return {std::forward<T>(reader), new_codec()};
}

template <class T>
FramedWrite<T, LengthDelimitedCodec> Builder::new_write(T writer) const {
  return {std::forward<T>(writer), new_codec()};
}

template <class T>
Framed<T, LengthDelimitedCodec> Builder::new_framed(T io) const {
  return {std::forward<T>(io), new_codec()};
}

}  // namespace length_delimited
}  // namespace ferry::util::codec
