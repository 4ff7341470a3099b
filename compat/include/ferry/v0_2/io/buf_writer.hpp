// BufWriter: around writers of 0.2 and of 1.x.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <ferry/io/buf_writer.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// As ferry::io::BufWriter. `BufWriter(stream)` borrows a stream that has a name, and owns one that is moved
/// in.
///
/// Thread safety: as the writer's; used by one task at a time.
/// Tokio: 0.2's `io::BufWriter`.
template <detail::Writer W>
class BufWriter : public detail::Legacy<BufWriter<W>, ferry::io::BufWriter<detail::Modern<W>>> {
  using Modern = ferry::io::BufWriter<detail::Modern<W>>;
  using Base = detail::Legacy<BufWriter, Modern>;

 public:
  /// `capacity`: the buffer's size in bytes. Tokio: `BufWriter::new` and `BufWriter::with_capacity`.
  explicit BufWriter(W writer, std::size_t capacity = ferry::io::kDefaultBufferSize)
      : Base(Modern(static_cast<detail::Modern<W>>(std::forward<W>(writer)), capacity)) {}

  const std::remove_reference_t<W>& get_ref() const noexcept {
    return detail::unwrapped<W>(Modern::get_ref());
  }
  /// Writing to it passes the buffer by.
  std::remove_reference_t<W>& get_mut() noexcept { return detail::unwrapped<W>(Modern::get_mut()); }
  /// The writer. What is in the buffer is lost.
  W into_inner() && { return detail::take_out<W>(static_cast<Modern&&>(*this).into_inner()); }
};

template <class W>
BufWriter(W&&) -> BufWriter<W>;
template <class W>
BufWriter(W&&, std::size_t) -> BufWriter<W>;

}  // namespace ferry::v0_2::io
