// chain: one reader after the other.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// What the first reader gives, and at its end what the second one gives. The first is not asked again then.
///
/// Tokio: `io::Chain`.
template <AsyncRead A, AsyncRead B>
class Chain : public ReadMembersMut<Chain<A, B>>,
              public detail::MembersIf<AsyncBufRead<A> && AsyncBufRead<B>, BufReadMembers<Chain<A, B>>> {
 public:
  Chain(A first, B second) : first_(std::forward<A>(first)), second_(std::forward<B>(second)) {}

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) {
    if (!is_first_done_) {
      const std::size_t room = buf.remaining();
      Poll<Result<void>> polled = first_.poll_read(cx, buf);
      if (polled.is_pending() || !*polled || buf.remaining() != room || room == 0) return polled;
      is_first_done_ = true;
    }
    return second_.poll_read(cx, buf);
  }

  Poll<Result<std::span<const std::byte>>> poll_fill_buf(Context& cx)
    requires(AsyncBufRead<A> && AsyncBufRead<B>)
  {
    if (!is_first_done_) {
      Poll<Result<std::span<const std::byte>>> filled = first_.poll_fill_buf(cx);
      if (filled.is_pending() || !*filled || !(*filled)->empty()) return filled;
      is_first_done_ = true;
    }
    return second_.poll_fill_buf(cx);
  }
  void consume(std::size_t size)
    requires(AsyncBufRead<A> && AsyncBufRead<B>)
  {
    if (is_first_done_)
      second_.consume(size);
    else
      first_.consume(size);
  }

  std::pair<const std::remove_reference_t<A>&, const std::remove_reference_t<B>&> get_ref() const noexcept {
    return {first_, second_};
  }
  std::pair<std::remove_reference_t<A>&, std::remove_reference_t<B>&> get_mut() noexcept {
    return {first_, second_};
  }
  std::pair<A, B> into_inner() && { return {std::forward<A>(first_), std::forward<B>(second_)}; }

 private:
  A first_;
  B second_;
  bool is_first_done_ = false;
};

/// A reader that goes on with `second` when `first` has ended: the caller's readers, which are borrowed, or
/// ones that are moved in.
///
/// Tokio: `AsyncReadExt::chain`.
template <class A, class B>
  requires(AsyncRead<A> && AsyncRead<B>)
[[nodiscard]] Chain<A, B> chain(A&& first, B&& second) {
  return Chain<A, B>(std::forward<A>(first), std::forward<B>(second));
}

}  // namespace ferry::io
