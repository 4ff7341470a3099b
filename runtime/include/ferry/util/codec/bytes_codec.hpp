// BytesCodec: bytes as they come.
#pragma once

#include <optional>

#include <ferry/io/bytes.hpp>
#include <ferry/result.hpp>
#include <ferry/util/bytes_mut.hpp>

namespace ferry::util::codec {

/// Gives whatever has been read as a frame, and takes any bytes. Tokio: `codec::BytesCodec`.
class BytesCodec {
 public:
  using Item = BytesMut;
  using Error = io::Error;

  BytesCodec() noexcept {}

  [[nodiscard]] io::Result<std::optional<BytesMut>> decode(BytesMut& buffer) {
    if (buffer.empty()) return std::nullopt;
    return buffer.split();
  }
  [[nodiscard]] io::Result<void> encode(io::ConstBytes bytes, BytesMut& buffer) {
    buffer.put_slice(bytes);
    return {};
  }
};

}  // namespace ferry::util::codec
