// Error: why a runtime's timers could not keep a deadline.
#pragma once

#include <ferry/detail/sync_error.hpp>

namespace ferry::time::error {

/// Why a deadline could not be kept. Nothing of ferry fails like this: a timer beyond the clock's range waits
/// for ever, and one that outlives its runtime throws. It is for code that passes such errors on.
///
/// Tokio: `time::error::Error`.
class Error : public detail::SyncError {
 public:
  /// Invalid.
  Error() noexcept = default;

  /// The runtime has ended.
  static Error shutdown() noexcept { return Error(Kind::Shutdown); }
  /// There is no room for another timer.
  static Error at_capacity() noexcept { return Error(Kind::AtCapacity); }
  /// The deadline is too far away.
  static Error invalid() noexcept { return Error(); }

  bool is_shutdown() const noexcept { return kind_ == Kind::Shutdown; }
  bool is_at_capacity() const noexcept { return kind_ == Kind::AtCapacity; }
  bool is_invalid() const noexcept { return kind_ == Kind::Invalid; }

  const char* what() const noexcept {
    if (is_shutdown()) return "the timer is shut down";
    return is_at_capacity() ? "timer is at capacity" : "timer duration exceeds maximum duration";
  }
  friend bool operator==(const Error& a, const Error& b) noexcept { return a.kind_ == b.kind_; }

 private:
  enum class Kind : unsigned char { Shutdown, AtCapacity, Invalid };
  explicit Error(Kind kind) noexcept : kind_(kind) {}

  Kind kind_ = Kind::Invalid;
};

}  // namespace ferry::time::error
