// CancellationToken: tells tasks that they should stop.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/cancel_node.hpp>
#include <ferry/detail/kept_future.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/poll.hpp>
#include <ferry/waker.hpp>

namespace ferry::sync {

class DropGuard;
class DropGuardRef;
class CancelledOwned;
template <class F>
class RunUntilCancelled;
template <class F>
class RunUntilCancelledOwned;

/// Tells whoever has a copy that it should stop, once and for good. Copies are one token; destroying them
/// cancels nothing.
///
/// A child token is cancelled with its parent, and can be cancelled without it. Children of a token that is
/// gone belong to its parent.
///
/// Thread safety: every const member may be called from any thread at any time. Cost: one allocation a token,
/// one more for a root; to look or to be copied is one atomic operation. Tokens that descend from one root
/// share a lock, which is taken to make, cancel and destroy them.
/// Tokio: tokio-util's `sync::CancellationToken`.
class CancellationToken {
 public:
  CancellationToken() : node_(detail::CancelNode::make_root()) {}
  CancellationToken(const CancellationToken& other) noexcept : node_(other.node_) {
    if (node_ != nullptr) node_->add_token();
  }
  CancellationToken(CancellationToken&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  CancellationToken& operator=(CancellationToken other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~CancellationToken() {
    if (node_ != nullptr) node_->drop_token();
  }

  /// A token that is cancelled with this one; at once, if this one is.
  [[nodiscard]] CancellationToken child_token() const { return CancellationToken(node().make_child()); }

  /// Cancels this token and all that descend from it, then wakes who waits. Nothing happens the second time.
  void cancel() const noexcept { node().cancel(); }
  bool is_cancelled() const noexcept { return node().is_cancelled(); }

  /// Completes when the token is cancelled. Borrows the token.
  ///
  /// Cancelling: safe.
  /// Tokio: `CancellationToken::cancelled`.
  [[nodiscard]] detail::CancelWait cancelled() const noexcept { return detail::CancelWait(node()); }

  /// `cancelled` that takes the token along.
  ///
  /// Cancelling: safe; the token is destroyed, which cancels nothing.
  /// Tokio: `CancellationToken::cancelled_owned`.
  [[nodiscard]] CancelledOwned cancelled_owned() && noexcept;

  /// Gives the output of `future`, or nothing when the token is cancelled first. A future of `std::optional`,
  /// with `std::monostate` for `void`. Of a token that is cancelled already `future` is not polled; when both
  /// come together later, `future` wins. A movable future is moved in; one that cannot be moved, or that is
  /// passed by name, is borrowed.
  ///
  /// Cancelling: cancels `future` when it was moved in.
  /// Tokio: `CancellationToken::run_until_cancelled`.
  template <class F>
    requires Future<std::remove_reference_t<F>>
  [[nodiscard]] RunUntilCancelled<detail::KeptFuture<F>> run_until_cancelled(F&& future) const {
    return RunUntilCancelled<detail::KeptFuture<F>>(node(), std::forward<F>(future));
  }

  /// `run_until_cancelled` that takes the token along.
  ///
  /// Cancelling: as `run_until_cancelled`.
  /// Tokio: `CancellationToken::run_until_cancelled_owned`.
  template <class F>
    requires Future<std::remove_reference_t<F>>
  [[nodiscard]] RunUntilCancelledOwned<detail::KeptFuture<F>> run_until_cancelled_owned(F&& future) && {
    return RunUntilCancelledOwned<detail::KeptFuture<F>>(std::move(*this), std::forward<F>(future));
  }

  /// A guard whose destructor cancels the token. Takes the token along. Tokio:
  /// `CancellationToken::drop_guard`.
  [[nodiscard]] DropGuard drop_guard() && noexcept;
  /// A guard whose destructor cancels the token. Borrows the token. Tokio:
  /// `CancellationToken::drop_guard_ref`.
  [[nodiscard]] DropGuardRef drop_guard_ref() const noexcept;

  /// Whether both are one token.
  friend bool operator==(const CancellationToken& a, const CancellationToken& b) noexcept {
    return a.node_ == b.node_;
  }

 private:
  friend class CancelledOwned;
  template <class>
  friend class RunUntilCancelledOwned;
  explicit CancellationToken(detail::CancelNode* node) noexcept : node_(node) {}

  detail::CancelNode& node() const noexcept {
    FERRY_ASSERT(node_ != nullptr, "a token that was moved from is only destroyed or assigned to");
    return *node_;
  }

  detail::CancelNode* node_;
};

/// What `CancellationToken::cancelled` gives. Cannot be moved.
///
/// Tokio: tokio-util's `sync::WaitForCancellationFuture`.
using WaitForCancellationFuture = detail::CancelWait;

/// Cancels its token when it is destroyed.
///
/// Thread safety: may be destroyed on any thread.
/// Tokio: tokio-util's `sync::DropGuard`.
class [[nodiscard]] DropGuard {
 public:
  DropGuard(DropGuard&& other) noexcept : token_(std::exchange(other.token_, std::nullopt)) {}
  DropGuard& operator=(DropGuard&& other) noexcept {
    token_.swap(other.token_);
    return *this;
  }
  ~DropGuard() {
    if (token_) token_->cancel();
  }

  /// The token that it cancels. Tokio: `DropGuard::token`.
  const CancellationToken& token() const noexcept {
    FERRY_ASSERT(token_, "a guard that was moved from is only destroyed or assigned to");
    return *token_;
  }
  /// Gives the token back; it is not cancelled. Tokio: `DropGuard::disarm`.
  CancellationToken disarm() && noexcept {
    FERRY_ASSERT(token_, "a guard is disarmed once");
    return *std::exchange(token_, std::nullopt);
  }

 private:
  friend class CancellationToken;
  explicit DropGuard(CancellationToken token) noexcept : token_(std::move(token)) {}
  std::optional<CancellationToken> token_;
};

/// Cancels the token that it borrows when it is destroyed.
///
/// Thread safety: may be destroyed on any thread.
/// Tokio: tokio-util's `sync::DropGuardRef`.
class [[nodiscard]] DropGuardRef {
 public:
  DropGuardRef(DropGuardRef&& other) noexcept : token_(std::exchange(other.token_, nullptr)) {}
  DropGuardRef& operator=(DropGuardRef&& other) noexcept {
    std::swap(token_, other.token_);
    return *this;
  }
  ~DropGuardRef() {
    if (token_ != nullptr) token_->cancel();
  }

  /// The token that it cancels. Tokio: `DropGuardRef::token`.
  const CancellationToken& token() const noexcept {
    FERRY_ASSERT(token_ != nullptr, "a guard that was moved from is only destroyed or assigned to");
    return *token_;
  }
  /// Gives the token back; it is not cancelled. Tokio: `DropGuardRef::disarm`.
  const CancellationToken& disarm() && noexcept {
    FERRY_ASSERT(token_ != nullptr, "a guard is disarmed once");
    return *std::exchange(token_, nullptr);
  }

 private:
  friend class CancellationToken;
  explicit DropGuardRef(const CancellationToken& token) noexcept : token_(&token) {}
  const CancellationToken* token_;
};

/// Waits for the cancellation of a token that it owns. Cannot be moved.
///
/// Thread safety: belongs to one task.
/// Tokio: tokio-util's `sync::WaitForCancellationFutureOwned`.
class [[nodiscard]] CancelledOwned {
 public:
  using Output = void;
  Poll<void> poll(Context& cx) { return wait_.poll(cx); }

 private:
  friend class CancellationToken;
  explicit CancelledOwned(CancellationToken token) noexcept
      : token_(std::move(token)), wait_(token_.node()) {}

  CancellationToken token_;
  detail::CancelWait wait_;
};

/// Runs a future until its token is cancelled. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class F>
class [[nodiscard]] RunUntilCancelled {
 public:
  using Value = detail::VoidToMonostate<FutureOutput<F>>;
  using Output = std::optional<Value>;

  RunUntilCancelled(const detail::CancelNode& node, F&& future)
      : node_(&node), wait_(node), future_(std::forward<F>(future)) {}

  Poll<Output> poll(Context& cx) {
    if (!std::exchange(has_started_, true) && node_->is_cancelled()) return Output();
    if constexpr (std::is_void_v<FutureOutput<F>>) {
      if (future_.poll(cx).is_ready()) return Output(std::in_place);
    } else {
      if (auto polled = future_.poll(cx); polled.is_ready()) return Output(std::in_place, *std::move(polled));
    }
    if (cx.has_budget_remaining()) {
      if (wait_.poll(cx).is_pending()) return pending;
    } else {
      // A future that has used the whole budget up must not keep the cancellation from being seen.
      Context fresh(cx.waker());
      if (wait_.poll(fresh).is_pending()) return pending;
    }
    return Output();
  }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const {
    notes.leaf("sync::CancellationToken");
    detail::describe_branch(future_, notes);
  }

 private:
  const detail::CancelNode* node_;
  detail::CancelWait wait_;
  bool has_started_ = false;
  F future_;
};

/// Runs a future until a token that it owns is cancelled. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class F>
class [[nodiscard]] RunUntilCancelledOwned {
 public:
  using Output = typename RunUntilCancelled<F>::Output;

  RunUntilCancelledOwned(CancellationToken token, F&& future)
      : token_(std::move(token)), run_(token_.node(), std::forward<F>(future)) {}

  Poll<Output> poll(Context& cx) { return run_.poll(cx); }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { detail::describe_wait(run_, notes); }

 private:
  CancellationToken token_;
  RunUntilCancelled<F> run_;
};

inline CancelledOwned CancellationToken::cancelled_owned() && noexcept {
  return CancelledOwned(std::move(*this));
}
inline DropGuard CancellationToken::drop_guard() && noexcept { return DropGuard(std::move(*this)); }
inline DropGuardRef CancellationToken::drop_guard_ref() const noexcept { return DropGuardRef(*this); }

}  // namespace ferry::sync
