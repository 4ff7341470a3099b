// BufReader: around readers of 0.2 and of 1.x.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <ferry/io/buf_reader.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// As ferry::io::BufReader, and reads in both ways. `BufReader(stream)` borrows a stream that has a name, and
/// owns one that is moved in.
///
/// Thread safety: as the reader's; used by one task at a time.
/// Tokio: 0.2's `io::BufReader`.
template <detail::Reader R>
class BufReader : public detail::Legacy<BufReader<R>, ferry::io::BufReader<detail::Modern<R>>> {
  using Modern = ferry::io::BufReader<detail::Modern<R>>;
  using Base = detail::Legacy<BufReader, Modern>;

 public:
  /// `capacity`: the buffer's size in bytes. Tokio: `BufReader::new` and `BufReader::with_capacity`.
  explicit BufReader(R reader, std::size_t capacity = ferry::io::kDefaultBufferSize)
      : Base(Modern(static_cast<detail::Modern<R>>(std::forward<R>(reader)), capacity)) {}

  const std::remove_reference_t<R>& get_ref() const noexcept {
    return detail::unwrapped<R>(Modern::get_ref());
  }
  /// Reading from it passes the buffer by.
  std::remove_reference_t<R>& get_mut() noexcept { return detail::unwrapped<R>(Modern::get_mut()); }
  /// The reader. What is in the buffer is lost.
  R into_inner() && { return detail::take_out<R>(static_cast<Modern&&>(*this).into_inner()); }
};

template <class R>
BufReader(R&&) -> BufReader<R>;
template <class R>
BufReader(R&&, std::size_t) -> BufReader<R>;

}  // namespace ferry::v0_2::io
