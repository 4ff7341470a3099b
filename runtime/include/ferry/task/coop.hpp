// The cooperative budget: how much a task does before it lets others run.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <ferry/detail/coop.hpp>
#include <ferry/detail/task_header.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>

namespace ferry::task {

/// Uses one unit of the task's budget. See `consume_budget`.
class [[nodiscard]] ConsumeBudget {
 public:
  using Output = void;
  ConsumeBudget() noexcept {}
  Poll<void> poll(Context& cx) {
    if (!cx.poll_proceed()) return pending;
    return Poll<void>::ready();
  }
};

/// Uses one unit of the task's budget, and lets others run when it is spent: for long loops that await
/// nothing else.
///
/// Cancelling: safe.
/// Tokio: `task::coop::consume_budget`.
inline ConsumeBudget consume_budget() noexcept { return {}; }

/// Whether the running task has budget left; true outside of tasks. A hand-written future asks its Context
/// instead.
///
/// Tokio: `task::coop::has_budget_remaining`.
inline bool has_budget_remaining() noexcept { return detail::has_poll_budget(); }

/// A future that is polled with an unlimited budget. See `unconstrained`.
template <class F>
class [[nodiscard]] Unconstrained {
 public:
  using Output = FutureOutput<F>;
  explicit Unconstrained(F&& future) noexcept(std::is_nothrow_constructible_v<F, F&&>)
      : future_(std::forward<F>(future)) {}

  Poll<Output> poll(Context& cx) {
    Context unlimited(cx.waker(), Context::kUnlimited);
    class CurrentPoll {
     public:
      explicit CurrentPoll(Context& cx) noexcept : outer_(detail::exchange_poll(&cx)) {}
      CurrentPoll(const CurrentPoll&) = delete;
      CurrentPoll& operator=(const CurrentPoll&) = delete;
      ~CurrentPoll() { detail::exchange_poll(outer_); }

     private:
      Context* outer_;
    };
    const CurrentPoll current(unlimited);
    return future_.poll(unlimited);
  }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { detail::describe_wait(future_, notes); }

 private:
  F future_;
};

/// `future` without a budget: nothing makes it let others run but its own waiting. Borrows a future that has
/// a name.
///
/// Cancelling: as `future`.
/// Tokio: `task::coop::unconstrained`.
template <Future F>
Unconstrained<F> unconstrained(F&& future) {
  return Unconstrained<F>(std::forward<F>(future));
}

/// A future that takes part in the budget. See `cooperative`.
template <class F>
class [[nodiscard]] Cooperative {
 public:
  using Output = FutureOutput<F>;
  explicit Cooperative(F&& future) noexcept(std::is_nothrow_constructible_v<F, F&&>)
      : future_(std::forward<F>(future)) {}

  Poll<Output> poll(Context& cx) {
    if (detail::must_yield(cx)) return pending;
    auto polled = future_.poll(cx);
    if (polled.is_ready()) detail::spend_budget(cx);
    return polled;
  }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { detail::describe_wait(future_, notes); }

 private:
  F future_;
};

/// `future`, one unit of budget being used when it completes: for futures that know nothing of it. Borrows a
/// future that has a name.
///
/// Cancelling: as `future`.
/// Tokio: `task::coop::cooperative`.
template <Future F>
Cooperative<F> cooperative(F&& future) {
  return Cooperative<F>(std::forward<F>(future));
}

}  // namespace ferry::task
