// copy, from readers of 0.2 and of 1.x.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/io/copy.hpp>
#include <ferry/pin.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::io {
namespace detail {

struct MakeCopy {
  auto operator()(auto& reader, auto& writer) const { return ferry::io::copy(reader, writer); }
};
struct MakeCopyBidirectional {
  auto operator()(auto& a, auto& b) const { return ferry::io::copy_bidirectional(a, b); }
};

}  // namespace detail

/// Completes with the number of bytes copied, once the reader has ended and the writer is flushed. May be
/// moved at any time.
///
/// Cancelling: not safe; what was read but not yet written is lost.
/// Tokio: 0.2's `io::Copy`.
template <detail::Reader R, detail::Writer W>
class [[nodiscard]] FERRY_NATIVE("IOE-10", safe, "auto, or a ferry::Pin of what ferry::io::copy gives") Copy {
 public:
  using Output = ferry::io::Result<std::uint64_t>;

  Copy(R& reader, W& writer) : copying_(detail::movable(detail::MakeCopy(), reader, writer)) {}

  Poll<Output> poll(Context& cx) { return copying_.poll(cx); }

 private:
  ferry::Pin<detail::Bridged<detail::MakeCopy, R, W>> copying_;
};

/// Copies all that `reader` gives to `writer`, and flushes it at the end. Both are borrowed.
///
/// Errors: the reader's or the writer's; WriteZero when the writer takes nothing.
/// Cancelling: not safe.
/// Cost: two allocations.
/// Tokio: `io::copy`.
template <class R, class W>
  requires(detail::Reader<R> && detail::Writer<W>)
Copy<std::remove_reference_t<R>, std::remove_reference_t<W>> copy(R&& reader, W&& writer) {
  return {reader, writer};
}

using ferry::io::copy_bidirectional;
/// As ferry::io::copy_bidirectional, where one of the streams or both are of 0.2. Cancelling: not safe.
template <class A, class B>
  requires(detail::OnlyLegacy<A> || detail::OnlyLegacy<B>)
auto copy_bidirectional(A&& a, B&& b) {
  return detail::movable(detail::MakeCopyBidirectional(), a, b);
}

}  // namespace ferry::v0_2::io

#pragma GCC diagnostic pop
