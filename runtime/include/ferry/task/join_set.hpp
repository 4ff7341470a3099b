// JoinSet: many tasks, joined as they complete.
#pragma once

#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <ferry/detail/coop.hpp>
#include <ferry/detail/join_set_core.hpp>
#include <ferry/runtime/handle.hpp>
#include <ferry/task/builder.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/join_next.hpp>
#include <ferry/task/spawns_into.hpp>
#include <ferry/task/task.hpp>

namespace ferry::task {

/// Tasks that all give a `T`, joined in the order in which they complete. Destroying it aborts them.
///
/// Thread safety: owned by one thread at a time.
/// Cost: beside each task's own memory one small pooled block; completing and joining a task take constant
/// time, however many there are. Tokio: `task::JoinSet`.
template <class T>
class JoinSet : public SpawnsInto<JoinSet<T>, T> {
 public:
  /// What a task gave: its value, or why there is none.
  using Joined = Result<T, JoinError>;
  /// The same beside the task's Id; `void` is `std::monostate`.
  using JoinedWithId = detail::JoinedWithId<T>;

  class Builder;

  JoinSet() noexcept {}

  std::size_t len() const noexcept { return core_.size(); }
  bool is_empty() const noexcept { return core_.size() == 0; }

  /// Adds a task that was spawned before.
  AbortHandle insert(JoinHandle<T>&& handle) {
    AbortHandle abort = handle.abort_handle();
    core_.insert(std::move(handle).into_raw());
    return abort;
  }
  /// `set.build_task().name("x").spawn(f)`. Tokio: `JoinSet::build_task`.
  Builder build_task() noexcept { return Builder(*this); }

  /// Waits for the next task to complete. None when the set is empty.
  ///
  /// Cancelling: safe; no task leaves the set unseen.
  /// Tokio: `JoinSet::join_next`.
  [[nodiscard]] JoinNext<JoinSet> join_next() noexcept { return JoinNext<JoinSet>(*this); }
  /// The same, with the task's Id.
  ///
  /// Cancelling: safe; no task leaves the set unseen.
  /// Tokio: `JoinSet::join_next_with_id`.
  [[nodiscard]] JoinNextWithId<JoinSet> join_next_with_id() noexcept {
    return JoinNextWithId<JoinSet>(*this);
  }

  /// A task that has completed, or none. Tokio: `JoinSet::try_join_next`.
  std::optional<Joined> try_join_next() {
    if (auto taken = core_.take_ready()) return taken.template output<Joined>();
    return std::nullopt;
  }
  /// The same, with the task's Id. Tokio: `JoinSet::try_join_next_with_id`.
  std::optional<JoinedWithId> try_join_next_with_id() {
    if (auto taken = core_.take_ready()) return with_id(taken);
    return std::nullopt;
  }

  /// Pending while no task has completed; ready with none when the set is empty. Tokio:
  /// `JoinSet::poll_join_next`.
  Poll<std::optional<Joined>> poll_join_next(Context& cx) {
    if (is_empty()) return std::optional<Joined>();
    if (detail::must_yield(cx)) return pending;
    auto taken = core_.poll_ready(cx);
    if (!taken) return pending;
    detail::spend_budget(cx);
    return std::optional<Joined>(taken.template output<Joined>());
  }
  /// The same, with the task's Id. Tokio: `JoinSet::poll_join_next_with_id`.
  Poll<std::optional<JoinedWithId>> poll_join_next_with_id(Context& cx) {
    if (is_empty()) return std::optional<JoinedWithId>();
    if (detail::must_yield(cx)) return pending;
    auto taken = core_.poll_ready(cx);
    if (!taken) return pending;
    detail::spend_budget(cx);
    return std::optional<JoinedWithId>(with_id(taken));
  }

  /// Waits for all tasks: their values in the order of completion. The first that threw ends it with its
  /// exception, one that was cancelled with task::Cancelled; the others are aborted then. Uses the set up.
  ///
  /// Cancelling: aborts the tasks.
  /// Tokio: `JoinSet::join_all`.
  FERRY_DETAIL_COROUTINE_WRAPPER auto join_all() && { return detail::join_all<T>(std::move(*this)); }

  /// Aborts every task; they stay in the set until they are joined. Tokio: `JoinSet::abort_all`.
  void abort_all() noexcept { core_.abort_all(); }
  /// Aborts every task and waits until all are gone. Borrows the set.
  ///
  /// Cancelling: safe; what is left stays aborted.
  /// Tokio: `JoinSet::shutdown`.
  Task<void> shutdown() {
    abort_all();
    while (!is_empty()) co_await join_next();
  }
  /// Takes every task out; they go on by themselves. Tokio: `JoinSet::detach_all`.
  void detach_all() noexcept { core_.detach_all(); }

 private:
  static JoinedWithId with_id(detail::JoinSetCore::Taken& taken) {
    const Id id(taken->task()->id);
    return detail::with_id<T>(id, taken.template output<Joined>());
  }

  detail::JoinSetCore core_;
};

/// Spawns into a JoinSet with more to say than the future. Tokio: `task::join_set::Builder`.
template <class T>
class JoinSet<T>::Builder {
 public:
  explicit Builder(JoinSet& set) noexcept : set_(&set) {}

  /// What the task is called in its JoinError and in dumps.
  Builder& name(std::string_view name) & {
    builder_.name(name);
    return *this;
  }
  Builder&& name(std::string_view name) && { return std::move(this->name(name)); }

  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  AbortHandle spawn(F&& future, std::source_location spawned_at = std::source_location::current()) const {
    return set_->insert(builder_.spawn(std::move(future), spawned_at));
  }
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  AbortHandle spawn_on(F&& future, const runtime::Handle& runtime,
                       std::source_location spawned_at = std::source_location::current()) const {
    return set_->insert(builder_.spawn_on(std::move(future), runtime, spawned_at));
  }
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  AbortHandle spawn_local(F&& future,
                          std::source_location spawned_at = std::source_location::current()) const {
    return set_->insert(builder_.spawn_local(std::move(future), spawned_at));
  }
  template <class F>
  AbortHandle spawn_blocking(F&& f) const {
    return set_->insert(builder_.spawn_blocking(std::forward<F>(f)));
  }

 private:
  JoinSet* set_;
  task::Builder builder_;
};

}  // namespace ferry::task
