// MpscChannel: the core of an mpsc channel with places for a `T`, and the handles that own it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/detail/allocate.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/detail/mpsc_core.hpp>
#include <ferry/poll.hpp>

namespace ferry::detail {

template <class T>
class MpscChannel : public MpscCore {
 public:
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "what is sent is moved between tasks without throwing");

  static MpscChannel* make(std::size_t permits) {
    return ::new (allocate_for<MpscChannel>()) MpscChannel(permits);
  }
  ~MpscChannel() { drain(); }

  /// The caller holds a permit, which goes to the receiver with the value. Runs out of memory only by
  /// terminating.
  void push(T&& value) noexcept {
    const BlockList::Place place = claim();
    std::construct_at(slot(place), std::move(value));
    publish(place);
  }

  T take(BlockList::Place place) noexcept {
    T* const from = slot(place);
    T value = std::move(*from);
    std::destroy_at(from);
    consume();
    return value;
  }

  Poll<std::optional<T>> poll_recv(Context& cx) {
    if (must_yield(cx)) return pending;
    BlockList::Place place;
    const Next next = poll_next(cx, place);
    if (next == Next::Pending) return pending;
    spend_budget(cx);
    if (next == Next::End) return Poll<std::optional<T>>::ready(std::nullopt);
    return Poll<std::optional<T>>::ready(take(place));
  }

  void drain() noexcept {
    for (BlockList::Place place; peek(place);) {
      std::destroy_at(slot(place));
      consume();
    }
  }

  // What gives up one owner.
  static void drop_sender(MpscChannel* channel) noexcept {
    free_if(channel, channel->MpscCore::drop_sender());
  }
  static void drop_weak(MpscChannel* channel) noexcept { free_if(channel, channel->MpscCore::drop_weak()); }
  static void drop_receiver(MpscChannel* channel) noexcept {
    channel->close();
    channel->drain();
    free_if(channel, channel->drop_owner());
  }

 private:
  struct Slots : BlockList::Block {
    alignas(T) std::byte storage[BlockList::kSlots * sizeof(T)];
  };

  explicit MpscChannel(std::size_t permits) : MpscCore(permits, sizeof(Slots), alignof(Slots)) {}

  static void free_if(MpscChannel* channel, Leave leave) noexcept {
    if (leave == Leave::Free) destroy_and_free(channel);
  }
  static T* slot(BlockList::Place place) noexcept {
    constexpr std::size_t kFirst = (sizeof(BlockList::Block) + alignof(T) - 1) / alignof(T) * alignof(T);
    return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(place.block) + kFirst) + place.slot;
  }
};

/// One strong sender's share of a channel.
template <class T>
class MpscSenderRef {
 public:
  explicit MpscSenderRef(MpscChannel<T>* channel) noexcept : channel_(channel) {}
  MpscSenderRef(const MpscSenderRef& other) noexcept : channel_(other.channel_) {
    if (channel_ != nullptr) channel_->add_sender();
  }
  MpscSenderRef(MpscSenderRef&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  MpscSenderRef& operator=(MpscSenderRef other) noexcept {
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~MpscSenderRef() {
    if (channel_ != nullptr) MpscChannel<T>::drop_sender(channel_);
  }

  MpscChannel<T>* operator->() const noexcept { return channel_; }
  MpscChannel<T>& operator*() const noexcept { return *channel_; }
  MpscChannel<T>* get() const noexcept { return channel_; }

 private:
  MpscChannel<T>* channel_;
};

/// One weak sender's share.
template <class T>
class MpscWeakRef {
 public:
  explicit MpscWeakRef(MpscChannel<T>* channel) noexcept : channel_(channel) { channel_->add_weak(); }
  MpscWeakRef(const MpscWeakRef& other) noexcept : channel_(other.channel_) {
    if (channel_ != nullptr) channel_->add_weak();
  }
  MpscWeakRef(MpscWeakRef&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  MpscWeakRef& operator=(MpscWeakRef other) noexcept {
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~MpscWeakRef() {
    if (channel_ != nullptr) MpscChannel<T>::drop_weak(channel_);
  }

  MpscChannel<T>* operator->() const noexcept { return channel_; }
  MpscChannel<T>* get() const noexcept { return channel_; }

 private:
  MpscChannel<T>* channel_;
};

/// Waits for permits of a channel; gives back what it was handed and did not report.
class MpscAcquire {
 public:
  MpscAcquire(MpscCore& channel, std::size_t permits) noexcept
      : channel_(&channel), acquire_(channel.semaphore(), permits) {}
  MpscAcquire(const MpscAcquire&) = delete;
  MpscAcquire& operator=(const MpscAcquire&) = delete;
  ~MpscAcquire() {
    if (acquire_.is_waiting() && acquire_.cancel()) channel_->wake_if_drained();
  }

  Poll<bool> poll(Context& cx) { return acquire_.poll(cx); }

 private:
  MpscCore* channel_;
  BatchSemaphore::Acquire acquire_;
};

/// Completes once the receiver of a channel has closed or is gone.
class MpscClosed {
 public:
  using Output = void;
  explicit MpscClosed(const MpscCore& channel) noexcept
      : channel_(&channel), notified_(channel.closed().notified()) {}
  MpscClosed(const MpscClosed&) = delete;
  MpscClosed& operator=(const MpscClosed&) = delete;

  Poll<void> poll(Context& cx) {
    if (must_yield(cx)) return pending;
    if (!channel_->is_closed()) return notified_.poll(cx);
    spend_budget(cx);
    return Poll<void>::ready();
  }

 private:
  const MpscCore* channel_;
  sync::Notify::Notified notified_;
};

}  // namespace ferry::detail
