// The receiving end of an mpsc channel, bounded or not.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <ferry/detail/mpsc_channel.hpp>
#include <ferry/detail/thread_park.hpp>
#include <ferry/sync/mpsc/error.hpp>

namespace ferry::sync::mpsc {

template <class T>
class Recv;
template <class T>
class RecvMany;
template <class T>
class Receiver;
template <class T>
class UnboundedReceiver;

/// What the receivers of bounded and unbounded channels have in common.
///
/// Thread safety: owned by one thread at a time.
template <class T>
class ReceiverBase {
 public:
  /// The next value; none at the end: when all senders are gone or the channel is closed, everything queued
  /// has been received and no permit is outstanding.
  ///
  /// Cancelling: safe; a value leaves the channel only when it is given.
  /// Tokio: `mpsc::Receiver::recv`.
  [[nodiscard]] Recv<T> recv() noexcept { return Recv<T>(*this); }

  /// Appends up to `limit` values to `buffer`; waits only for the first. Gives how many; 0 only at the end or
  /// when `limit` is 0.
  ///
  /// Cancelling: safe, as `recv`.
  /// Tokio: `mpsc::Receiver::recv_many`.
  [[nodiscard]] RecvMany<T> recv_many(std::vector<T>& buffer, std::size_t limit) noexcept {
    return RecvMany<T>(*this, buffer, limit);
  }

  /// As `recv`, to be polled. Tokio: `mpsc::Receiver::poll_recv`.
  Poll<std::optional<T>> poll_recv(Context& cx) { return channel_->poll_recv(cx); }

  /// As `recv_many`, to be polled. Tokio: `mpsc::Receiver::poll_recv_many`.
  Poll<std::size_t> poll_recv_many(Context& cx, std::vector<T>& buffer, std::size_t limit);

  /// A value if one is there. Waits for a sender that is in the middle of sending, but never for one that has
  /// not begun.
  ///
  /// Errors: `Empty`, or `Disconnected` at the end.
  /// Tokio: `mpsc::Receiver::try_recv`.
  [[nodiscard]] Result<T, error::TryRecvError> try_recv();

  /// Blocks this thread until there is a value or the end. For threads that run no tasks.
  ///
  /// Throws: std::logic_error inside a task.
  /// Tokio: `mpsc::Receiver::blocking_recv`.
  std::optional<T> blocking_recv() {
    detail::forbid_blocking("mpsc::Receiver::blocking_recv");
    return detail::park_on(recv());
  }

  /// As `blocking_recv`, for several values: `recv_many`. Tokio: `mpsc::Receiver::blocking_recv_many`.
  std::size_t blocking_recv_many(std::vector<T>& buffer, std::size_t limit) {
    detail::forbid_blocking("mpsc::Receiver::blocking_recv_many");
    return detail::park_on(recv_many(buffer, limit));
  }

  /// Lets no more values in. What is queued, or sent with a permit that is outstanding, can still be
  /// received. Tokio: `mpsc::Receiver::close`.
  void close() noexcept { channel_->close(); }

  bool is_closed() const noexcept { return channel_->is_closed() || channel_->strong_count() == 0; }
  bool is_empty() const noexcept { return len() == 0; }
  std::size_t len() const noexcept { return channel_->length(); }
  std::size_t sender_strong_count() const noexcept { return channel_->strong_count(); }
  std::size_t sender_weak_count() const noexcept { return channel_->weak_count(); }

 protected:
  explicit ReceiverBase(detail::MpscChannel<T>* channel) noexcept : channel_(channel) {}
  ReceiverBase(ReceiverBase&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  ReceiverBase& operator=(ReceiverBase&& other) noexcept {
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~ReceiverBase() {
    if (channel_ != nullptr) detail::MpscChannel<T>::drop_receiver(channel_);
  }

  detail::MpscChannel<T>* channel_;
};

/// Waits for a value. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] Recv {
 public:
  using Output = std::optional<T>;
  explicit Recv(ReceiverBase<T>& receiver) noexcept : receiver_(&receiver) {}
  Recv(const Recv&) = delete;
  Recv& operator=(const Recv&) = delete;

  Poll<Output> poll(Context& cx) { return receiver_->poll_recv(cx); }

 private:
  ReceiverBase<T>* receiver_;
};

/// Waits for values. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] RecvMany {
 public:
  using Output = std::size_t;
  RecvMany(ReceiverBase<T>& receiver, std::vector<T>& buffer, std::size_t limit) noexcept
      : receiver_(&receiver), buffer_(&buffer), limit_(limit) {}
  RecvMany(const RecvMany&) = delete;
  RecvMany& operator=(const RecvMany&) = delete;

  Poll<Output> poll(Context& cx) { return receiver_->poll_recv_many(cx, *buffer_, limit_); }

 private:
  ReceiverBase<T>* receiver_;
  std::vector<T>* buffer_;
  std::size_t limit_;
};

template <class T>
Poll<std::size_t> ReceiverBase<T>::poll_recv_many(Context& cx, std::vector<T>& buffer, std::size_t limit) {
  if (limit == 0) return std::size_t{0};
  if (detail::must_yield(cx)) return pending;
  detail::BlockList::Place place;
  const auto next = channel_->poll_next(cx, place);
  if (next == detail::MpscCore::Next::Pending) return pending;
  detail::spend_budget(cx);
  if (next == detail::MpscCore::Next::End) return std::size_t{0};
  std::size_t count = 0;
  do {
    if (buffer.size() == buffer.capacity())
      buffer.reserve(buffer.size() * 2 + 1);  // may throw; nothing is taken yet
    buffer.push_back(channel_->take(place));
  } while (++count < limit && channel_->peek(place));
  return count;
}

template <class T>
Result<T, error::TryRecvError> ReceiverBase<T>::try_recv() {
  using R = Result<T, error::TryRecvError>;
  detail::BlockList::Place place;
  const auto next = channel_->try_next(place);
  if (next == detail::MpscCore::Next::Value) return R(boost::system::in_place_value, channel_->take(place));
  return R(boost::system::in_place_error, next == detail::MpscCore::Next::End
                                              ? error::TryRecvError::Disconnected
                                              : error::TryRecvError::Empty);
}

}  // namespace ferry::sync::mpsc
