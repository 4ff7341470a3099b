// The cooperative budget as a leaf future uses it: asked before it tries, spent when it completes.
#pragma once

#include <ferry/waker.hpp>

namespace ferry::detail {

/// Whether the task has to let others run first. If so it has been woken, and the leaf returns pending at
/// once, before it takes anything.
inline bool must_yield(Context& cx) noexcept { return !cx.has_budget_remaining() && !cx.poll_proceed(); }

/// The leaf completes. Comes after `must_yield` said no in the same poll.
inline void spend_budget(Context& cx) noexcept { static_cast<void>(cx.poll_proceed()); }

}  // namespace ferry::detail
