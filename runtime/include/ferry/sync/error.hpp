// What can go wrong with semaphores and mutexes.
#pragma once

#include <ferry/detail/sync_error.hpp>

namespace ferry::sync::error {

/// The semaphore has been closed. Tokio: `sync::AcquireError`.
class AcquireError : public detail::SyncError {
 public:
  const char* what() const noexcept { return "semaphore closed"; }
  friend bool operator==(const AcquireError&, const AcquireError&) noexcept { return true; }
};

/// Why a permit could not be had at once. Tokio: `sync::TryAcquireError`.
class TryAcquireError : public detail::SyncError {
 public:
  enum Kind : unsigned char { Closed, NoPermits };

  TryAcquireError(Kind kind = Closed) noexcept : kind_(kind) {}
  Kind kind() const noexcept { return kind_; }
  const char* what() const noexcept { return kind_ == Closed ? "semaphore closed" : "no permits available"; }
  friend bool operator==(const TryAcquireError& a, const TryAcquireError& b) noexcept {
    return a.kind_ == b.kind_;
  }

 private:
  Kind kind_;
};

/// The lock is held by somebody else. Tokio: `sync::TryLockError`.
class TryLockError : public detail::SyncError {
 public:
  const char* what() const noexcept { return "operation would block"; }
  friend bool operator==(const TryLockError&, const TryLockError&) noexcept { return true; }
};

}  // namespace ferry::sync::error
