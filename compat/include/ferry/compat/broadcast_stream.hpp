// BroadcastStream: what a broadcast channel receives, as a stream.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/broadcast.hpp>

namespace ferry::compat {

/// What a broadcast channel receives: a receiver that is also a stream of what `recv` gives. Where values
/// were overwritten before that, an item is the error of `recv`, as in 0.2; that of
/// stream::wrappers::BroadcastStream is a type of its own. Ends when every sender is gone and everything was
/// received.
///
/// Thread safety: owned by one task at a time; movable at any time.
/// Cost: one allocation, at the first poll.
/// Tokio: 0.2's `broadcast::Receiver::into_stream`.
template <class T>
class BroadcastStream : public sync::broadcast::Receiver<T> {
  using Base = sync::broadcast::Receiver<T>;

 public:
  using Item = Result<T, sync::broadcast::error::RecvError>;

  explicit BroadcastStream(Base receiver) noexcept : Base(std::move(receiver)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    using Ready = Poll<std::optional<Item>>;
    auto received = poll_recv(cx);
    if (received.is_pending()) return pending;
    if (received->has_error() && received->error().is_closed()) return std::optional<Item>();
    return Ready::ready(std::in_place, *std::move(received));
  }

 protected:
  // As `recv`, to be polled.
  Poll<Item> poll_recv(Context& cx) {
    if (!waiter_ || !waiter_->is_of(*this)) waiter_ = std::make_unique<typename Base::Waiter>(*this);
    return Base::poll_recv(cx, *waiter_);
  }

 private:
  std::unique_ptr<typename Base::Waiter> waiter_;
};

}  // namespace ferry::compat
