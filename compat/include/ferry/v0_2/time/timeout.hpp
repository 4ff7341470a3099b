// Timeout: 0.2's, which can be moved when its future can.
#pragma once

#include <type_traits>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/time/timeout.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/time/delay.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::time {

/// Gives the future's output, or Elapsed when the deadline comes first. The future is polled first: one that
/// is ready wins over a deadline that has passed. Unlike a `Timeout` of 1.x it can be moved if the future
/// can, also after it was polled, and its timer runs from the moment it is made.
///
/// Cancelling: cancels the future it owns.
/// Thread safety: as the future.
/// Cost: as `Delay`.
/// Tokio: 0.2's `time::Timeout`.
template <class F>
class [[nodiscard]] FERRY_NATIVE("TIME-08", unsafe, "ferry::time::Timeout, or a ferry::Pin of one") Timeout {
 public:
  using Value = FutureOutput<F>;
  using Output = Result<Value, ferry::time::error::Elapsed>;

  Timeout(ferry::time::Instant deadline, F&& future) : future_(std::forward<F>(future)), delay_(deadline) {}

  Poll<Output> poll(Context& cx) {
    if constexpr (std::is_void_v<Value>) {
      if (future_.poll(cx).is_ready()) return Output();
    } else {
      if (auto polled = future_.poll(cx); polled.is_ready())
        return Output(boost::system::in_place_value, *std::move(polled));
    }
    // A future that has used the whole budget up must not keep the timer from being seen.
    Context fresh(cx.waker());
    if (delay_.poll(cx.has_budget_remaining() ? cx : fresh).is_pending()) return pending;
    return Output(boost::system::in_place_error, ferry::time::error::Elapsed());
  }

  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const {
    notes.leaf_until("time::Timeout", delay_.deadline());
    ferry::detail::describe_branch(future_, notes);
  }

  /// The future inside.
  const std::remove_reference_t<F>& get_ref() const noexcept { return future_; }
  std::remove_reference_t<F>& get_mut() noexcept { return future_; }
  /// The future, given back without its deadline. Tokio: `Timeout::into_inner`.
  F into_inner() && { return std::forward<F>(future_); }

 private:
  F future_;
  Delay delay_;
};

/// Gives up on `future` at `deadline`. A movable future is moved in; one that is passed by name, or cannot be
/// moved, is borrowed.
///
/// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
/// Cancelling: cancels `future` when it was moved in.
/// Tokio: `time::timeout_at`.
template <class F>
  requires Future<std::remove_reference_t<F>>
Timeout<ferry::detail::KeptFuture<F>> timeout_at(ferry::time::Instant deadline, F&& future) {
  return Timeout<ferry::detail::KeptFuture<F>>(deadline, std::forward<F>(future));
}
template <class F>
  requires Future<std::remove_reference_t<F>> && ferry::detail::BorrowedTemporary<F>
Timeout<F&&> timeout_at(ferry::time::Instant deadline, F&& future FERRY_DETAIL_LIFETIMEBOUND) {
  return Timeout<F&&>(deadline, std::forward<F>(future));
}

/// Gives up on `future` after `duration`.
///
/// Throws: std::logic_error outside a runtime, in one built without `enable_time`, and for a duration that
/// the clock cannot count to, for which 1.x waits for ever.
/// Cancelling: cancels `future` when it was moved in.
/// Tokio: `time::timeout`.
template <class F>
  requires Future<std::remove_reference_t<F>>
Timeout<ferry::detail::KeptFuture<F>> timeout(ferry::time::Duration duration, F&& future) {
  return Timeout<ferry::detail::KeptFuture<F>>(detail::deadline_after(duration, "time::timeout"),
                                               std::forward<F>(future));
}
template <class F>
  requires Future<std::remove_reference_t<F>> && ferry::detail::BorrowedTemporary<F>
Timeout<F&&> timeout(ferry::time::Duration duration, F&& future FERRY_DETAIL_LIFETIMEBOUND) {
  return Timeout<F&&>(detail::deadline_after(duration, "time::timeout"), std::forward<F>(future));
}

}  // namespace ferry::v0_2::time

#pragma GCC diagnostic pop
