// AnyStream: any stream of one kind of item.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/stream/stream.hpp>

namespace ferry::stream {

/// Owns a stream whose type is forgotten: `AnyStream<int> numbers = iter(v) | map(f);`. Can be moved.
///
/// Cancelling: of `next`: as the stream's.
/// Thread safety: as the stream.
/// Cost: one allocation; an indirect call for each poll.
/// Rust: `futures::stream::BoxStream`.
template <class T>
class AnyStream {
 public:
  using Item = T;

  template <class S>
    requires(!std::is_lvalue_reference_v<S> && !std::same_as<S, AnyStream>) && Stream<S> &&
            std::same_as<StreamItem<S>, T>
  AnyStream(S&& stream) : stream_(std::make_unique<Owned<S>>(std::move(stream))) {}

  Poll<std::optional<T>> poll_next(Context& cx) {
    FERRY_ASSERT(stream_ != nullptr, "an AnyStream that was moved from has no items");
    return stream_->poll_next(cx);
  }
  SizeHint size_hint() const { return stream_->size_hint(); }

 private:
  class Base {
   public:
    virtual ~Base() = default;
    virtual Poll<std::optional<T>> poll_next(Context& cx) = 0;
    virtual SizeHint size_hint() const = 0;
  };
  template <class S>
  class Owned final : public Base {
   public:
    explicit Owned(S&& stream) : stream_(std::move(stream)) {}
    Poll<std::optional<T>> poll_next(Context& cx) override { return stream_.poll_next(cx); }
    SizeHint size_hint() const override { return stream::size_hint(stream_); }

   private:
    S stream_;
  };

  std::unique_ptr<Base> stream_;
};

template <Stream S>
AnyStream(S) -> AnyStream<StreamItem<S>>;

}  // namespace ferry::stream
