// IoSource: a descriptor in the reactor of a runtime, and waiting until it can be read or written.
#pragma once

#include <cerrno>
#include <cstdint>
#include <memory>
#include <utility>

#include <ferry/detail/wait_list.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>

namespace ferry::detail {

enum class Direction : std::uint8_t { Read, Write };

class IoRegistration;  // src/driver/reactor.hpp

/// Which readiness was seen, so that clearing it does not clear a newer one.
struct ReadyEvent {
  std::uint32_t tick = 0;
};

/// One of any number of tasks that wait for a direction; linked into the registration while it waits.
class ReadinessWaiter : public ListNode<ReadinessWaiter> {
 public:
  Waker waker = Waker::noop();
};

/// Whether `code` says that a non-blocking call has to wait.
inline bool is_would_block(const io::Error& code) noexcept {
  return code.value() == EAGAIN || code.value() == EWOULDBLOCK;
}

/// Owns a non-blocking descriptor and its registration; closes it when destroyed.
///
/// Readiness is remembered: what an event or a finished connect said stays until an operation would have
/// blocked.
///
/// Thread safety: `poll_ready`, `ready` and `clear_ready` may be called from any thread at any time.
/// Tokio: `PollEvented` and `Registration`.
class IoSource {
 public:
  class Ready;

  /// Registers `fd` with the reactor of the current runtime and takes ownership of it; on an error it is
  /// closed. Throws std::logic_error outside a runtime, or in one built without I/O.
  static io::Result<IoSource> adopt(int fd);

  IoSource(IoSource&&) noexcept;
  IoSource& operator=(IoSource&&) noexcept;
  ~IoSource();

  int fd() const noexcept { return fd_; }

  /// Takes the descriptor out of the reactor and gives it to the caller.
  int release() noexcept;

  /// Ready when the direction may be used. When it is pending, the direction's one poll slot keeps the waker.
  /// An error says that the runtime has been shut down.
  Poll<io::Result<ReadyEvent>> poll_ready(Direction direction, Context& cx) const;

  /// Like `poll_ready`, for any number of tasks at once.
  ///
  /// Cancelling: safe.
  [[nodiscard]] Ready ready(Direction direction) const noexcept;

  /// Says that an operation would have blocked after `event` was seen.
  void clear_ready(Direction direction, ReadyEvent event) const noexcept;

  /// Whether the direction may be used now, without waiting.
  bool is_ready(Direction direction) const noexcept;

  /// Tries `operation` (io::Result<T>()) while the direction may be used, until it gives something else than
  /// "would block".
  template <class Operation>
  auto poll_io(Direction direction, Context& cx, Operation&& operation) const -> Poll<decltype(operation())> {
    for (;;) {
      Poll<io::Result<ReadyEvent>> ready = poll_ready(direction, cx);
      if (ready.is_pending()) return pending;
      if (!*ready) return ready->error();
      auto result = operation();
      if (result || !is_would_block(result.error())) return result;
      clear_ready(direction, **ready);
    }
  }

 private:
  IoSource(int fd, std::unique_ptr<IoRegistration> registration) noexcept;
  void close() noexcept;

  int fd_ = -1;
  std::unique_ptr<IoRegistration> registration_;
};

/// Completes when the direction may be used. Must not outlive its source.
class [[nodiscard]] IoSource::Ready {
 public:
  using Output = io::Result<ReadyEvent>;
  Ready(const IoSource& source, Direction direction) noexcept;
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;
  ~Ready();
  Poll<Output> poll(Context& cx);
  void describe_wait(WaitNotes& notes) const {
    notes.leaf(direction_ == Direction::Read ? "a socket that can be read" : "a socket that can be written");
  }

 private:
  IoRegistration* registration_;
  Direction direction_;
  ReadinessWaiter waiter_;
};

}  // namespace ferry::detail
