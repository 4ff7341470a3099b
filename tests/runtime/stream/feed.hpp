// Streams that do what a test tells them, and looking at what a stream gives.
#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/stream/stream.hpp>

namespace ferry::test {

/// Gives what is put into it; pending while there is nothing.
class Feed {
 public:
  using Item = int;

  Feed() = default;
  explicit Feed(std::deque<int> items) : items_(std::move(items)), is_closed_(true) {}

  Poll<std::optional<int>> poll_next(Context& cx) {
    ++polls;
    if (!items_.empty()) {
      const int item = items_.front();
      items_.pop_front();
      return std::optional(item);
    }
    if (is_closed_) return std::optional<int>();
    waker_ = cx.waker();
    return ferry::pending;
  }

  void put(int item) {
    items_.push_back(item);
    waker_.wake_by_ref();
  }
  void close() {
    is_closed_ = true;
    waker_.wake_by_ref();
  }

  int polls = 0;

 private:
  std::deque<int> items_;
  bool is_closed_ = false;
  Waker waker_ = Waker::noop();
};

/// Always has another item, and knows nothing of the budget.
class Endless {
 public:
  using Item = int;
  Poll<std::optional<int>> poll_next(Context&) { return std::optional(next_++); }

 private:
  int next_ = 0;
};

/// What a stream says to one poll.
template <class S>
Poll<std::optional<stream::StreamItem<S>>> poll_next(S& stream) {
  Context cx(Waker::noop());
  return stream.poll_next(cx);
}

/// What a stream that is never pending gives up to its end.
template <class S>
std::vector<stream::StreamItem<S>> items_of(S&& stream) {
  std::vector<stream::StreamItem<S>> items;
  for (;;) {
    auto polled = poll_next(stream);
    REQUIRE(polled.is_ready());
    if (!*polled) return items;
    items.push_back(**std::move(polled));
  }
}

}  // namespace ferry::test
