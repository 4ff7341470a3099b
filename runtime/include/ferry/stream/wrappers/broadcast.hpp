// BroadcastStream: what a broadcast channel receives.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include <ferry/detail/receiving.hpp>
#include <ferry/detail/sync_error.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/broadcast.hpp>

namespace ferry::stream::wrappers {
namespace errors {

/// Some values were missed. Tokio: `tokio_stream::wrappers::errors::BroadcastStreamRecvError`.
class BroadcastStreamRecvError : public detail::SyncError {
 public:
  enum Kind : unsigned char { Lagged };

  BroadcastStreamRecvError() noexcept = default;
  explicit BroadcastStreamRecvError(std::uint64_t skipped) noexcept : skipped_(skipped) {}

  Kind kind() const noexcept { return Lagged; }
  /// How many values were overwritten before they were received.
  std::uint64_t skipped() const noexcept { return skipped_; }
  const char* what() const noexcept { return "channel lagged"; }
  bool operator==(const BroadcastStreamRecvError& other) const noexcept { return skipped_ == other.skipped_; }

 private:
  std::uint64_t skipped_ = 0;
};

}  // namespace errors

/// What a broadcast channel receives, with an error where values were overwritten before that: the oldest one
/// that is left comes next. Ends when every sender is gone and everything was received.
///
/// Cost: one allocation.
/// Tokio: `tokio_stream::wrappers::BroadcastStream`.
template <class T>
class BroadcastStream {
 public:
  using Item = Result<T, errors::BroadcastStreamRecvError>;

  explicit BroadcastStream(sync::broadcast::Receiver<T> receiver) : receiving_(std::move(receiver)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    using Ready = Poll<std::optional<Item>>;
    auto received = receiving_.poll(cx, [](auto& receiver) { return receiver.recv(); });
    if (received.is_pending()) return ferry::pending;
    if (received->has_value())
      return Ready::ready(std::in_place, boost::system::in_place_value, **std::move(received));
    const auto error = received->error();
    if (error.is_closed()) return std::optional<Item>();
    return Ready::ready(std::in_place, boost::system::in_place_error, error.skipped());
  }

 private:
  detail::Receiving<sync::broadcast::Receiver<T>, sync::broadcast::Recv<T>> receiving_;
};

}  // namespace ferry::stream::wrappers
