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

namespace coop {

/// One unit of the budget, of a leaf that may go on: used only if the leaf says that it made progress. See
/// `poll_proceed`.
///
/// Thread safety: belongs to one poll.
/// Tokio: `task::coop::RestoreOnPending`.
class [[nodiscard]] RestoreOnPending {
 public:
  explicit RestoreOnPending(Context& cx) noexcept : cx_(&cx) {}
  RestoreOnPending(RestoreOnPending&& other) noexcept : cx_(std::exchange(other.cx_, nullptr)) {}
  RestoreOnPending& operator=(RestoreOnPending&& other) = delete;

  /// The leaf completes, or has done what counts as an operation: the unit is used, once. Tokio:
  /// `RestoreOnPending::made_progress`.
  void made_progress() noexcept {
    if (cx_ != nullptr && cx_->has_budget_remaining()) detail::spend_budget(*cx_);
    cx_ = nullptr;
  }

 private:
  Context* cx_;
};

/// Asks whether a leaf future may go on, before it tries anything. Pending: the budget is spent, the task has
/// been woken, and the leaf returns pending at once. A leaf that then finds nothing to do has used no budget:
///
/// ```
/// auto budget = task::coop::poll_proceed(cx);
/// if (budget.is_pending()) return pending;
/// ...                       // nothing there yet: wait, return pending
/// budget->made_progress();  // there is: return it
/// ```
///
/// What futures that the leaf polls meanwhile have used stays used.
/// Tokio: `task::coop::poll_proceed`. `Context::poll_proceed` uses the unit for good.
inline Poll<RestoreOnPending> poll_proceed(Context& cx) noexcept {
  if (detail::must_yield(cx)) return pending;
  return RestoreOnPending(cx);
}

}  // namespace coop

/// A future that takes part in the budget. See `cooperative`.
template <class F>
class [[nodiscard]] Cooperative {
 public:
  using Output = FutureOutput<F>;
  explicit Cooperative(F&& future) noexcept(std::is_nothrow_constructible_v<F, F&&>)
      : future_(std::forward<F>(future)) {}

  Poll<Output> poll(Context& cx) {
    auto budget = coop::poll_proceed(cx);
    if (budget.is_pending()) return pending;
    auto polled = future_.poll(cx);
    if (polled.is_ready()) budget->made_progress();
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

// Tokio's names of what is above.
namespace coop {
using task::consume_budget;
using task::Cooperative;
using task::cooperative;
using task::has_budget_remaining;
using task::Unconstrained;
using task::unconstrained;
}  // namespace coop

}  // namespace ferry::task
