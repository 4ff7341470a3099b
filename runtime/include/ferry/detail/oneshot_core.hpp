// OneshotCore: the state machine of a oneshot channel, without its value.
#pragma once

#include <atomic>
#include <cstdint>

#include <ferry/waker.hpp>

namespace ferry::detail {

/// One word of bits and two waker slots, shared by one sender and one receiver.
///
/// kRxWaiting  `rx_waker_` is alive; the receiver's to change, and from kComplete on nobody's
/// kComplete   the sender is done: with a value if kValue is there too; set once
/// kValue      the value is alive until the receiver takes it; written before kComplete by the sender
/// kClosed     no value will be accepted; set by the receiver
/// kTxWaiting  `tx_waker_` is alive; the sender's to change, and from kClosed on nobody's
/// kTxGone, kRxGone   that side touches nothing any more; who sets the second one frees
class OneshotCore {
 public:
  OneshotCore() noexcept {}
  OneshotCore(const OneshotCore&) = delete;
  OneshotCore& operator=(const OneshotCore&) = delete;

  enum class [[nodiscard]] Leave : unsigned char { Alive, Free };
  enum class [[nodiscard]] Ready : unsigned char { No, Value, NoValue };

  /// The sender's. The value, if any, has been written. False when the receiver has closed: the value is the
  /// sender's.
  [[nodiscard]] bool complete(bool has_value) noexcept;
  Leave leave_sender() noexcept { return leave(kTxGone, kRxGone); }
  /// Whether the receiver has closed or gone; otherwise `waker` is called when it does.
  bool poll_closed(const Waker& waker);
  bool is_closed() const noexcept { return bits_.load(std::memory_order_acquire) & kClosed; }

  /// The receiver's.
  Ready ready() const noexcept { return ready(bits_.load(std::memory_order_acquire)); }
  Ready poll_ready(const Waker& waker);
  void close() noexcept;
  Leave leave_receiver() noexcept { return leave(kRxGone, kTxGone); }

 protected:
  ~OneshotCore();

 private:
  static constexpr std::uint32_t kRxWaiting = 1u << 0;
  static constexpr std::uint32_t kComplete = 1u << 1;
  static constexpr std::uint32_t kValue = 1u << 2;
  static constexpr std::uint32_t kClosed = 1u << 3;
  static constexpr std::uint32_t kTxWaiting = 1u << 4;
  static constexpr std::uint32_t kTxGone = 1u << 5;
  static constexpr std::uint32_t kRxGone = 1u << 6;

  static Ready ready(std::uint32_t bits) noexcept {
    if (!(bits & kComplete)) return bits & kClosed ? Ready::NoValue : Ready::No;
    return bits & kValue ? Ready::Value : Ready::NoValue;
  }
  Leave leave(std::uint32_t own, std::uint32_t other) noexcept {
    // The other side has gone: nobody else looks at the word. acquire: sees what it did last.
    if (bits_.load(std::memory_order_acquire) & other) return Leave::Free;
    // release: hands everything to who frees. acquire: that may be us.
    return bits_.fetch_or(own, std::memory_order_acq_rel) & other ? Leave::Free : Leave::Alive;
  }

  std::atomic<std::uint32_t> bits_{0};
  union {
    Waker rx_waker_;
  };
  union {
    Waker tx_waker_;
  };
};

}  // namespace ferry::detail
