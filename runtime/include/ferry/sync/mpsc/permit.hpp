// Permits: places in a bounded channel that are reserved for a value to come.
#pragma once

#include <cstddef>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/mpsc_channel.hpp>

namespace ferry::sync::mpsc {

template <class T>
class Sender;
template <class T>
class Reserve;
template <class T>
class ReserveMany;
template <class T>
class ReserveOwned;
template <class T>
class PermitIterator;

/// A reserved place: sending with it never waits and never fails. Destroyed unused, it gives the place back.
/// The sender it came from has to outlive it.
///
/// Thread safety: owned by one thread at a time.
/// Tokio: `mpsc::Permit`.
template <class T>
class [[nodiscard]] Permit {
 public:
  Permit(Permit&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  Permit& operator=(Permit&& other) noexcept {
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~Permit() {
    if (channel_ != nullptr) channel_->release_permits(1);
  }

  /// Sends and uses the permit up. A value for a receiver that is gone is destroyed with the channel.
  /// Tokio: `Permit::send`.
  void send(T value) && {
    FERRY_REQUIRE(channel_ != nullptr, "an mpsc permit sends once");
    std::exchange(channel_, nullptr)->push(std::move(value));
  }

 private:
  friend class Sender<T>;
  friend class Reserve<T>;
  friend class PermitIterator<T>;
  explicit Permit(detail::MpscChannel<T>& channel) noexcept : channel_(&channel) {}

  detail::MpscChannel<T>* channel_;
};

/// Several reserved places, handed out one by one; what is left is given back. Works in a range-based `for`.
///
/// Thread safety: owned by one thread at a time.
/// Tokio: `mpsc::PermitIterator`.
template <class T>
class [[nodiscard]] PermitIterator {
 public:
  PermitIterator(PermitIterator&& other) noexcept
      : channel_(other.channel_), permits_(std::exchange(other.permits_, 0)) {}
  PermitIterator& operator=(PermitIterator&& other) noexcept {
    std::swap(channel_, other.channel_);
    std::swap(permits_, other.permits_);
    return *this;
  }
  ~PermitIterator() {
    if (permits_ > 0) channel_->release_permits(permits_);
  }

  std::size_t size() const noexcept { return permits_; }

  /// One of the places. There has to be one.
  Permit<T> next() {
    FERRY_REQUIRE(permits_ > 0, "a PermitIterator gives as many permits as were reserved");
    --permits_;
    return Permit<T>(*channel_);
  }

  struct End {};
  class Cursor {
   public:
    explicit Cursor(PermitIterator& permits) noexcept : permits_(&permits) {}
    Permit<T> operator*() const noexcept { return permits_->next(); }
    Cursor& operator++() noexcept { return *this; }
    bool operator==(End) const noexcept { return permits_->size() == 0; }

   private:
    PermitIterator* permits_;
  };
  Cursor begin() noexcept { return Cursor(*this); }
  End end() const noexcept { return {}; }

 private:
  friend class Sender<T>;
  friend class ReserveMany<T>;
  PermitIterator(detail::MpscChannel<T>& channel, std::size_t permits) noexcept
      : channel_(&channel), permits_(permits) {}

  detail::MpscChannel<T>* channel_;
  std::size_t permits_;
};

/// A reserved place that owns a sender.
///
/// Thread safety: owned by one thread at a time.
/// Tokio: `mpsc::OwnedPermit`.
template <class T>
class [[nodiscard]] OwnedPermit {
 public:
  OwnedPermit(OwnedPermit&& other) noexcept = default;
  OwnedPermit& operator=(OwnedPermit&& other) noexcept {
    std::swap(sender_, other.sender_);
    return *this;
  }
  ~OwnedPermit() {
    if (sender_.get() != nullptr) sender_->release_permits(1);
  }

  /// Sends; gives the sender back. Tokio: `OwnedPermit::send`.
  Sender<T> send(T value) && {
    FERRY_REQUIRE(sender_.get() != nullptr, "an mpsc permit sends once");
    sender_->push(std::move(value));
    return Sender<T>(std::move(sender_));
  }

  /// Gives the place back, and the sender. Tokio: `OwnedPermit::release`.
  Sender<T> release() && {
    FERRY_REQUIRE(sender_.get() != nullptr, "an mpsc permit is released once");
    sender_->release_permits(1);
    return Sender<T>(std::move(sender_));
  }

  bool same_channel(const OwnedPermit& other) const noexcept { return sender_.get() == other.sender_.get(); }
  bool same_channel_as_sender(const Sender<T>& sender) const noexcept {
    return sender_.get() == sender.channel_.get();
  }

 private:
  friend class Sender<T>;
  friend class ReserveOwned<T>;
  explicit OwnedPermit(detail::MpscSenderRef<T> sender) noexcept : sender_(std::move(sender)) {}

  detail::MpscSenderRef<T> sender_;
};

}  // namespace ferry::sync::mpsc
