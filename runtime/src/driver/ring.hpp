// Ring: system calls that the kernel makes while this process goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include <ferry/detail/wait_list.hpp>

#include "support/system_call.hpp"

namespace ferry::detail {

/// System calls that a ring makes one after the other. While one is in flight the ring owns this, and with it
/// the memory that the call uses; it owns the ring.
class RingOperation : public ListNode<RingOperation> {
 public:
  /// The call in flight has given `result`: what SystemCall::run gives. The next one, or null when it was the
  /// last.
  virtual const SystemCall* advance(std::int64_t result) noexcept = 0;
  /// The call that was in flight, or is next, has to be made elsewhere: the ring has not made it.
  virtual void fall_back() noexcept = 0;
  /// Nobody waits any more, as the runtime has ended.
  virtual void runtime_ended() noexcept = 0;
  /// Whether it is made to the end when nobody waits.
  virtual bool is_mandatory() const noexcept = 0;

 protected:
  ~RingOperation() = default;

 private:
  friend class KernelRing;
  // Under the ring's lock.
  std::shared_ptr<RingOperation> keep_;  // itself, while it is in flight
  const SystemCall* call_ = nullptr;     // in flight
  const void* submitter_ = nullptr;      // the thread that has handed it to the kernel
  bool is_cancelled_ = false;
};

/// A queue to the kernel and one back, in memory shared with it.
///
/// Thread safety: every member may be called from any thread.
class Ring {
 public:
  /// For the current runtime, whose reactor watches it. Null where the kernel has no io_uring, refuses it, or
  /// lacks a call, and where this library was built without.
  static std::shared_ptr<Ring> open();

  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  virtual ~Ring() = default;

  /// Hands `call`, the first of `operation`, to the kernel. False when that cannot be done.
  virtual bool submit(std::shared_ptr<RingOperation> operation, const SystemCall& call) = 0;
  /// Asks the kernel to give the call in flight up. The operation is owned until it has.
  virtual void cancel(RingOperation& operation) noexcept = 0;

  struct Counts {
    std::uint64_t submitted = 0;  ///< calls, so far
    std::size_t in_flight = 0;
  };
  virtual Counts counts() const noexcept = 0;

  /// Takes nothing more, and asks the kernel to give up what may be given up.
  virtual void shut_down() noexcept = 0;
  /// After shut_down: waits until nothing is in flight, until `deadline` if there is one; another thread
  /// waits for what is then.
  virtual void drain(std::optional<std::chrono::steady_clock::time_point> deadline) noexcept = 0;

 protected:
  Ring() = default;
};

}  // namespace ferry::detail
