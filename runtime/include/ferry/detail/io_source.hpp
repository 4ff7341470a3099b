// IoSource: a descriptor in the reactor of a runtime, and waiting until it can be read or written.
#pragma once

#include <cerrno>
#include <cstdint>
#include <memory>
#include <utility>

#include <ferry/detail/wait_list.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/io/interest.hpp>
#include <ferry/io/ready.hpp>
#include <ferry/result.hpp>

namespace ferry::detail {

enum class Direction : std::uint8_t { Read, Write };

constexpr io::Interest interest_in(Direction direction) noexcept {
  return direction == Direction::Read ? io::Interest::Readable : io::Interest::Writable;
}

class IoRegistration;  // src/driver/io_registration.hpp

/// Ends a registration.
struct RetireRegistration {
  void operator()(IoRegistration* registration) const noexcept;
};
using IoRegistrationPtr = std::unique_ptr<IoRegistration, RetireRegistration>;

/// Which readiness was seen, so that clearing it does not clear a newer one.
struct ReadyEvent {
  std::uint32_t tick = 0;
  io::Ready ready;
};

/// One of any number of tasks that wait for a descriptor; linked into the registration while it waits.
class ReadinessWaiter : public ListNode<ReadinessWaiter> {
 public:
  explicit ReadinessWaiter(io::Interest interest) noexcept : interest(interest) {}
  const io::Interest interest;
  bool has_waited = false;  ///< the waiting task's own
  Waker waker = Waker::noop();
};

/// Whether `code` says that a non-blocking call has to wait.
inline bool is_would_block(const io::Error& code) noexcept {
  return code.value() == EAGAIN || code.value() == EWOULDBLOCK;
}

/// Owns a non-blocking descriptor and its registration; closes it when destroyed, unless somebody else has.
///
/// Readiness is remembered: what an event or a finished connect said stays until an operation would have
/// blocked.
///
/// Thread safety: `poll_ready`, `ready` and `clear_ready` may be called from any thread at any time.
/// Tokio: `PollEvented` and `Registration`.
class IoSource {
 public:
  class Waiter;
  class Ready;

  /// Registers `fd` with the reactor of the current runtime and takes ownership of it; on an error it stays
  /// the caller's. Throws std::logic_error outside a runtime, or in one built without I/O.
  static io::Result<IoSource> watch(int fd);
  /// The same; on an error it is closed.
  static io::Result<IoSource> adopt(int fd);

  IoSource(IoSource&&) noexcept;
  IoSource& operator=(IoSource&&) noexcept;
  ~IoSource();

  int fd() const noexcept { return fd_; }

  /// Takes the descriptor out of the reactor and gives it to the caller; EBADF when somebody else has closed
  /// it.
  io::Result<int> release() noexcept;

  /// Ready when the direction may be used. When it is pending, the direction's one poll slot keeps the waker.
  /// An error says that the runtime has been shut down, or that somebody else has closed the descriptor.
  Poll<io::Result<ReadyEvent>> poll_ready(Direction direction, Context& cx) const;
  /// Ready when there is what `waiter` waits for. When it is pending, `waiter` keeps the waker.
  Poll<io::Result<ReadyEvent>> poll_ready(Waiter& waiter, Context& cx) const;

  /// Like `poll_ready`, for any number of tasks at once.
  ///
  /// Cancelling: safe.
  [[nodiscard]] Ready ready(io::Interest interest) const noexcept;
  [[nodiscard]] Ready ready(Direction direction) const noexcept;

  /// Says that an operation would have blocked after `event` was seen. False when there is nothing to wait
  /// for: what was seen is for ever.
  bool clear_ready(io::Ready ready, ReadyEvent event) const noexcept;
  bool clear_ready(Direction direction, ReadyEvent event) const noexcept;

  /// What there is of what `interest` asks for now, without waiting. An error as of `poll_ready`.
  io::Result<ReadyEvent> ready_now(io::Interest interest) const noexcept;
  /// Whether the direction may be used now, without waiting.
  bool is_ready(Direction direction) const noexcept;

  /// Tries `operation` (io::Result<T>()) while there is what `who`, a direction or a waiter, waits for, until
  /// it gives something else than "would block". That it gives, too, where a direction has been closed, as
  /// there is nothing to wait for.
  template <class Who, class Operation>
  auto poll_io(Who&& who, Context& cx, Operation&& operation) const -> Poll<decltype(operation())> {
    for (;;) {
      const Poll<io::Result<ReadyEvent>> event = poll_ready(who, cx);
      if (event.is_pending()) return pending;
      if (!*event) return event->error();
      auto result = operation();
      if (result || !is_would_block(result.error())) return result;
      if (!clear_ready((*event)->ready, **event)) return result;
    }
  }

  /// Tries `operation` once if there is what `interest` asks for; EAGAIN if not.
  template <class Operation>
  auto try_io(io::Interest interest, Operation&& operation) const -> decltype(operation()) {
    const io::Result<ReadyEvent> event = ready_now(interest);
    if (!event) return event.error();
    if (event->ready.is_empty()) return io::Error(EAGAIN, boost::system::system_category());
    auto result = operation();
    if (!result && is_would_block(result.error())) clear_ready(event->ready, *event);
    return result;
  }

 private:
  IoSource(int fd, IoRegistrationPtr registration) noexcept;
  void close() noexcept;

  int fd_ = -1;
  IoRegistrationPtr registration_;
};

/// A task's place among those that wait for a source, which it must not outlive once it has waited. It is
/// entered by the first wait that is pending, and given up when this is destroyed. Waiting costs no
/// allocation, and not to have waited nothing.
class IoSource::Waiter {
 public:
  explicit Waiter(io::Interest interest) noexcept : node_(interest) {}
  explicit Waiter(Direction direction) noexcept : Waiter(interest_in(direction)) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (node_.has_waited) leave();
  }

 private:
  friend IoSource;
  void leave() noexcept;

  IoRegistration* registration_ = nullptr;  // which it has waited for
  ReadinessWaiter node_;
};

/// Completes when what it is interested in is there. Must not outlive its source.
class [[nodiscard]] IoSource::Ready {
 public:
  using Output = io::Result<ReadyEvent>;
  Ready(const IoSource& source, io::Interest interest) noexcept;
  Ready(const IoSource& source, Direction direction) noexcept : Ready(source, interest_in(direction)) {}
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;
  ~Ready();
  Poll<Output> poll(Context& cx);
  void describe_wait(WaitNotes& notes) const {
    notes.leaf(waiter_.interest == io::Interest::Writable ? "a socket that can be written"
                                                          : "a socket that can be read");
  }

 private:
  IoRegistration* registration_;
  ReadinessWaiter waiter_;
};

}  // namespace ferry::detail
