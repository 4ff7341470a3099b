// Notify: 0.2's, which says `notify`.
#pragma once

#include <ferry/annotate.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::sync {

/// A `Notify` with its old verb. Can be used wherever one of 1.x is wanted.
///
/// Thread safety: every member may be called from any thread at any time.
/// Tokio: 0.2's `sync::Notify`.
class Notify : public ferry::sync::Notify {
 public:
  /// Wakes the longest-waiting task, or stores one permit. It never was `notify_waiters`. Tokio: 0.2's
  /// `Notify::notify`.
  FERRY_INLINE("NOTIFY-01", safe)
  void notify() const noexcept { notify_one(); }
};

}  // namespace ferry::v0_2::sync
