// watch: 0.2's, whose receivers are handed copies, the first one at once.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/sync/watch.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::sync::watch {

using ferry::sync::watch::Ref;
namespace error = ferry::sync::watch::error;

/// Replaces the value. Can be used wherever a sender of 1.x is wanted.
///
/// Thread safety: every const member may be called from any thread at any time.
/// Tokio: 0.2's `watch::Sender`.
template <class T>
class Sender : public ferry::sync::watch::Sender<T> {
 public:
  /// For `channel` and `compat::into_legacy`.
  explicit Sender(ferry::sync::watch::Sender<T> sender) noexcept
      : ferry::sync::watch::Sender<T>(std::move(sender)) {}

  /// Stores `value` and tells the receivers. Errors: there is none; the value comes back and is not stored.
  /// Tokio: 0.2's `watch::Sender::broadcast`.
  FERRY_REPLACE("WATCH-02", safe, "$this.send($value)")
  [[nodiscard]] Result<void, error::SendError<T>> broadcast(T value) const {
    return this->send(std::move(value));
  }

  /// Completes when there is no receiver.
  ///
  /// Cancelling: safe.
  /// Tokio: 0.2's `watch::Sender::closed`.
  [[nodiscard]] auto closed() noexcept { return ferry::sync::watch::Sender<T>::closed(); }
};

template <class T>
class Recv;

/// Watches the value. What a channel gives has not seen its initial value; a copy has seen what the original
/// has seen. It is also a stream of the values.
///
/// Thread safety: const members on any thread; one at a time calls the others.
/// Tokio: 0.2's `watch::Receiver`.
template <class T>
class Receiver : public ferry::sync::watch::Receiver<T> {
  using Base = ferry::sync::watch::Receiver<T>;

 public:
  using Item = T;

  /// Has seen what `receiver` has seen.
  explicit Receiver(Base receiver) noexcept : Base(std::move(receiver)) {}
  Receiver(const Receiver& other) noexcept : Base(other) {}
  Receiver(Receiver&&) noexcept = default;
  Receiver& operator=(Receiver other) noexcept {
    Base::operator=(std::move(static_cast<Base&>(other)));
    std::swap(waiter_, other.waiter_);
    return *this;
  }

  /// A copy of the latest value that was not seen. A future of `std::optional<T>`: none once the senders are
  /// gone and everything was seen.
  ///
  /// Cancelling: safe; a value counts as seen only when it is given.
  /// Tokio: 0.2's `watch::Receiver::recv`.
  FERRY_NATIVE("WATCH-03", unsafe, "ferry::sync::watch::Receiver::changed, then borrow_and_update")
  [[nodiscard]] Recv<T> recv() noexcept { return Recv<T>(*this); }

  /// As `recv`, to be polled, and without a copy: the value, locked for reading.
  ///
  /// Cost: one allocation in the receiver's life.
  /// Tokio: 0.2's `watch::Receiver::poll_recv_ref`.
  FERRY_REPLACE("WATCH-05", manual,
                "changed, then borrow_and_update; or a ferry::stream::wrappers::WatchStream")
  Poll<std::optional<Ref<T>>> poll_recv_ref(Context& cx) { return poll_ref(cx); }

  /// As `recv`; it may be moved while it waits. A future of `std::optional<T>`.
  ///
  /// Cancelling: safe; a value counts as seen only when it is given.
  /// Tokio: 0.2's `StreamExt::next` on a receiver.
  FERRY_NATIVE("WATCH-06", unsafe, "a ferry::stream::wrappers::WatchStream")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }

  /// As a stream of what `recv` gives.
  Poll<std::optional<T>> poll_next(Context& cx) {
    const auto polled = poll_ref(cx);
    if (polled.is_pending()) return pending;
    if (!*polled) return std::optional<T>();
    return std::optional<T>(***polled);
  }

 private:
  Poll<std::optional<Ref<T>>> poll_ref(Context& cx) {
    using Ready = Poll<std::optional<Ref<T>>>;
    if (!waiter_ || !waiter_->is_of(*this)) waiter_ = std::make_unique<typename Base::Waiter>(*this);
    const auto changed = Base::poll_changed(cx, *waiter_);
    if (changed.is_pending()) return pending;
    if (!*changed) return std::optional<Ref<T>>();
    return Ready::ready(std::in_place, Base::borrow_and_update());
  }

  std::unique_ptr<typename Base::Waiter> waiter_;
};

/// Waits for a value. Cannot be moved.
///
/// Cancelling: safe.
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] Recv {
 public:
  using Output = std::optional<T>;
  Recv(const Recv&) = delete;
  Recv& operator=(const Recv&) = delete;

  Poll<Output> poll(Context& cx) {
    const auto changed = changed_.poll(cx);
    if (changed.is_pending()) return pending;
    if (!*changed) return Output();
    return Output(*receiver_->borrow_and_update());
  }

 private:
  friend class Receiver<T>;
  explicit Recv(Receiver<T>& receiver) noexcept : receiver_(&receiver), changed_(receiver.changed()) {}

  Receiver<T>* receiver_;
  ferry::sync::watch::Changed<T> changed_;
};

namespace detail {

/// Lets go of the value of a channel that nobody watches, unless somebody watches it again.
template <class T>
void forget(ferry::detail::WatchCell<T>& cell) noexcept {
  T forgotten{};  // destroyed after the lock is released
  const std::unique_lock lock(cell.lock());
  using std::swap;
  if (cell.receivers() == 0) swap(cell.value, forgotten);
}

}  // namespace detail

/// A channel that holds one `T`, which a sender replaces and receivers watch. `initial` counts as not seen.
///
/// As in 0.2 the value is destroyed when the last receiver goes: a `T()` takes its place, which only members
/// of 1.x can see. A `T` that has no such value, or cannot make it without throwing, lives as long as in 1.x.
///
/// Tokio: 0.2's `watch::channel`.
template <class T>
[[nodiscard]] std::pair<Sender<T>, Receiver<T>> channel(T initial) {
  auto made = ferry::sync::watch::channel<T>(std::move(initial));
  if constexpr (std::is_nothrow_default_constructible_v<T> && std::is_nothrow_swappable_v<T>)
    made.first.cell().forget = &detail::forget<T>;
  made.second.mark_changed();
  return {Sender<T>(std::move(made.first)), Receiver<T>(std::move(made.second))};
}

}  // namespace ferry::v0_2::sync::watch
