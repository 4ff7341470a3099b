// JoinQueue: many tasks, joined in the order in which they were spawned.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include <ferry/task/abort_on_drop.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/join_next.hpp>
#include <ferry/task/spawns_into.hpp>
#include <ferry/task/task.hpp>

namespace ferry::task {

/// Tasks that all give a `T` and run side by side, joined in the order in which they were spawned, whichever
/// completes first. Destroying it aborts them.
///
/// Thread safety: owned by one thread at a time.
/// Cost: beside each task's own memory two words; what a task gave waits in its memory for those before it.
/// Tokio: `tokio_util::task::JoinQueue`.
template <class T>
class JoinQueue : public SpawnsInto<JoinQueue<T>, T> {
 public:
  /// What a task gave: its value, or why there is none.
  using Joined = Result<T, JoinError>;
  /// The same beside the task's Id; `void` is `std::monostate`.
  using JoinedWithId = detail::JoinedWithId<T>;

  JoinQueue() {}
  JoinQueue(JoinQueue&& other) = default;
  JoinQueue& operator=(JoinQueue&& other) = default;

  /// Counts tasks that have not been joined, those that have completed among them.
  std::size_t len() const noexcept { return handles_.size(); }
  bool is_empty() const noexcept { return handles_.empty(); }

  /// Adds a task that was spawned before, as the last one.
  AbortHandle insert(JoinHandle<T>&& handle) {
    AbortHandle abort = handle.abort_handle();
    handles_.push_back(AbortOnDropHandle<T>(std::move(handle)));
    return abort;
  }

  /// Waits for the first task in the queue. None when the queue is empty.
  ///
  /// Cancelling: safe; no task leaves the queue unseen.
  /// Tokio: `JoinQueue::join_next`.
  [[nodiscard]] JoinNext<JoinQueue> join_next() noexcept { return JoinNext<JoinQueue>(*this); }
  /// The same, with the task's Id.
  ///
  /// Cancelling: safe; no task leaves the queue unseen.
  /// Tokio: `JoinQueue::join_next_with_id`.
  [[nodiscard]] JoinNextWithId<JoinQueue> join_next_with_id() noexcept {
    return JoinNextWithId<JoinQueue>(*this);
  }

  /// What the first task in the queue gave, if it has completed. Tokio: `JoinQueue::try_join_next`.
  std::optional<Joined> try_join_next() {
    if (auto polled = try_poll(); polled.is_ready()) return pop(polled).second;
    return std::nullopt;
  }
  /// The same, with the task's Id. Tokio: `JoinQueue::try_join_next_with_id`.
  std::optional<JoinedWithId> try_join_next_with_id() {
    if (auto polled = try_poll(); polled.is_ready()) return with_id(pop(polled));
    return std::nullopt;
  }

  /// Pending while the first task in the queue runs; ready with none when the queue is empty. Tokio:
  /// `JoinQueue::poll_join_next`.
  Poll<std::optional<Joined>> poll_join_next(Context& cx) {
    if (is_empty()) return std::optional<Joined>();
    auto polled = handles_.front().poll(cx);
    if (polled.is_pending()) return pending;
    return std::optional<Joined>(pop(polled).second);
  }
  /// The same, with the task's Id. Tokio: `JoinQueue::poll_join_next_with_id`.
  Poll<std::optional<JoinedWithId>> poll_join_next_with_id(Context& cx) {
    if (is_empty()) return std::optional<JoinedWithId>();
    auto polled = handles_.front().poll(cx);
    if (polled.is_pending()) return pending;
    return std::optional<JoinedWithId>(with_id(pop(polled)));
  }

  /// Waits for all tasks: their values in the order in which they were spawned. The first in that order that
  /// threw ends it with its exception, one that was cancelled with task::Cancelled; those behind it are
  /// aborted then. Uses the queue up.
  ///
  /// Cancelling: aborts the tasks.
  /// Tokio: `JoinQueue::join_all`.
  FERRY_DETAIL_COROUTINE_WRAPPER auto join_all() && { return detail::join_all<T>(std::move(*this)); }

  /// Aborts every task; they stay in the queue until they are joined. Tokio: `JoinQueue::abort_all`.
  void abort_all() noexcept {
    for (const auto& handle : handles_) handle.abort();
  }
  /// Aborts every task and waits until all are gone. Borrows the queue.
  ///
  /// Cancelling: safe; what is left stays aborted.
  /// Tokio: `JoinQueue::shutdown`.
  Task<void> shutdown() {
    abort_all();
    while (!is_empty()) co_await join_next();
  }
  /// Takes every task out; they go on by themselves. Tokio: `JoinQueue::detach_all`.
  void detach_all() noexcept {
    while (!is_empty()) pop_front();
  }

 private:
  JoinHandle<T> pop_front() noexcept {
    JoinHandle<T> first = std::move(handles_.front()).detach();
    handles_.pop_front();
    return first;
  }
  std::pair<Id, Joined> pop(Poll<Joined>& polled) { return {pop_front().id(), *std::move(polled)}; }
  static JoinedWithId with_id(std::pair<Id, Joined>&& joined) {
    return detail::with_id<T>(joined.first, std::move(joined.second));
  }
  // Leaves the waker of an earlier poll where it is.
  Poll<Joined> try_poll() {
    if (is_empty() || !handles_.front().is_finished()) return pending;
    Context cx(Waker::noop());
    return handles_.front().poll(cx);
  }

  std::deque<AbortOnDropHandle<T>> handles_;
};

}  // namespace ferry::task
