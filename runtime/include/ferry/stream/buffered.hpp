// buffered, buffer_unordered: several futures of a stream at a time, in one task.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/detail/in_flight.hpp>
#include <ferry/stream/adapter.hpp>
#include <ferry/stream/fuse.hpp>

namespace ferry::stream {

/// See `buffer_unordered`.
template <Stream S>
  requires Future<StreamItem<S>>
class BufferUnordered {
  using InFlight = detail::InFlight<StreamItem<S>>;

 public:
  using Item = typename InFlight::Output::second_type;

  BufferUnordered(S stream, std::size_t limit) : stream_(std::move(stream)), limit_(limit) {
    FERRY_REQUIRE(limit > 0, "buffer_unordered needs room for one future at least");
  }

  Poll<std::optional<Item>> poll_next(Context& cx) {
    bool has_ended = false;
    while (in_flight_.size() < limit_ && !detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      has_ended = !*polled;
      if (has_ended) break;
      in_flight_.push(**std::move(polled), 0);
      detail::spend_budget(cx);
    }
    if (has_ended && in_flight_.size() == 0) return std::optional<Item>();
    auto polled = in_flight_.poll(cx);
    if (polled.is_pending()) return ferry::pending;
    return Poll<std::optional<Item>>::ready(std::move(polled->second));
  }
  SizeHint size_hint() const { return stream_.size_hint() + SizeHint::exactly(in_flight_.size()); }

 private:
  Fuse<S> stream_;
  InFlight in_flight_;
  std::size_t limit_;
};

struct MakeBufferUnordered {
  template <class S>
  BufferUnordered<S> operator()(S stream, std::size_t limit) const {
    return BufferUnordered<S>(std::move(stream), limit);
  }
};

/// What the futures give that are the stream's items, in the order in which they complete; up to `limit` of
/// them at a time run in this task: `ids | map(fetch) | buffer_unordered(8)`. The stream is polled while
/// there are fewer. `void` becomes `std::monostate`.
///
/// Throws: std::logic_error, for a limit of 0.
/// Cancelling: of `next`: safe; the futures stay in the stream, which may be moved meanwhile.
/// Cost: a wake-up polls the futures that were woken, not all; memory for the largest number of them at a
/// time.
/// Rust: `futures::StreamExt::buffer_unordered`.
inline constexpr detail::StreamFunction<MakeBufferUnordered, 1> buffer_unordered{};

/// See `buffered`.
template <Stream S>
  requires Future<StreamItem<S>>
class Buffered {
  using InFlight = detail::InFlight<StreamItem<S>>;

 public:
  using Item = typename InFlight::Output::second_type;

  Buffered(S stream, std::size_t limit) : stream_(std::move(stream)), limit_(limit) {
    FERRY_REQUIRE(limit > 0, "buffered needs room for one future at least");
  }

  Poll<std::optional<Item>> poll_next(Context& cx) {
    bool has_ended = has_failed_;
    while (outputs_.size() < limit_ && !has_ended && !detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      has_ended = !*polled;
      if (has_ended) break;
      in_flight_.push(**std::move(polled), given_ + outputs_.size());
      outputs_.emplace_back();
      detail::spend_budget(cx);
    }
    if (has_ended && outputs_.empty()) return std::optional<Item>();
    while (outputs_.empty() || !outputs_.front()) {
      auto polled = poll_in_flight(cx);
      if (polled.is_pending()) return ferry::pending;
      outputs_[polled->first - given_].emplace(std::move(polled->second));
    }
    std::optional<Item> item = std::move(outputs_.front());
    outputs_.pop_front();
    ++given_;
    return item;
  }
  SizeHint size_hint() const { return stream_.size_hint() + SizeHint::exactly(outputs_.size()); }

 private:
  Poll<typename InFlight::Output> poll_in_flight(Context& cx) {
    try {
      return in_flight_.poll(cx);
    } catch (...) {
      has_failed_ = true;
      in_flight_ = InFlight();
      outputs_.clear();
      throw;
    }
  }

  Fuse<S> stream_;
  InFlight in_flight_;
  std::deque<std::optional<Item>> outputs_;  // of those that were started and not given
  std::uint64_t given_ = 0;
  std::size_t limit_;
  bool has_failed_ = false;
};

struct MakeBuffered {
  template <class S>
  Buffered<S> operator()(S stream, std::size_t limit) const {
    return Buffered<S>(std::move(stream), limit);
  }
};

/// As `buffer_unordered`, in the order of the stream: an output waits for those before it, and counts against
/// `limit` until it is given.
///
/// Throws: std::logic_error, for a limit of 0; what a future throws, which ends the stream and cancels the
/// others. Cancelling: of `next`: safe; the futures stay in the stream, which may be moved meanwhile. Cost:
/// as `buffer_unordered`, and memory for `limit` outputs. Rust: `futures::StreamExt::buffered`.
inline constexpr detail::StreamFunction<MakeBuffered, 1> buffered{};

}  // namespace ferry::stream
