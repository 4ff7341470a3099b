// Polling a future by hand: what it says, and whether it was woken.
#pragma once

#include <atomic>
#include <concepts>
#include <memory>
#include <utility>

#include <ferry/future.hpp>

namespace ferry::test {

/// Counts how often its waker was called.
class WakeCounter {
 public:
  std::size_t count() const noexcept { return state_->load(); }
  Waker waker() const { return Waker(&kVTable, new std::shared_ptr<std::atomic<std::size_t>>(state_)); }

 private:
  using State = std::shared_ptr<std::atomic<std::size_t>>;
  static State& state(void* data) { return *static_cast<State*>(data); }
  inline static constexpr WakerVTable kVTable = {
      [](void* data) -> void* { return new State(state(data)); },
      [](void* data) {
        state(data)->fetch_add(1);
        delete &state(data);
      },
      [](void* data) { state(data)->fetch_add(1); },
      [](void* data) noexcept { delete &state(data); },
  };
  State state_ = std::make_shared<std::atomic<std::size_t>>(0);
};

/// A future polled by hand, as a task would. Made from a callable that returns it, so that it need not be
/// movable.
template <class F>
class Spawned {
 public:
  template <std::invocable Make>
  explicit Spawned(Make&& make) : future_(std::forward<Make>(make)()) {}

  /// Polls it once and forgets earlier wake-ups.
  Poll<FutureOutput<F>> poll() {
    seen_ = wakes_.count();
    const Waker waker = waker_;
    Context cx(waker);
    return future_.poll(cx);
  }
  /// Whether it was woken since the last poll.
  bool is_woken() const noexcept { return wakes_.count() != seen_; }

  F& operator*() noexcept { return future_; }
  F* operator->() noexcept { return &future_; }

 private:
  WakeCounter wakes_;
  Waker waker_ = wakes_.waker();
  std::size_t seen_ = 0;
  F future_;
};

/// `auto waiting = test::spawn([&] { return notify.notified(); });`
template <class Make>
Spawned<std::invoke_result_t<Make>> spawn(Make&& make) {
  return Spawned<std::invoke_result_t<Make>>(std::forward<Make>(make));
}

}  // namespace ferry::test
