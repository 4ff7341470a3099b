// BufStream: buffers in both directions.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <ferry/io/buf_reader.hpp>
#include <ferry/io/buf_writer.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/traits.hpp>

namespace ferry::io {

/// A BufReader around a BufWriter around a stream; seeking writes the one buffer and empties the other.
///
/// `BufStream(stream)` borrows a stream that has a name, and owns one that is moved in.
///
/// Cost: each buffer is there only while something is in it.
/// Tokio: `io::BufStream`.
template <class RW>
  requires(AsyncRead<RW> && AsyncWrite<RW>)
class BufStream : public BufReader<BufWriter<RW>> {
  using Base = BufReader<BufWriter<RW>>;

 public:
  /// The capacities are the sizes of the buffers in bytes. Tokio: `BufStream::new` and
  /// `BufStream::with_capacity`.
  explicit BufStream(RW stream, std::size_t reader_capacity = kDefaultBufferSize,
                     std::size_t writer_capacity = kDefaultBufferSize)
      : Base(BufWriter<RW>(std::forward<RW>(stream), writer_capacity), reader_capacity) {}

  const std::remove_reference_t<RW>& get_ref() const noexcept { return Base::get_ref().get_ref(); }
  /// Using it passes the buffers by.
  std::remove_reference_t<RW>& get_mut() noexcept { return Base::get_mut().get_mut(); }
  /// The stream. What is in the buffers is lost.
  RW into_inner() && { return static_cast<Base&&>(*this).into_inner().into_inner(); }
};

template <class RW>
BufStream(RW&&) -> BufStream<RW>;
template <class RW>
BufStream(RW&&, std::size_t, std::size_t) -> BufStream<RW>;

}  // namespace ferry::io
