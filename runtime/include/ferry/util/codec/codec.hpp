// Decoder and Encoder: how frames are made of bytes, and bytes of frames.
#pragma once

#include <concepts>
#include <optional>
#include <utility>

#include <ferry/io/error.hpp>
#include <ferry/result.hpp>
#include <ferry/util/bytes_mut.hpp>

namespace ferry::util::codec {

/// What a decoder gives: a frame; no frame, when it takes more bytes to say; or an error.
template <class D>
using Decoded = Result<std::optional<typename D::Item>, typename D::Error>;

/// Makes frames, its `Item`, of bytes. `decode(BytesMut&)` takes the first frame off the buffer, or leaves it
/// alone until there is more; it may `reserve` what it knows will come. Its `Error` can be made of an
/// `io::Error`.
///
/// At the end of the input `decode_eof(BytesMut&)` is called instead, until it gives no frame: of the same
/// type, for decoders that have it; see `codec::decode_eof` for others. Tokio: `codec::Decoder`.
template <class D>
concept Decoder = requires {
  typename D::Item;
  typename D::Error;
} && std::constructible_from<typename D::Error, io::Error> && requires(D& decoder, BytesMut& buffer) {
  { decoder.decode(buffer) } -> std::same_as<Decoded<D>>;
};

/// Makes bytes of an `Item`: `encode(item, BytesMut&)` appends them to the buffer. One encoder may take items
/// of several types. A codec's `Error` is that of both directions. Tokio: `codec::Encoder`.
template <class E, class Item>
concept Encoder = requires { typename E::Error; } && std::constructible_from<typename E::Error, io::Error> &&
                  requires(E& encoder, Item&& item, BytesMut& buffer) {
                    {
                      encoder.encode(std::forward<Item>(item), buffer)
                    } -> std::same_as<Result<void, typename E::Error>>;
                  };

/// The decoder's `decode_eof`; for one that has none its `decode`, and bytes that it then leaves are an
/// error, `io::ErrorKind::UnexpectedEof`.
///
/// Tokio: `Decoder::decode_eof`.
template <Decoder D>
Decoded<D> decode_eof(D& decoder, BytesMut& buffer) {
  if constexpr (requires { decoder.decode_eof(buffer); }) {
    return decoder.decode_eof(buffer);
  } else {
    Decoded<D> decoded = decoder.decode(buffer);
    if (!decoded || *decoded || buffer.empty()) return decoded;
    return Decoded<D>(boost::system::in_place_error, io::Error(io::ErrorKind::UnexpectedEof));
  }
}

}  // namespace ferry::util::codec
