// Timeout: a future with a deadline.
#pragma once

#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/detail/kept_future.hpp>
#include <ferry/detail/lifetimebound.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/time/sleep.hpp>

namespace ferry::time {
namespace error {

/// The deadline came first. Tokio: `time::error::Elapsed`.
class Elapsed {
 public:
  constexpr bool operator==(const Elapsed&) const = default;
  /// As an I/O error: timed out.
  io::Error into_io() const { return make_error_code(boost::system::errc::timed_out); }
};

/// `.value()` of a timeout that elapsed.
[[noreturn]] inline void throw_exception_from_error(const Elapsed&, const boost::source_location&) {
  throw std::runtime_error("deadline has elapsed");
}

}  // namespace error

/// Gives the future's output, or Elapsed when the deadline comes first. The future is polled first: one that
/// is ready wins over a deadline that has passed.
///
/// A movable future is moved in. One that is passed by name is borrowed, and so is one that cannot be moved,
/// as those of sockets and locks: a timeout of such a temporary is awaited where it is made, never stored.
///
/// Cancelling: cancels the future it owns.
/// Tokio: `time::Timeout`.
template <class F>
class [[nodiscard]] Timeout {
 public:
  using Value = FutureOutput<F>;
  using Output = Result<Value, error::Elapsed>;

  Timeout(Instant deadline, bool is_due, F&& future)
      : future_(std::forward<F>(future)), timer_(deadline, is_due, "time::timeout") {}
  Timeout(const Timeout&) = delete;
  Timeout& operator=(const Timeout&) = delete;

  Poll<Output> poll(Context& cx) {
    if constexpr (std::is_void_v<Value>) {
      if (future_.poll(cx).is_ready()) return Output();
    } else {
      if (auto polled = future_.poll(cx); polled.is_ready())
        return Output(boost::system::in_place_value, *std::move(polled));
    }
    // A future that has used the whole budget up must not keep the timer from being seen.
    if (!cx.has_budget_remaining()) {
      Context fresh(cx.waker());
      if (timer_.poll(fresh).is_pending()) return pending;
    } else if (timer_.poll(cx).is_pending()) {
      return pending;
    }
    return Output(boost::system::in_place_error, error::Elapsed());
  }

  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const {
    notes.leaf_until("time::Timeout", timer_.deadline());
    detail::describe_branch(future_, notes);
  }

  /// The future inside.
  const std::remove_reference_t<F>& get_ref() const noexcept { return future_; }
  std::remove_reference_t<F>& get_mut() noexcept { return future_; }
  /// The future, given back without its deadline. Tokio: `Timeout::into_inner`.
  F into_inner() && { return std::forward<F>(future_); }

 private:
  F future_;
  detail::Timer timer_;
};

/// Gives up on `future` at `deadline`.
///
/// Cancelling: cancels `future` when it was moved in.
/// Tokio: `time::timeout_at`.
template <class F>
  requires Future<std::remove_reference_t<F>>
Timeout<detail::KeptFuture<F>> timeout_at(Instant deadline, F&& future) {
  return Timeout<detail::KeptFuture<F>>(deadline, deadline <= Instant::now(), std::forward<F>(future));
}
template <class F>
  requires Future<std::remove_reference_t<F>> && detail::BorrowedTemporary<F>
Timeout<F&&> timeout_at(Instant deadline, F&& future FERRY_DETAIL_LIFETIMEBOUND) {
  return Timeout<F&&>(deadline, deadline <= Instant::now(), std::forward<F>(future));
}

/// Gives up on `future` after `duration`; a duration beyond the clock's range never does.
///
/// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
/// Cancelling: cancels `future` when it was moved in.
/// Tokio: `time::timeout`.
template <class F>
  requires Future<std::remove_reference_t<F>>
Timeout<detail::KeptFuture<F>> timeout(Duration duration, F&& future) {
  return Timeout<detail::KeptFuture<F>>(Instant::now() + duration, duration <= Duration::zero(),
                                        std::forward<F>(future));
}
template <class F>
  requires Future<std::remove_reference_t<F>> && detail::BorrowedTemporary<F>
Timeout<F&&> timeout(Duration duration, F&& future FERRY_DETAIL_LIFETIMEBOUND) {
  return Timeout<F&&>(Instant::now() + duration, duration <= Duration::zero(), std::forward<F>(future));
}

}  // namespace ferry::time
