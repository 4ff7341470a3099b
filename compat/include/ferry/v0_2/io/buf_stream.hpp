// BufStream: around streams of 0.2 and of 1.x.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <ferry/io/buf_stream.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// As ferry::io::BufStream, and reads in both ways. `BufStream(stream)` borrows a stream that has a name, and
/// owns one that is moved in.
///
/// Thread safety: as the stream's; used by one task at a time.
/// Tokio: 0.2's `io::BufStream`.
template <class RW>
  requires(detail::Reader<RW> && detail::Writer<RW>)
class BufStream : public detail::Legacy<BufStream<RW>, ferry::io::BufStream<detail::Modern<RW>>> {
  using Modern = ferry::io::BufStream<detail::Modern<RW>>;
  using Base = detail::Legacy<BufStream, Modern>;

 public:
  /// The capacities are the sizes of the buffers in bytes. Tokio: `BufStream::new` and
  /// `BufStream::with_capacity`.
  explicit BufStream(RW stream, std::size_t reader_capacity = ferry::io::kDefaultBufferSize,
                     std::size_t writer_capacity = ferry::io::kDefaultBufferSize)
      : Base(Modern(static_cast<detail::Modern<RW>>(std::forward<RW>(stream)), reader_capacity,
                    writer_capacity)) {}

  const std::remove_reference_t<RW>& get_ref() const noexcept {
    return detail::unwrapped<RW>(Modern::get_ref());
  }
  /// Using it passes the buffers by.
  std::remove_reference_t<RW>& get_mut() noexcept { return detail::unwrapped<RW>(Modern::get_mut()); }
  /// The stream. What is in the buffers is lost.
  RW into_inner() && { return detail::take_out<RW>(static_cast<Modern&&>(*this).into_inner()); }
};

template <class RW>
BufStream(RW&&) -> BufStream<RW>;
template <class RW>
BufStream(RW&&, std::size_t, std::size_t) -> BufStream<RW>;

}  // namespace ferry::v0_2::io
