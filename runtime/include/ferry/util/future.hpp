// Futures that end early: with a token. Those with a deadline are time::timeout and time::timeout_at.
#pragma once

#include <type_traits>
#include <utility>

#include <ferry/detail/kept_future.hpp>
#include <ferry/future.hpp>
#include <ferry/sync/cancellation_token.hpp>

namespace ferry::util {

/// Gives the output of `future`, or nothing when `token`, which is borrowed, is cancelled first:
/// `CancellationToken::run_until_cancelled` the other way round.
///
/// Cancelling: cancels `future` when it was moved in.
/// Tokio: `tokio_util::future::FutureExt::with_cancellation_token`.
template <class F>
  requires Future<std::remove_reference_t<F>>
auto with_cancellation_token(F&& future, const sync::CancellationToken& token)
    -> sync::RunUntilCancelled<ferry::detail::KeptFuture<F>> {
  return token.run_until_cancelled(std::forward<F>(future));
}

/// The same with a token that it takes along.
///
/// Cancelling: cancels `future` when it was moved in.
/// Tokio: `tokio_util::future::FutureExt::with_cancellation_token_owned`.
template <class F>
  requires Future<std::remove_reference_t<F>>
auto with_cancellation_token_owned(F&& future, sync::CancellationToken token)
    -> sync::RunUntilCancelledOwned<ferry::detail::KeptFuture<F>> {
  return std::move(token).run_until_cancelled_owned(std::forward<F>(future));
}

}  // namespace ferry::util
