// What can go wrong with oneshot channels.
#pragma once

#include <ferry/detail/given_back.hpp>
#include <ferry/detail/sync_error.hpp>

namespace ferry::sync::oneshot::error {

/// The sender went without sending. Tokio: `oneshot::error::RecvError`.
class RecvError : public detail::SyncError {
 public:
  const char* what() const noexcept { return "channel closed"; }
  friend bool operator==(const RecvError&, const RecvError&) noexcept { return true; }
};

/// Why there is no value: not yet, or never (again). Tokio: `oneshot::error::TryRecvError`.
class TryRecvError : public detail::SyncError {
 public:
  enum Kind : unsigned char { Empty, Closed };

  TryRecvError(Kind kind = Closed) noexcept : kind_(kind) {}
  Kind kind() const noexcept { return kind_; }
  const char* what() const noexcept { return kind_ == Empty ? "channel empty" : "channel closed"; }
  friend bool operator==(const TryRecvError& a, const TryRecvError& b) noexcept { return a.kind_ == b.kind_; }

 private:
  Kind kind_;
};

/// The receiver is gone or has closed; gives the value back. Tokio: the `Err` of `oneshot::Sender::send`.
template <class T>
class SendError : public detail::SyncError, public detail::GivenBack<T> {
 public:
  using detail::GivenBack<T>::GivenBack;
  const char* what() const noexcept { return "channel closed"; }
};

}  // namespace ferry::sync::oneshot::error
