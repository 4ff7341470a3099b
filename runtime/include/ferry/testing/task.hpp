// spawn: a future or a stream that a test polls by hand, and block_on.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/runtime/runtime.hpp>
#include <ferry/stream/stream.hpp>

namespace ferry::testing::task {

/// Counts how often its wakers were called: for what is polled with a waker and is no future of its own.
///
/// Thread safety: every member may be called from any thread.
class WakeCounter {
 public:
  /// How often, of all its wakers together.
  std::size_t count() const noexcept { return count_->load(std::memory_order_acquire); }
  /// One more waker, which keeps the count alive.
  Waker waker() const { return Waker(&kVTable, new Count(count_)); }

 private:
  using Count = std::shared_ptr<std::atomic<std::size_t>>;
  static Count& count_of(void* data) noexcept { return *static_cast<Count*>(data); }
  // release: what was done before waking is seen by who counts.
  static void add(void* data) { count_of(data)->fetch_add(1, std::memory_order_release); }
  inline static constexpr WakerVTable kVTable = {
      [](void* data) -> void* { return new Count(count_of(data)); },
      [](void* data) {
        add(data);
        delete &count_of(data);
      },
      [](void* data) { add(data); },
      [](void* data) noexcept { delete &count_of(data); },
  };
  Count count_ = std::make_shared<std::atomic<std::size_t>>(0);
};

/// A future or a stream that is polled by hand, as a task would, and says whether it was woken since. Cannot
/// be moved.
///
/// Thread safety: belongs to one thread; it may be woken on any.
/// Tokio: `tokio_test::task::Spawn`.
template <class T>
class [[nodiscard]] Spawn {
 public:
  /// Of what `make()` gives, by elision: it is never moved.
  template <class Make>
    requires std::is_same_v<std::invoke_result_t<Make>, T>
  Spawn(std::in_place_t, Make&& make) : inner_(std::forward<Make>(make)()) {}
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;

  /// Polls it once and forgets earlier wake-ups. Tokio: `Spawn::poll`.
  auto poll()
    requires Future<T>
  {
    return enter([this](Context& cx) { return inner_.poll(cx); });
  }
  /// The same for a stream. Tokio: `Spawn::poll_next`.
  auto poll_next()
    requires stream::Stream<T>
  {
    return enter([this](Context& cx) { return inner_.poll_next(cx); });
  }
  /// Calls `f(Context&)`, which may poll it, and forgets earlier wake-ups. Tokio: `Spawn::enter`.
  template <std::invocable<Context&> F>
  std::invoke_result_t<F, Context&> enter(F&& f) {
    seen_ = wakes_.count();
    Context cx(waker_);
    return std::forward<F>(f)(cx);
  }
  /// Whether it was woken since the last poll. Tokio: `Spawn::is_woken`.
  bool is_woken() const noexcept { return wakes_.count() != seen_; }

  T& operator*() noexcept { return inner_; }
  T* operator->() noexcept { return &inner_; }

 private:
  WakeCounter wakes_;
  Waker waker_ = wakes_.waker();
  std::size_t seen_ = 0;
  T inner_;
};

/// Takes over what `make()` gives, which need not be movable: `spawn([&] { return notify.notified(); })`.
/// Tokio: `tokio_test::task::spawn`.
template <std::invocable Make>
  requires(!Future<Make> && !stream::Stream<Make>)
Spawn<std::invoke_result_t<Make>> spawn(Make&& make) {
  return Spawn<std::invoke_result_t<Make>>(std::in_place, std::forward<Make>(make));
}
/// Moves a future or a stream in.
template <class T>
  requires(!std::is_lvalue_reference_v<T> && (Future<T> || stream::Stream<T>))
Spawn<T> spawn(T&& inner) {
  return Spawn<T>(std::in_place, [&] { return T(std::move(inner)); });
}

}  // namespace ferry::testing::task

namespace ferry::testing {

/// Runs `future` on a current_thread runtime of its own, with everything enabled. Throws: std::logic_error on
/// a thread that drives tasks; whatever the future throws. Tokio: `tokio_test::block_on`.
template <class F>
  requires Future<std::remove_reference_t<F>>
FutureOutput<F> block_on(F&& future) {
  return runtime::Builder::new_current_thread().enable_all().build().value().block_on(
      std::forward<F>(future));
}

}  // namespace ferry::testing
