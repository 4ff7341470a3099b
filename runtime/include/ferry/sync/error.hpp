// What can go wrong with semaphores and mutexes, and how a sync error that nobody looked at is thrown.
#pragma once

#include <stdexcept>

#include <boost/throw_exception.hpp>

#include <ferry/result.hpp>

namespace ferry::sync::error {

/// The semaphore has been closed. Tokio: `sync::AcquireError`.
class AcquireError {
 public:
  const char* what() const noexcept { return "semaphore closed"; }
  friend bool operator==(AcquireError, AcquireError) = default;
};

/// Why a permit could not be had at once. Tokio: `sync::TryAcquireError`.
enum class TryAcquireError : unsigned char { Closed, NoPermits };

/// The lock is held by somebody else. Tokio: `sync::TryLockError`.
class TryLockError {
 public:
  const char* what() const noexcept { return "operation would block"; }
  friend bool operator==(TryLockError, TryLockError) = default;
};

inline const char* what(TryAcquireError error) noexcept {
  return error == TryAcquireError::Closed ? "semaphore closed" : "no permits available";
}

[[noreturn]] inline void throw_exception_from_error(const AcquireError& error, const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error(error.what()), where);
}
[[noreturn]] inline void throw_exception_from_error(const TryAcquireError& error, const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error(what(error)), where);
}
[[noreturn]] inline void throw_exception_from_error(const TryLockError& error, const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error(error.what()), where);
}

}  // namespace ferry::sync::error
