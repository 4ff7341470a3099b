// take: a reader, of 0.2 or of 1.x, that ends after so many bytes.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include <ferry/io/take.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// The first bytes of a reader; reads in both ways.
///
/// Tokio: 0.2's `io::Take`.
template <detail::Reader R>
class Take : public detail::Legacy<Take<R>, ferry::io::Take<detail::Modern<R>>> {
  using Modern = ferry::io::Take<detail::Modern<R>>;
  using Base = detail::Legacy<Take, Modern>;

 public:
  Take(R reader, std::uint64_t limit)
      : Base(Modern(static_cast<detail::Modern<R>>(std::forward<R>(reader)), limit)) {}

  const std::remove_reference_t<R>& get_ref() const noexcept {
    return detail::unwrapped<R>(Modern::get_ref());
  }
  std::remove_reference_t<R>& get_mut() noexcept { return detail::unwrapped<R>(Modern::get_mut()); }
  R into_inner() && { return detail::take_out<R>(static_cast<Modern&&>(*this).into_inner()); }
};

/// A reader of at most `limit` bytes of `reader`: of the caller's, which is borrowed, or of one that is moved
/// in.
///
/// Tokio: `AsyncReadExt::take`.
template <class R>
  requires detail::Reader<R>
[[nodiscard]] Take<R> take(R&& reader, std::uint64_t limit) {
  return Take<R>(std::forward<R>(reader), limit);
}

}  // namespace ferry::v0_2::io
