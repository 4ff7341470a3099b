// peekable: a stream whose next item can be looked at.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/stream/adapter.hpp>
#include <ferry/stream/fuse.hpp>

namespace ferry::stream {

/// Completes with the next item of a Peekable if that is as wanted, with none otherwise, or at the end.
///
/// Cancelling: safe; an item is taken only by the poll that gives it.
template <class Peekable, class P>
class [[nodiscard]] NextIf {
 public:
  using Output = std::optional<StreamItem<Peekable>>;

  NextIf(Peekable& stream, P is_wanted) : stream_(&stream), is_wanted_(std::move(is_wanted)) {}
  NextIf(const NextIf&) = delete;
  NextIf& operator=(const NextIf&) = delete;

  Poll<Output> poll(Context& cx) {
    auto peeked = stream_->poll_peek(cx);
    if (peeked.is_pending()) return ferry::pending;
    if (*peeked == nullptr || !std::invoke(is_wanted_, std::as_const(**peeked))) return Output();
    return stream_->poll_next(cx);
  }

 private:
  Peekable* stream_;
  [[no_unique_address]] P is_wanted_;
};

/// See `peekable`.
template <Stream S>
class Peekable {
 public:
  using Item = StreamItem<S>;

  class Peek;

  explicit Peekable(S stream) : stream_(std::move(stream)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (!peeked_) return stream_.poll_next(cx);
    std::optional<Item> item = std::move(peeked_);
    peeked_.reset();
    return item;
  }
  SizeHint size_hint() const { return stream_.size_hint() + SizeHint::exactly(peeked_ ? 1 : 0); }

  /// Waits for the next item and leaves it in the stream: a pointer to it, which is good until the stream is
  /// moved or gives it, and null at the end.
  ///
  /// Cancelling: safe.
  /// Tokio: `Peekable::peek`.
  [[nodiscard]] Peek peek() noexcept { return Peek(*this); }
  /// The same, to be polled.
  Poll<Item*> poll_peek(Context& cx) {
    if (!peeked_) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) return ferry::pending;
      if (!*polled) return nullptr;
      peeked_.emplace(**std::move(polled));
    }
    return &*peeked_;
  }

  /// Waits for the next item and takes it if `is_wanted(const item&)`; none otherwise, or at the end.
  ///
  /// Cancelling: safe.
  /// Tokio: `Peekable::next_if`.
  template <std::predicate<const Item&> P>
  [[nodiscard]] NextIf<Peekable, P> next_if(P is_wanted) noexcept(std::is_nothrow_move_constructible_v<P>) {
    return NextIf<Peekable, P>(*this, std::move(is_wanted));
  }
  /// The same for an item that equals `expected`.
  ///
  /// Cancelling: safe.
  /// Tokio: `Peekable::next_if_eq`.
  template <class T>
    requires std::equality_comparable_with<const Item&, const T&>
  [[nodiscard]] auto next_if_eq(T expected) {
    return next_if([expected = std::move(expected)](const Item& item) { return item == expected; });
  }

 private:
  Fuse<S> stream_;
  std::optional<Item> peeked_;
};

/// Waits for the next item of a Peekable. See `peek`. Cannot be moved.
///
/// Cancelling: safe; the item stays in the stream.
template <Stream S>
class [[nodiscard]] Peekable<S>::Peek {
 public:
  using Output = Item*;

  explicit Peek(Peekable& stream) noexcept : stream_(&stream) {}
  Peek(const Peek&) = delete;
  Peek& operator=(const Peek&) = delete;

  Poll<Output> poll(Context& cx) { return stream_->poll_peek(cx); }

 private:
  Peekable* stream_;
};

struct MakePeekable {
  template <class S>
  Peekable<S> operator()(S stream) const {
    return Peekable<S>(std::move(stream));
  }
};

/// The same stream, with members `peek`, `next_if` and `next_if_eq`.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::peekable`.
inline constexpr detail::StreamFunction<MakePeekable, 0> peekable{};

}  // namespace ferry::stream
