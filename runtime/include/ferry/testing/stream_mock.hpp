// StreamMock: a stream that does what a test tells it.
#pragma once

#include <deque>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include <ferry/assert.hpp>
#include <ferry/pin.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/time/sleep.hpp>

namespace ferry::detail {

/// Says on standard error that a StreamMock was not read to its end, and aborts.
[[noreturn]] void stream_mock_left_over() noexcept;

}  // namespace ferry::detail

namespace ferry::testing::stream_mock {

template <class T>
class StreamMock;

/// Writes the script of a StreamMock: `StreamMockBuilder<int>().next(1).wait(1s).next(2).build()`.
/// Tokio: `tokio_test::stream_mock::StreamMockBuilder`.
template <class T>
class StreamMockBuilder {
 public:
  /// The next item.
  StreamMockBuilder& next(T item) & {
    script_.emplace_back(std::in_place_index<0>, std::move(item));
    return *this;
  }
  StreamMockBuilder&& next(T item) && { return std::move(next(std::move(item))); }

  /// Nothing for so long. Counted from the poll that comes to it.
  StreamMockBuilder& wait(time::Duration duration) & {
    script_.emplace_back(std::in_place_index<1>, duration);
    return *this;
  }
  StreamMockBuilder&& wait(time::Duration duration) && { return std::move(wait(duration)); }

  /// The stream. It ends after the last step.
  [[nodiscard]] StreamMock<T> build() && { return StreamMock<T>(std::move(script_)); }

 private:
  friend class StreamMock<T>;
  using Script = std::deque<std::variant<T, time::Duration>>;

  Script script_;
};

/// Plays a script. Destroying it before its last step ends the test program, unless an exception is on its
/// way.
///
/// Thread safety: owned by one thread at a time.
/// Tokio: `tokio_test::stream_mock::StreamMock`.
template <class T>
class StreamMock {
 public:
  using Item = T;

  StreamMock(StreamMock&& other) noexcept
      : script_(std::exchange(other.script_, {})), waiting_(std::exchange(other.waiting_, std::nullopt)) {}
  StreamMock& operator=(StreamMock&& other) noexcept {
    std::swap(script_, other.script_);
    std::swap(waiting_, other.waiting_);
    return *this;
  }
  ~StreamMock() {
    if (!script_.empty() && std::uncaught_exceptions() == 0) detail::stream_mock_left_over();
  }

  Poll<std::optional<T>> poll_next(Context& cx) {
    while (!script_.empty() && script_.front().index() == 1) {
      if (!waiting_) waiting_.emplace(pin(time::sleep, std::get<1>(script_.front())));
      if (waiting_->poll(cx).is_pending()) return ferry::pending;
      waiting_.reset();
      script_.pop_front();
    }
    if (script_.empty()) return std::optional<T>();
    std::optional<T> item(std::get<0>(std::move(script_.front())));
    script_.pop_front();
    return item;
  }

 private:
  friend class StreamMockBuilder<T>;
  using Script = typename StreamMockBuilder<T>::Script;
  explicit StreamMock(Script script) : script_(std::move(script)) {}

  Script script_;
  std::optional<Pin<time::Sleep>> waiting_;
};

}  // namespace ferry::testing::stream_mock
