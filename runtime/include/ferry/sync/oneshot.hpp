// oneshot: a channel for one value.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/allocate.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/detail/oneshot_core.hpp>
#include <ferry/detail/thread_park.hpp>
#include <ferry/poll.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/oneshot/error.hpp>

namespace ferry::sync::oneshot {

template <class T>
class Sender;
template <class T>
class Receiver;
template <class T>
class Closed;

/// A channel for one `T`: the sender sends at most once, the receiver is awaited.
///
/// Cost: one allocation from a per-thread pool.
/// Tokio: `oneshot::channel`.
template <class T>
[[nodiscard]] std::pair<Sender<T>, Receiver<T>> channel();

}  // namespace ferry::sync::oneshot

namespace ferry::detail {

/// The core with the value.
template <class T>
class OneshotCell : public OneshotCore {
 public:
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "what is sent is moved between tasks without throwing");
  OneshotCell() noexcept {}
  ~OneshotCell() {}
  union {
    T value;
  };
};

}  // namespace ferry::detail

namespace ferry::sync::oneshot {

/// Sends one value. Destroyed without sending, it makes the receiver see `RecvError`.
///
/// Thread safety: owned by one thread at a time.
/// Tokio: `oneshot::Sender`.
template <class T>
class Sender {
 public:
  Sender(Sender&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  Sender& operator=(Sender&& other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~Sender() {
    if (cell_ == nullptr) return;
    static_cast<void>(cell_->complete(false));
    leave();
  }

  /// Gives the value to the receiver; never waits. Uses the sender up.
  ///
  /// Errors: the receiver is gone or has closed; the value comes back.
  /// Tokio: `oneshot::Sender::send`.
  [[nodiscard]] Result<void, error::SendError<T>> send(T value) && {
    FERRY_REQUIRE(cell_ != nullptr, "a oneshot::Sender sends once");
    std::construct_at(&cell_->value, std::move(value));
    if (cell_->complete(true)) {
      leave();
      return {};
    }
    error::SendError<T> refused(std::move(cell_->value));
    std::destroy_at(&cell_->value);
    leave();
    return refused;
  }

  /// Completes when the receiver is gone or has closed. Borrows the sender.
  ///
  /// Cancelling: safe.
  /// Tokio: `oneshot::Sender::closed`.
  [[nodiscard]] Closed<T> closed() noexcept { return Closed<T>(*this); }

  /// As `closed`, to be polled. Tokio: `oneshot::Sender::poll_closed`.
  Poll<void> poll_closed(Context& cx) {
    if (detail::must_yield(cx) || !cell_->poll_closed(cx.waker())) return pending;
    detail::spend_budget(cx);
    return Poll<void>::ready();
  }

  bool is_closed() const noexcept { return cell_->is_closed(); }

 private:
  friend std::pair<Sender<T>, Receiver<T>> channel<T>();
  explicit Sender(detail::OneshotCell<T>* cell) noexcept : cell_(cell) {}

  void leave() noexcept {
    detail::OneshotCell<T>* const cell = std::exchange(cell_, nullptr);
    if (cell->leave_sender() == detail::OneshotCore::Leave::Free) detail::destroy_and_free(cell);
  }

  detail::OneshotCell<T>* cell_;
};

/// Awaits the value. A movable future; may be awaited by name, several times until it is ready.
///
/// Cancelling: safe; a receiver that is awaited by name loses nothing, one that is destroyed closes the
/// channel. Thread safety: owned by one thread at a time. Tokio: `oneshot::Receiver`.
template <class T>
class [[nodiscard]] Receiver {
 public:
  using Output = Result<T, error::RecvError>;

  Receiver(Receiver&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  Receiver& operator=(Receiver&& other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~Receiver() {
    if (cell_ == nullptr) return;
    cell_->close();
    if (cell_->ready() == detail::OneshotCore::Ready::Value) std::destroy_at(&cell_->value);
    leave();
  }

  Poll<Output> poll(Context& cx) {
    FERRY_REQUIRE(cell_ != nullptr, "a oneshot::Receiver is awaited or polled after it was ready");
    if (detail::must_yield(cx)) return pending;
    const auto ready = cell_->poll_ready(cx.waker());
    if (ready == detail::OneshotCore::Ready::No) return pending;
    detail::spend_budget(cx);
    if (ready == detail::OneshotCore::Ready::Value) return Output(boost::system::in_place_value, take());
    leave();
    return Output(boost::system::in_place_error, error::RecvError());
  }

  /// The value if it is there. Errors: `Empty`, or `Closed`, also after the value was taken.
  /// Tokio: `oneshot::Receiver::try_recv`.
  [[nodiscard]] Result<T, error::TryRecvError> try_recv() {
    using R = Result<T, error::TryRecvError>;
    const auto ready = cell_ == nullptr ? detail::OneshotCore::Ready::NoValue : cell_->ready();
    if (ready == detail::OneshotCore::Ready::Value) return R(boost::system::in_place_value, take());
    if (ready == detail::OneshotCore::Ready::No)
      return R(boost::system::in_place_error, error::TryRecvError::Empty);
    if (cell_ != nullptr) leave();
    return R(boost::system::in_place_error, error::TryRecvError::Closed);
  }

  /// Blocks this thread until the value is there. For threads that run no tasks.
  ///
  /// Throws: std::logic_error inside a task.
  /// Tokio: `oneshot::Receiver::blocking_recv`.
  [[nodiscard]] Output blocking_recv() && {
    detail::forbid_blocking("oneshot::Receiver::blocking_recv");
    return detail::park_on(*this);
  }

  /// Refuses a value from now on. One that was sent before can still be taken. Tokio:
  /// `oneshot::Receiver::close`.
  void close() noexcept {
    if (cell_ != nullptr) cell_->close();
  }

  /// Whether `try_recv` would give no value now. Tokio: `oneshot::Receiver::is_empty`.
  bool is_empty() const noexcept {
    return cell_ == nullptr || cell_->ready() != detail::OneshotCore::Ready::Value;
  }

  /// Whether it has given all it will ever give. Tokio: `oneshot::Receiver::is_terminated`.
  bool is_terminated() const noexcept { return cell_ == nullptr; }

 private:
  friend std::pair<Sender<T>, Receiver<T>> channel<T>();
  explicit Receiver(detail::OneshotCell<T>* cell) noexcept : cell_(cell) {}

  T take() noexcept {
    T value = std::move(cell_->value);
    std::destroy_at(&cell_->value);
    leave();
    return value;
  }
  void leave() noexcept {
    detail::OneshotCell<T>* const cell = std::exchange(cell_, nullptr);
    if (cell->leave_receiver() == detail::OneshotCore::Leave::Free) detail::destroy_and_free(cell);
  }

  detail::OneshotCell<T>* cell_;
};

/// Waits until the receiver is gone. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] Closed {
 public:
  using Output = void;
  Closed(const Closed&) = delete;
  Closed& operator=(const Closed&) = delete;
  Poll<void> poll(Context& cx) { return sender_->poll_closed(cx); }

 private:
  friend class Sender<T>;
  explicit Closed(Sender<T>& sender) noexcept : sender_(&sender) {}
  Sender<T>* sender_;
};

template <class T>
std::pair<Sender<T>, Receiver<T>> channel() {
  auto* const cell = ::new (detail::allocate_for<detail::OneshotCell<T>>()) detail::OneshotCell<T>();
  return {Sender<T>(cell), Receiver<T>(cell)};
}

}  // namespace ferry::sync::oneshot
