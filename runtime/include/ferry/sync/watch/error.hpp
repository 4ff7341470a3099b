// What can go wrong with watch channels.
#pragma once

#include <ferry/detail/given_back.hpp>
#include <ferry/detail/sync_error.hpp>

namespace ferry::sync::watch::error {

/// There is no receiver; gives the value back. Tokio: `watch::error::SendError`.
template <class T>
class SendError : public detail::SyncError, public detail::GivenBack<T> {
 public:
  using detail::GivenBack<T>::GivenBack;
  const char* what() const noexcept { return "channel closed"; }
};

/// All senders are gone. Tokio: `watch::error::RecvError`.
class RecvError : public detail::SyncError {
 public:
  const char* what() const noexcept { return "channel closed"; }
  friend bool operator==(const RecvError&, const RecvError&) noexcept { return true; }
};

}  // namespace ferry::sync::watch::error
