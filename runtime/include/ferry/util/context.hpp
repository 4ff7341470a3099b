// TokioContext: a future that belongs to another runtime than the one that polls it.
#pragma once

#include <type_traits>
#include <utility>

#include <ferry/detail/kept_future.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/runtime/handle.hpp>

namespace ferry::util {

/// Polls a future in the context of a runtime, whoever polls it: what it spawns, its timers and its sockets
/// belong to that runtime.
///
/// Cancelling: cancels the future it owns, outside the context.
/// Tokio: `tokio_util::context::TokioContext`.
template <class F>
class [[nodiscard]] TokioContext {
 public:
  using Output = FutureOutput<F>;

  TokioContext(F&& future, runtime::Handle handle)
      : future_(std::forward<F>(future)), handle_(std::move(handle)) {}

  Poll<Output> poll(Context& cx) {
    const runtime::EnterGuard guard = handle_.enter();
    return future_.poll(cx);
  }
  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const { ferry::detail::describe_wait(future_, notes); }

  /// The runtime. Tokio: `TokioContext::handle`.
  const runtime::Handle& handle() const noexcept { return handle_; }
  /// The future, given back. Tokio: `TokioContext::into_inner`.
  F into_inner() && { return std::forward<F>(future_); }

 private:
  F future_;
  runtime::Handle handle_;
};

/// Has `future` polled in the context of the runtime of `handle`: for one that needs what the runtime that
/// polls it lacks, such as timers. That runtime has to be driven by somebody.
///
/// A movable future is moved in; one that cannot be moved, or that is passed by name, is borrowed.
///
/// Cancelling: cancels `future` when it was moved in.
/// Tokio: `tokio_util::context::RuntimeExt::wrap`.
template <class F>
  requires Future<std::remove_reference_t<F>>
TokioContext<ferry::detail::KeptFuture<F>> wrap(const runtime::Handle& handle, F&& future) {
  return TokioContext<ferry::detail::KeptFuture<F>>(std::forward<F>(future), handle);
}

}  // namespace ferry::util
