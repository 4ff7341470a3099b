// fork_join: children that live in their parent's frame, and run beside each other where a worker is free.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <source_location>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <ferry/detail/coop.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/scope_core.hpp>
#include <ferry/detail/task_cell.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/task.hpp>

namespace ferry::task {

/// Runs its children and waits for all of them. See `fork_join`. Cannot be moved.
///
/// Thread safety: belongs to one task; its children run on any worker.
template <class... Fs>
class [[nodiscard]] ForkJoin {
 public:
  using Output = std::tuple<detail::VoidToMonostate<FutureOutput<Fs>>...>;

  explicit ForkJoin(std::source_location where, Fs&&... children)
      : where_(where), children_(std::move(children)...) {}
  ForkJoin(const ForkJoin&) = delete;
  ForkJoin& operator=(const ForkJoin&) = delete;
  ~ForkJoin() {
    if (core_ != nullptr && !is_joined_) core_->destroy_all();
  }

  Poll<Output> poll(Context& cx) {
    constexpr auto kChildren = std::index_sequence_for<Fs...>();
    if (detail::must_yield(cx)) return pending;
    if (!is_started_) start(kChildren);
    if (exception_ == nullptr) poll_children(cx, kChildren);
    if (exception_ != nullptr) return poll_failed(cx);
    if (!have_all_ended(kChildren)) return pending;
    is_joined_ = true;
    return take(kChildren);
  }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const {
    notes.leaf("task::fork_join");
    std::apply([&](const auto&... children) { (children.describe(notes), ...); }, children_);
  }

 private:
  // One child: not started, in this frame, a task of its own, or what it gave.
  template <class F>
  class Child {
   public:
    using T = detail::VoidToMonostate<FutureOutput<F>>;

    explicit Child(F&& future) : state_(std::in_place_index<kNew>, std::move(future)) {}

    void run_here() {
      F future = std::move(std::get<kNew>(state_));
      state_.template emplace<kHere>(std::move(future));
    }
    void spawn(detail::Scheduler& scheduler, const std::shared_ptr<detail::ScopeCore>& core,
               std::source_location where) {
      F future = std::move(std::get<kNew>(state_));
      auto* const task = detail::TaskCell<F, detail::ScopeCore::Child>::make(
          std::move(future), scheduler, where, detail::ScopeCore::Child(core));
      state_.template emplace<kSpawned>(task);
      core->start(task->extras(), task, [&](auto* started) { scheduler.start_for_sibling(started); });
    }

    /// Throws what the child threw, and Cancelled when its runtime shuts down.
    void poll(Context& cx) {
      if (auto* const here = std::get_if<kHere>(&state_)) {
        auto polled = here->poll(cx);
        if (polled.is_pending()) return;
        if constexpr (std::is_void_v<FutureOutput<F>>) {
          state_.template emplace<kEnded>();
        } else {
          T output = *std::move(polled);  // the future goes first: the output takes its place
          state_.template emplace<kEnded>(std::move(output));
        }
      } else if (auto* const spawned = std::get_if<kSpawned>(&state_)) {
        auto polled = spawned->poll(cx);
        if (polled.is_pending()) return;
        auto joined = *std::move(polled);
        if constexpr (std::is_void_v<FutureOutput<F>>) {
          joined.value();
          state_.template emplace<kEnded>();
        } else {
          T output = std::move(joined).value();
          state_.template emplace<kEnded>(std::move(output));
        }
      }
    }
    /// Ends it here; one that is a task has been aborted.
    void cancel() noexcept {
      if (state_.index() == kHere) state_.template emplace<kGone>();
    }
    bool has_ended() const noexcept { return state_.index() == kEnded; }
    T&& take() noexcept { return std::move(*std::get_if<kEnded>(&state_)); }

    void describe(detail::WaitNotes& notes) const {
      if (const auto* const here = std::get_if<kHere>(&state_)) detail::describe_branch(*here, notes);
      if (const auto* const spawned = std::get_if<kSpawned>(&state_))
        detail::describe_branch(*spawned, notes);
    }

   private:
    static constexpr std::size_t kNew = 0;
    static constexpr std::size_t kHere = 1;
    static constexpr std::size_t kSpawned = 2;
    static constexpr std::size_t kEnded = 3;
    static constexpr std::size_t kGone = 4;
    std::variant<F, detail::Driven<F>, JoinHandle<FutureOutput<F>>, T, std::monostate> state_;
  };

  template <std::size_t... Is>
  void start(std::index_sequence<Is...>) {
    is_started_ = true;
    (start_one<Is>(), ...);
  }
  template <std::size_t I>
  void start_one() {
    constexpr bool kIsLast = I + 1 == sizeof...(Fs);  // runs here in any case
    detail::Scheduler* const scheduler = kIsLast ? nullptr : detail::scheduler_in_want();
    if (scheduler == nullptr) return std::get<I>(children_).run_here();
    if (core_ == nullptr) core_ = std::make_shared<detail::ScopeCore>();
    std::get<I>(children_).spawn(*scheduler, core_, where_);
  }

  template <std::size_t... Is>
  void poll_children(Context& cx, std::index_sequence<Is...>) {
    try {
      (std::get<Is>(children_).poll(cx), ...);
    } catch (...) {
      exception_ = std::current_exception();
      (std::get<Is>(children_).cancel(), ...);
      if (core_ != nullptr) core_->abort_all(true);
    }
  }
  Poll<Output> poll_failed(Context& cx) {
    if (core_ != nullptr && !core_->poll_joined(cx)) return pending;
    is_joined_ = true;
    std::rethrow_exception(exception_);
  }
  template <std::size_t... Is>
  bool have_all_ended(std::index_sequence<Is...>) const noexcept {
    return (std::get<Is>(children_).has_ended() && ...);
  }
  template <std::size_t... Is>
  Poll<Output> take(std::index_sequence<Is...>) {
    return Poll<Output>::ready(std::get<Is>(children_).take()...);
  }

  const std::source_location where_;
  std::tuple<Child<Fs>...> children_;
  std::shared_ptr<detail::ScopeCore> core_;  // of those that are tasks; null while there is none
  std::exception_ptr exception_;
  bool is_started_ = false;
  bool is_joined_ = false;
};

/// Runs all children and gives a tuple of what they gave; `void` is `std::monostate`. For work that divides:
///
///     auto [left, right] = co_await task::fork_join(sum(begin, middle), sum(middle, end));
///
/// A child becomes a task of its own when a worker of the runtime has nothing to do at that moment; the
/// others, and always the last one, run in this task, one after the other until each waits for something.
/// Wherever it runs, a child may borrow whatever outlives the fork_join, such as local variables of the
/// coroutine that awaits it.
///
/// Throws: the first exception that left a child, after the others have been cancelled and have ended.
/// Cancelling: destroys the children before it returns; waits for the end of a poll that goes on on another
/// thread, as `scope` does. Cost: no allocation but for the children that become tasks, for which it is that
/// of `scope`; nested ones use the stack, some hundred bytes a level. Tokio: none; as rayon's `join`.
template <Future... Fs>
  requires(sizeof...(Fs) > 0 && (!std::is_lvalue_reference_v<Fs> && ...))
ForkJoin<Fs...> fork_join(Fs&&... children) {
  return ForkJoin<Fs...>(std::source_location::current(), std::move(children)...);
}

}  // namespace ferry::task
