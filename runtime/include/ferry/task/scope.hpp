// scope: tasks that may borrow from who spawned them.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/scope_core.hpp>
#include <ferry/detail/task_cell.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/task.hpp>

namespace ferry::task {

template <class F>
class ScopeFuture;

/// Spawns the children of one `scope`. Lives as long as that; children may use it, too.
///
/// Thread safety: every member may be called from any thread while the scope lives.
class Scope {
 public:
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  /// Starts a child on the current runtime. Its handle may be awaited, aborted or dropped: the scope joins it
  /// all the same. Once the scope is being cancelled a new child is cancelled at once.
  ///
  /// Throws: std::logic_error outside a runtime.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  JoinHandle<FutureOutput<F>> spawn(F&& future,
                                    std::source_location spawned_at = std::source_location::current()) {
    detail::Scheduler& scheduler = detail::require_scheduler("task::Scope::spawn");
    auto* const child = detail::TaskCell<F, detail::ScopeCore::Child>::make(
        std::move(future), scheduler, spawned_at, detail::ScopeCore::Child(core_));
    JoinHandle<FutureOutput<F>> handle(child);
    core_->start(child->extras(), child, [&](auto* task) { scheduler.start(task); });
    return handle;
  }

  /// Aborts the children that there are.
  void abort_all() noexcept { core_->abort_all(false); }

 private:
  template <class F>
  friend class ScopeFuture;
  Scope() : core_(std::make_shared<detail::ScopeCore>()) {}

  std::shared_ptr<detail::ScopeCore> core_;
};

/// Runs a scope's body and joins its children. See `scope`. Cannot be moved.
template <class F>
class [[nodiscard]] ScopeFuture {
  using Body = std::invoke_result_t<F&, Scope&>;

 public:
  using Output = FutureOutput<Body>;

  template <class G>
  explicit ScopeFuture(std::in_place_t, G&& f) : f_(std::forward<G>(f)) {}
  ScopeFuture(const ScopeFuture&) = delete;
  ScopeFuture& operator=(const ScopeFuture&) = delete;
  ~ScopeFuture() { scope_.core_->destroy_all(); }

  Poll<Output> poll(Context& cx) {
    if (step_ == Step::Body) poll_body(cx);
    if (step_ != Step::Failed && scope_.core_->poll_failed(cx)) {
      step_ = Step::Failed;
      scope_.core_->abort_all(true);
    }
    if (step_ == Step::Body || !scope_.core_->poll_joined(cx)) return pending;
    // The last child may have thrown since.
    if (const std::exception_ptr exception = scope_.core_->exception()) {
      body_.reset();
      std::rethrow_exception(exception);
    }
    if constexpr (std::is_void_v<Output>)
      return Poll<void>::ready();
    else
      return *std::move(output_);
  }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const {
    notes.leaf("task::scope");
    if (step_ == Step::Body && body_) detail::describe_branch(*body_, notes);
  }

 private:
  enum class Step : unsigned char { Body, Joining, Failed };

  void poll_body(Context& cx) {
    try {
      if (!body_) body_.emplace(std::invoke(f_, scope_));
      auto polled = body_->poll(cx);
      if (polled.is_pending()) return;
      if constexpr (!std::is_void_v<Output>) output_.emplace(*std::move(polled));
      step_ = Step::Joining;
    } catch (...) {
      scope_.core_->fail(std::current_exception());
    }
  }

  // Destroyed from the last to the first, the children before all of them.
  F f_;
  Scope scope_;
  std::optional<detail::Driven<Body>> body_;
  std::optional<detail::VoidToMonostate<Output>> output_;
  Step step_ = Step::Body;
};

/// Runs `f(scope)` and waits for every task that was spawned with `scope.spawn`: so they may borrow whatever
/// outlives the scope, such as local variables of the coroutine that awaits it. What is local to `f`'s own
/// coroutine does not: it ends before the children do, unless it awaits them.
///
///     co_await task::scope([&](task::Scope& s) -> Task<void> {
///       for (const Url& url : urls) s.spawn(fetch(url, cache));
///       co_return;
///     });
///
/// Result: what `f`'s future gives, after all children have ended.
/// Throws: the first exception that left `f`'s future or a child, after the others have been aborted and have
/// ended. A child that was aborted is no failure. Cancelling: destroys the children before it returns, and so
/// before what they borrow. A child that is running on another thread at that moment is waited for until its
/// poll ends. Thread safety: belongs to one task; its children run on any worker. Cost: one allocation for
/// the scope, and per child what `spawn` costs plus a lock when it starts and when it ends. Cancelling it
/// blocks this thread for the longest of the polls that are going on; when that takes longer than a moment,
/// the other tasks of this worker go on on another thread, as with `block_in_place`. A child must not destroy
/// its own scope: that ends the process with a message. Tokio: none; as `std::thread::scope`.
template <class F>
  requires Future<std::invoke_result_t<std::decay_t<F>&, Scope&>>
ScopeFuture<std::decay_t<F>> scope(F&& f) {
  return ScopeFuture<std::decay_t<F>>(std::in_place, std::forward<F>(f));
}

}  // namespace ferry::task
