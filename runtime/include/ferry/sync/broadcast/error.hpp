// What can go wrong with broadcast channels.
#pragma once

#include <cstdint>

#include <ferry/detail/given_back.hpp>
#include <ferry/detail/sync_error.hpp>

namespace ferry::sync::broadcast::error {

/// There is no receiver; gives the value back. Tokio: `broadcast::error::SendError`.
template <class T>
class SendError : public detail::SyncError, public detail::GivenBack<T> {
 public:
  using detail::GivenBack<T>::GivenBack;
  const char* what() const noexcept { return "channel closed"; }
};

/// Why there is no value: never again, or some were missed. Tokio: `broadcast::error::RecvError`.
class RecvError : public detail::SyncError {
 public:
  enum Kind : unsigned char { Closed, Lagged };

  RecvError() noexcept = default;
  /// Lagged behind by `skipped` values.
  explicit RecvError(std::uint64_t skipped) noexcept : skipped_(skipped) {}

  Kind kind() const noexcept { return skipped_ > 0 ? Lagged : Closed; }
  bool is_lagged() const noexcept { return kind() == Lagged; }
  bool is_closed() const noexcept { return kind() == Closed; }
  /// How many values were overwritten before they were received; 0 at the end.
  std::uint64_t skipped() const noexcept { return skipped_; }
  const char* what() const noexcept { return is_lagged() ? "channel lagged" : "channel closed"; }
  friend bool operator==(const RecvError& a, const RecvError& b) noexcept { return a.skipped_ == b.skipped_; }

 private:
  std::uint64_t skipped_ = 0;
};

/// Why there is no value: not yet, never again, or some were missed. Tokio: `broadcast::error::TryRecvError`.
class TryRecvError : public detail::SyncError {
 public:
  enum Kind : unsigned char { Empty, Closed, Lagged };

  TryRecvError(Kind kind = Closed, std::uint64_t skipped = 0) noexcept : kind_(kind), skipped_(skipped) {}

  Kind kind() const noexcept { return kind_; }
  bool is_empty() const noexcept { return kind_ == Empty; }
  bool is_lagged() const noexcept { return kind_ == Lagged; }
  bool is_closed() const noexcept { return kind_ == Closed; }
  /// How many values were overwritten before they were received.
  std::uint64_t skipped() const noexcept { return skipped_; }
  const char* what() const noexcept {
    return kind_ == Empty ? "channel empty" : kind_ == Lagged ? "channel lagged" : "channel closed";
  }
  friend bool operator==(const TryRecvError& a, const TryRecvError& b) noexcept {
    return a.kind_ == b.kind_ && a.skipped_ == b.skipped_;
  }

 private:
  Kind kind_;
  std::uint64_t skipped_;
};

}  // namespace ferry::sync::broadcast::error
