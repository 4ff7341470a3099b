// What Framed and FramedRead of 0.2 have in common: how they read.
#pragma once

#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/stream/next.hpp>

namespace ferry::v0_2::util::codec::detail {

/// `Base`, a stream of frames of 1.x, with a reader of 0.2 or of 1.x, that reads as 0.2 did: an error is an
/// item like any other.
template <class Base>
class LegacyFrames : public Base {
 public:
  using Item = typename Base::Item;

  explicit LegacyFrames(Base&& base) : Base(std::move(base)) {}

  /// The next frame, or an error; none at the end. Errors: the decoder's, the reader's.
  Poll<std::optional<Item>> poll_next(Context& cx) {
    io::detail::Modern<decltype(this->get_mut())> reader(this->get_mut());
    return this->poll_next_past_errors(reader, cx);
  }
  /// Waits for the next frame; none at the end.
  ///
  /// Cancelling: safe; what was read stays in the buffer.
  [[nodiscard]] auto next() noexcept { return v0_2::stream::next(*this); }
};

}  // namespace ferry::v0_2::util::codec::detail
