// collect: 0.2's, which also makes one piece of the bytes of many.
#pragma once

#include <concepts>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/io/buf.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/adapter.hpp>
#include <ferry/stream/collect.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::stream {
namespace detail {

/// The bytes of buffers, one after the other, in one piece.
class Joined {
 public:
  template <class B>
    requires std::convertible_to<const B&, ferry::io::ConstBytes>
  void append(B&& buffer) {
    bytes_.put_slice(std::as_const(buffer));
  }
  template <class B>
    requires(ferry::io::BufLike<B> && !std::convertible_to<const B&, ferry::io::ConstBytes>)
  void append(B&& buffer) {
    while (buffer.remaining() > 0) {
      const std::span<const std::byte> chunk = buffer.chunk();
      bytes_.put_slice(chunk);
      buffer.advance(chunk.size());
    }
  }
  operator ferry::util::BytesMut() && noexcept { return std::move(bytes_); }

 private:
  ferry::util::BytesMut bytes_;
};

// What is made a `C` once it has been collected.
template <class C>
struct Collected {
  using Type = C;
};
template <>
struct Collected<ferry::util::BytesMut> {
  using Type = Joined;
};
template <class E>
struct Collected<Result<ferry::util::BytesMut, E>> {
  using Type = Result<Joined, E>;
};

/// Completes with a `C` of the bytes of all items.
///
/// Cancelling: loses the bytes collected so far.
template <class C, ferry::stream::Stream S>
class [[nodiscard]] CollectBytes {
 public:
  using Output = C;

  explicit CollectBytes(S stream) : collect_(std::move(stream)) {}

  Poll<Output> poll(Context& cx) {
    return collect_.poll(cx).map([](auto collected) { return C(std::move(collected)); });
  }

 private:
  ferry::stream::Collect<typename Collected<C>::Type, S> collect_;
};

template <class C>
struct MakeCollectBytes {
  template <class S>
    requires ferry::stream::FromStream<typename Collected<C>::Type, ferry::stream::StreamItem<S>>
  CollectBytes<C, S> operator()(S stream) const {
    return CollectBytes<C, S>(std::move(stream));
  }
};

}  // namespace detail

/// `C` is what `collect` can make of items of type `Item`. Tokio: 0.2's `stream::FromStream`.
template <class C, class Item>
concept FromStream = ferry::stream::FromStream<typename detail::Collected<C>::Type, Item>;

/// A future of a `C` with all items, as in 1.x.
///
/// Cancelling: loses the items collected so far.
/// Tokio: `StreamExt::collect`.
template <class C>
inline constexpr auto& collect = ferry::stream::collect<C>;

/// The bytes of all items, which are buffers, in one piece.
///
/// Cancelling: loses the bytes collected so far.
/// Tokio: 0.2's `FromStream for BytesMut`, `FromStream for Bytes`.
template <>
FERRY_NATIVE("STRM-07", unsafe, "ferry::stream::fold, which appends each item to a ferry::util::BytesMut")
inline constexpr ferry::detail::StreamFunction<detail::MakeCollectBytes<ferry::util::BytesMut>,
                                               0> collect<ferry::util::BytesMut>{};

/// The same of results, up to the first error.
///
/// Cancelling: loses the bytes collected so far.
template <class E>
FERRY_NATIVE("STRM-07", unsafe, "ferry::stream::fold, which appends each item to a ferry::util::BytesMut")
inline constexpr ferry::detail::StreamFunction<detail::MakeCollectBytes<Result<ferry::util::BytesMut, E>>,
                                               0> collect<Result<ferry::util::BytesMut, E>>{};

}  // namespace ferry::v0_2::stream
