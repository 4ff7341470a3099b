// Sink: takes many values, one after the other; and sending to one.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/stream.hpp>

namespace ferry::util {

/// The error of a sink.
template <class S>
using SinkError = typename std::remove_cvref_t<S>::Error;

/// Takes an `Item` in two steps: `poll_ready` until it is ready, then `start_send`. `poll_flush` completes
/// once all that was sent has reached its destination, `poll_close` once that is so and the sink has ended:
/// nothing is sent afterwards. One sink may take items of several types. Tokio: `futures::Sink`.
template <class S, class Item>
concept Sink = requires { typename SinkError<S>; } &&
               requires(std::remove_reference_t<S>& sink, Context& cx, Item&& item) {
                 { sink.poll_ready(cx) } -> std::same_as<Poll<Result<void, SinkError<S>>>>;
                 { sink.start_send(std::forward<Item>(item)) } -> std::same_as<Result<void, SinkError<S>>>;
                 { sink.poll_flush(cx) } -> std::same_as<Poll<Result<void, SinkError<S>>>>;
                 { sink.poll_close(cx) } -> std::same_as<Poll<Result<void, SinkError<S>>>>;
               };

/// Completes once the sink has taken the item.
///
/// Cancelling: the item is lost with the future when it was not taken yet.
template <class S, class Item>
class [[nodiscard]] Feed {
 public:
  using Output = Result<void, SinkError<S>>;

  Feed(S& sink, Item&& item) : sink_(&sink), item_(std::forward<Item>(item)) {}
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  Poll<Output> poll(Context& cx) {
    Poll<Output> ready = sink_->poll_ready(cx);
    if (ready.is_pending() || !*ready) return ready;
    return sink_->start_send(std::forward<Item>(item_));
  }

 private:
  S* sink_;
  Item item_;  // a reference to what was passed by name
};

/// Completes once all that the sink has taken has reached its destination.
///
/// Cancelling: safe; may be begun again.
template <class S>
class [[nodiscard]] FlushSink {
 public:
  using Output = Result<void, SinkError<S>>;

  explicit FlushSink(S& sink) noexcept : sink_(&sink) {}
  FlushSink(const FlushSink&) = delete;
  FlushSink& operator=(const FlushSink&) = delete;

  Poll<Output> poll(Context& cx) { return sink_->poll_flush(cx); }

 private:
  S* sink_;
};

/// Completes once the item, and all that was fed before it, has reached its destination.
///
/// Cancelling: the item is lost with the future when it was not taken yet; otherwise the next flush sends it.
template <class S, class Item>
class [[nodiscard]] Send {
 public:
  using Output = Result<void, SinkError<S>>;

  Send(S& sink, Item&& item) : feed_(sink, std::forward<Item>(item)), flush_(sink) {}
  Send(const Send&) = delete;
  Send& operator=(const Send&) = delete;

  Poll<Output> poll(Context& cx) {
    if (!is_fed_) {
      Poll<Output> fed = feed_.poll(cx);
      if (fed.is_pending() || !*fed) return fed;
      is_fed_ = true;
    }
    return flush_.poll(cx);
  }

 private:
  Feed<S, Item> feed_;
  FlushSink<S> flush_;
  bool is_fed_ = false;
};

/// Completes once the sink has ended.
///
/// Cancelling: safe; may be begun again.
template <class S>
class [[nodiscard]] Close {
 public:
  using Output = Result<void, SinkError<S>>;

  explicit Close(S& sink) noexcept : sink_(&sink) {}
  Close(const Close&) = delete;
  Close& operator=(const Close&) = delete;

  Poll<Output> poll(Context& cx) { return sink_->poll_close(cx); }

 private:
  S* sink_;
};

namespace detail {

// What a sink is sent of a stream's item: the item, or the value of a Result.
template <class S, class Item>
struct SentItem {};
template <class S, class Item>
  requires Sink<S, Item>
struct SentItem<S, Item> {
  using Type = Item;
};
template <class S, class T, class E>
  requires(!Sink<S, Result<T, E>> && Sink<S, T> && std::convertible_to<E, SinkError<S>>)
struct SentItem<S, Result<T, E>> {
  using Type = T;
};

}  // namespace detail

/// Completes once the stream has ended and the sink is flushed, or with the first error of either.
///
/// Cancelling: nothing that the sink has taken is lost; one item of the stream may be.
template <class S, stream::Stream Items>
class [[nodiscard]] SendAll {
 public:
  using Output = Result<void, SinkError<S>>;

  SendAll(S& sink, Items& items) noexcept : sink_(&sink), items_(&items) {}
  SendAll(const SendAll&) = delete;
  SendAll& operator=(const SendAll&) = delete;

  Poll<Output> poll(Context& cx) {
    while (!has_ended_) {
      if (item_) {
        Poll<Output> ready = sink_->poll_ready(cx);
        if (ready.is_pending() || !*ready) return ready;
        Output sent = sink_->start_send(std::move(*item_));
        item_.reset();
        if (!sent) return sent;
      }
      Poll<std::optional<stream::StreamItem<Items>>> next = items_->poll_next(cx);
      // What waits for the stream must not wait for it in a buffer.
      if (next.is_pending()) {
        Poll<Output> flushed = sink_->poll_flush(cx);
        return flushed.is_ready() && !*flushed ? std::move(flushed) : Poll<Output>(pending);
      }
      has_ended_ = !*next;
      if (has_ended_) break;
      if constexpr (std::is_same_v<Item, stream::StreamItem<Items>>) {
        item_.emplace(std::move(**next));
      } else {
        if (!**next) return Output(boost::system::in_place_error, std::move(**next).error());
        item_.emplace(std::move(***next));
      }
    }
    return sink_->poll_flush(cx);
  }

 private:
  using Item = typename detail::SentItem<S, stream::StreamItem<Items>>::Type;

  S* sink_;
  Items* items_;
  std::optional<Item> item_;
  bool has_ended_ = false;
};

/// Gives `item` to `sink` without flushing it. An item that is passed by name is borrowed, as `sink` is.
///
/// Cancelling: the item may be lost.
/// Tokio: `SinkExt::feed`.
template <class S, class Item>
  requires Sink<S, Item>
Feed<std::remove_reference_t<S>, Item> feed(S&& sink, Item&& item) {
  return {sink, std::forward<Item>(item)};
}

/// Gives `item` to `sink` and flushes it: for many items, `feed` each and flush once. An item that is passed
/// by name is borrowed, as `sink` is.
///
/// Cancelling: the item may be lost.
/// Tokio: `SinkExt::send`.
template <class S, class Item>
  requires Sink<S, Item>
Send<std::remove_reference_t<S>, Item> send(S&& sink, Item&& item) {
  return {sink, std::forward<Item>(item)};
}

/// Gives all that comes from `items` to `sink`, which is flushed at the end and whenever the stream makes it
/// wait. An item is what the sink takes, or a `Result` of it, whose error ends this. Both are borrowed.
///
/// Cancelling: one item may be lost.
/// Tokio: `SinkExt::send_all`.
template <class S, class Items>
  requires(stream::Stream<Items> &&
           requires { typename detail::SentItem<S, stream::StreamItem<Items>>::Type; })
SendAll<std::remove_reference_t<S>, std::remove_reference_t<Items>> send_all(S&& sink,
                                                                             Items&& items) noexcept {
  return {sink, items};
}

/// Waits until all that `sink` has taken has reached its destination.
///
/// Cancelling: safe.
/// Tokio: `SinkExt::flush`.
template <class S>
  requires requires { typename SinkError<S>; }
FlushSink<std::remove_reference_t<S>> flush(S&& sink) noexcept {
  return FlushSink<std::remove_reference_t<S>>(sink);
}

/// Flushes and ends `sink`.
///
/// Cancelling: safe.
/// Tokio: `SinkExt::close`.
template <class S>
  requires requires { typename SinkError<S>; }
Close<std::remove_reference_t<S>> close(S&& sink) noexcept {
  return Close<std::remove_reference_t<S>>(sink);
}

/// The functions of sinks as members, for a sink `Self`. The futures borrow the sink, and an item that is
/// passed by name.
template <class Self>
class SinkMembers {
 public:
  /// Cancelling: the item may be lost. See util::feed.
  template <class Item>
  [[nodiscard]] auto feed(Item&& item) {
    return util::feed(self(), std::forward<Item>(item));
  }
  /// Cancelling: the item may be lost. See util::send.
  template <class Item>
  [[nodiscard]] auto send(Item&& item) {
    return util::send(self(), std::forward<Item>(item));
  }
  /// Cancelling: one item may be lost. See util::send_all.
  template <class Items>
  [[nodiscard]] auto send_all(Items&& items) {
    return util::send_all(self(), items);
  }
  /// Cancelling: safe. See util::flush.
  [[nodiscard]] auto flush() noexcept { return util::flush(self()); }
  /// Cancelling: safe. See util::close.
  [[nodiscard]] auto close() noexcept { return util::close(self()); }

 private:
  friend Self;
  SinkMembers() = default;
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

/// A sink whose errors go through a callable.
///
/// Tokio: `futures::sink::SinkMapErr`.
template <class S, class F>
class SinkMapErr {
 public:
  using Error = std::remove_cvref_t<std::invoke_result_t<F&, SinkError<S>>>;

  SinkMapErr(S sink, F map) : sink_(std::move(sink)), map_(std::move(map)) {}

  Poll<Result<void, Error>> poll_ready(Context& cx) { return mapped(sink_.poll_ready(cx)); }
  template <class Item>
    requires Sink<S, Item>
  Result<void, Error> start_send(Item&& item) {
    return mapped(sink_.start_send(std::forward<Item>(item)));
  }
  Poll<Result<void, Error>> poll_flush(Context& cx) { return mapped(sink_.poll_flush(cx)); }
  Poll<Result<void, Error>> poll_close(Context& cx) { return mapped(sink_.poll_close(cx)); }

  const S& get_ref() const noexcept { return sink_; }
  S& get_mut() noexcept { return sink_; }
  S into_inner() && { return std::move(sink_); }

 private:
  Result<void, Error> mapped(Result<void, SinkError<S>> result) {
    if (result) return {};
    return Result<void, Error>(boost::system::in_place_error, std::invoke(map_, std::move(result).error()));
  }
  Poll<Result<void, Error>> mapped(Poll<Result<void, SinkError<S>>> polled) {
    if (polled.is_pending()) return pending;
    return mapped(*std::move(polled));
  }

  S sink_;
  F map_;
};

/// `sink` with `map` applied to its errors: what makes the sender of a channel one whose errors are
/// `io::Error`.
///
/// Tokio: `SinkExt::sink_map_err`.
template <class S, class F>
SinkMapErr<std::decay_t<S>, std::decay_t<F>> sink_map_err(S&& sink, F&& map) {
  return {std::forward<S>(sink), std::forward<F>(map)};
}

}  // namespace ferry::util
