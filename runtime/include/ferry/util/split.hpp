// split: what is a stream and a sink as one of each, for two tasks.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/future.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/util/sink.hpp>

namespace ferry::util {

template <class S>
class SplitSink;

namespace detail {

template <class S>
struct Shared {
  explicit Shared(S&& inner) : inner(std::move(inner)) {}

  std::mutex mutex;  // held for the length of a poll
  S inner;
};

}  // namespace detail

/// The stream of what was split. See util::split.
///
/// Thread safety: the halves may be used on different threads; each is used by one task at a time.
/// Tokio: `futures::stream::SplitStream`.
template <stream::Stream S>
class SplitStream {
 public:
  using Item = stream::StreamItem<S>;

  explicit SplitStream(std::shared_ptr<detail::Shared<S>> shared) noexcept : shared_(std::move(shared)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    const std::lock_guard lock(shared_->mutex);
    return shared_->inner.poll_next(cx);
  }
  /// Waits for the next item.
  ///
  /// Cancelling: as that of what was split.
  [[nodiscard]] auto next() noexcept { return stream::next(*this); }

  /// Whether both come from one. Tokio: `SplitStream::is_pair_of`.
  bool is_pair_of(const SplitSink<S>& other) const noexcept { return shared_ == other.shared_; }
  /// Puts the halves together again. Throws: std::logic_error when they are not of one; they are lost then.
  /// Tokio: `SplitStream::reunite`.
  S reunite(SplitSink<S> other) && {
    FERRY_REQUIRE(is_pair_of(other), "SplitStream::reunite: the halves come from different streams");
    return std::move(shared_->inner);
  }

 private:
  friend SplitSink<S>;
  std::shared_ptr<detail::Shared<S>> shared_;
};

/// The sink of what was split. See util::split. Destroying it closes nothing.
///
/// Thread safety: the halves may be used on different threads; each is used by one task at a time.
/// Tokio: `futures::stream::SplitSink`.
template <class S>
class SplitSink : public SinkMembers<SplitSink<S>> {
 public:
  using Error = SinkError<S>;

  explicit SplitSink(std::shared_ptr<detail::Shared<S>> shared) noexcept : shared_(std::move(shared)) {}

  Poll<Result<void, Error>> poll_ready(Context& cx) {
    const std::lock_guard lock(shared_->mutex);
    return shared_->inner.poll_ready(cx);
  }
  template <class Item>
    requires Sink<S, Item>
  [[nodiscard]] Result<void, Error> start_send(Item&& item) {
    const std::lock_guard lock(shared_->mutex);
    return shared_->inner.start_send(std::forward<Item>(item));
  }
  Poll<Result<void, Error>> poll_flush(Context& cx) {
    const std::lock_guard lock(shared_->mutex);
    return shared_->inner.poll_flush(cx);
  }
  Poll<Result<void, Error>> poll_close(Context& cx) {
    const std::lock_guard lock(shared_->mutex);
    return shared_->inner.poll_close(cx);
  }

  /// Whether both come from one. Tokio: `SplitSink::is_pair_of`.
  bool is_pair_of(const SplitStream<S>& other) const noexcept { return shared_ == other.shared_; }

 private:
  friend SplitStream<S>;
  std::shared_ptr<detail::Shared<S>> shared_;
};

/// Divides what is a stream and a sink, as a `Framed` is, into one of each; it is moved in. They end when
/// both are destroyed.
///
/// Cost: one allocation; a lock around each poll.
/// Tokio: `StreamExt::split` of the crate futures.
template <class S>
  requires(stream::Stream<S> && requires { typename SinkError<S>; } && !std::is_reference_v<S>)
[[nodiscard]] std::pair<SplitSink<S>, SplitStream<S>> split(S&& stream) {
  auto shared = std::make_shared<detail::Shared<S>>(std::move(stream));
  return {SplitSink<S>(shared), SplitStream<S>(shared)};
}

}  // namespace ferry::util
