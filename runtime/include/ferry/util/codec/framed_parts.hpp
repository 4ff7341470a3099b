// FramedParts: what a Framed consists of.
#pragma once

#include <utility>

#include <ferry/util/bytes_mut.hpp>

namespace ferry::util::codec {

/// What a `Framed` is made from and taken apart into: I/O, codec, and the bytes that were read and not
/// decoded, or encoded and not written. Tokio: `codec::FramedParts`.
template <class T, class U>
struct FramedParts {
  FramedParts(T io, U codec) : io(std::forward<T>(io)), codec(std::move(codec)) {}

  T io;
  U codec;
  BytesMut read_buf;
  BytesMut write_buf;
};

}  // namespace ferry::util::codec
