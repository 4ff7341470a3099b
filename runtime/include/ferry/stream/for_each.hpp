// for_each, for_each_concurrent: does something asynchronous with every item.
#pragma once

#include <concepts>
#include <cstddef>
#include <utility>

#include <ferry/detail/coop.hpp>
#include <ferry/stream/adapter.hpp>
#include <ferry/stream/buffered.hpp>
#include <ferry/stream/map.hpp>
#include <ferry/stream/then.hpp>

namespace ferry::stream {

/// Completes at the end of a stream, whose items are destroyed.
///
/// Cancelling: as the stream's destruction.
template <class S>
class [[nodiscard]] Drain {
 public:
  using Output = void;

  explicit Drain(S stream) : stream_(std::move(stream)) {}

  Poll<void> poll(Context& cx) {
    while (!detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      if (!*polled) return Poll<void>::ready();
      detail::spend_budget(cx);
    }
    return ferry::pending;
  }

 private:
  S stream_;
};

/// See `for_each`.
template <Stream S, class F>
  requires std::invocable<F&, StreamItem<S>> && Future<std::invoke_result_t<F&, StreamItem<S>>>
class [[nodiscard]] ForEach : public Drain<Then<S, F>> {
 public:
  ForEach(S stream, F f) : Drain<Then<S, F>>(Then<S, F>(std::move(stream), std::move(f))) {}
};

struct MakeForEach {
  template <class S, class F>
  ForEach<S, F> operator()(S stream, F f) const {
    return ForEach<S, F>(std::move(stream), std::move(f));
  }
};

/// A future that awaits `f(item)` for each item, one after the other, and completes at the end. What the
/// futures give is destroyed.
///
/// Cancelling: cancels the future that it is at; its item is gone.
/// Cost: as `then`.
/// Rust: `futures::StreamExt::for_each`.
inline constexpr detail::StreamFunction<MakeForEach, 1> for_each{};

/// See `for_each_concurrent`.
template <Stream S, class F>
  requires std::invocable<F&, StreamItem<S>> && Future<std::invoke_result_t<F&, StreamItem<S>>>
class [[nodiscard]] ForEachConcurrent : public Drain<BufferUnordered<Map<S, F>>> {
  using Futures = Map<S, F>;

 public:
  ForEachConcurrent(S stream, std::size_t limit, F f)
      : Drain<BufferUnordered<Futures>>(
            BufferUnordered<Futures>(Futures(std::move(stream), std::move(f)), limit)) {}
};

struct MakeForEachConcurrent {
  template <class S, class F>
  ForEachConcurrent<S, F> operator()(S stream, std::size_t limit, F f) const {
    return ForEachConcurrent<S, F>(std::move(stream), limit, std::move(f));
  }
};

/// The same with up to `limit` futures at a time, all in this task: `for_each_concurrent(stream, limit, f)`,
/// `stream | for_each_concurrent(limit, f)`.
///
/// Throws: std::logic_error, for a limit of 0.
/// Cancelling: cancels the futures that are running; their items are gone.
/// Cost: as `buffer_unordered`.
/// Rust: `futures::StreamExt::for_each_concurrent`.
inline constexpr detail::StreamFunction<MakeForEachConcurrent, 2> for_each_concurrent{};

}  // namespace ferry::stream
