// What can go wrong with mpsc channels. Each error gives back what would be lost.
#pragma once

#include <utility>

#include <ferry/detail/given_back.hpp>
#include <ferry/detail/sync_error.hpp>

namespace ferry::sync::mpsc::error {

/// The receiver is gone or has closed; holds the value that was to be sent. Tokio: `mpsc::error::SendError`.
template <class T>
class SendError : public detail::SyncError, public detail::GivenBack<T> {
 public:
  using detail::GivenBack<T>::GivenBack;
  const char* what() const noexcept { return "channel closed"; }
};

/// The receiver is gone or has closed; there was no value yet.
template <>
class SendError<void> : public detail::SyncError {
 public:
  const char* what() const noexcept { return "channel closed"; }
};

/// Why a value could not be sent at once; holds it. Tokio: `mpsc::error::TrySendError`.
template <class T>
class TrySendError : public detail::SyncError, public detail::GivenBack<T> {
 public:
  enum Kind : unsigned char { Full, Closed };

  TrySendError() = default;
  TrySendError(Kind kind, T&& value) : detail::GivenBack<T>(std::move(value)), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }
  bool is_full() const noexcept { return kind_ == Full; }
  bool is_closed() const noexcept { return kind_ == Closed; }
  const char* what() const noexcept { return kind_ == Full ? "no available capacity" : "channel closed"; }

 private:
  Kind kind_ = Closed;
};

/// Why a place could not be reserved at once.
template <>
class TrySendError<void> : public detail::SyncError {
 public:
  enum Kind : unsigned char { Full, Closed };

  TrySendError(Kind kind = Closed) noexcept : kind_(kind) {}
  Kind kind() const noexcept { return kind_; }
  bool is_full() const noexcept { return kind_ == Full; }
  bool is_closed() const noexcept { return kind_ == Closed; }
  const char* what() const noexcept { return kind_ == Full ? "no available capacity" : "channel closed"; }

 private:
  Kind kind_;
};

/// Why a value could not be sent in time; holds it. Tokio: `mpsc::error::SendTimeoutError`.
template <class T>
class SendTimeoutError : public detail::SyncError, public detail::GivenBack<T> {
 public:
  enum Kind : unsigned char { Timeout, Closed };

  SendTimeoutError() = default;
  SendTimeoutError(Kind kind, T&& value) : detail::GivenBack<T>(std::move(value)), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }
  bool is_timeout() const noexcept { return kind_ == Timeout; }
  bool is_closed() const noexcept { return kind_ == Closed; }
  const char* what() const noexcept {
    return kind_ == Timeout ? "timed out waiting for a place" : "channel closed";
  }

 private:
  Kind kind_ = Closed;
};

/// Why there is no value: not yet, or never again. Tokio: `mpsc::error::TryRecvError`.
class TryRecvError : public detail::SyncError {
 public:
  enum Kind : unsigned char { Empty, Disconnected };

  TryRecvError(Kind kind = Disconnected) noexcept : kind_(kind) {}
  Kind kind() const noexcept { return kind_; }
  const char* what() const noexcept { return kind_ == Empty ? "channel empty" : "channel disconnected"; }
  friend bool operator==(const TryRecvError& a, const TryRecvError& b) noexcept { return a.kind_ == b.kind_; }

 private:
  Kind kind_;
};

}  // namespace ferry::sync::mpsc::error
