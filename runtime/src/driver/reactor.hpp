// The reactor: Asio's, told of what descriptors are ready for.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <vector>

#include <ferry/detail/io_source.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/result.hpp>

#include "driver/io_registration.hpp"
#include "runtime/worker_metrics.hpp"

namespace boost::asio {
class io_context;
}

namespace ferry::detail {

class Reactor;

/// Keeps a reactor's context from being abandoned, for a scope. Scopes of one thread may be nested.
class ContextUse {
 public:
  explicit ContextUse(Reactor& reactor);
  ContextUse(const ContextUse&) = delete;
  ContextUse& operator=(const ContextUse&) = delete;
  ~ContextUse();

  /// Whether this thread is in such a scope.
  static bool is_in(const Reactor& reactor) noexcept;

 private:
  const Reactor& reactor_;
  ContextUse* const outer_;  // of this thread
  std::shared_lock<std::shared_mutex> lock_;
};

/// Waits for descriptors, a deadline and `interrupt`. One thread at a time turns it.
class Reactor {
 public:
  using Clock = std::chrono::steady_clock;

  /// The one that this library was built with: reactor_epoll.cpp or reactor_async_wait.cpp.
  static std::unique_ptr<Reactor> make();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;
  virtual ~Reactor() = default;

  /// Waits until something happens or `deadline` has come, and wakes who waited for it. Without a deadline it
  /// waits for ever; a deadline that has passed only looks.
  void turn(std::optional<Clock::time_point> deadline);

  /// Makes the turn that goes on, or the next one, return at once. May be called from any thread.
  virtual void interrupt() noexcept = 0;

  /// The context that Asio's own objects belong to. From the first call on, turns also run what is posted
  /// there. May be called from any thread.
  boost::asio::io_context& context();
  /// Whether `context` was called: what waits there is not known.
  bool has_lent_context() const noexcept { return has_lent_context_.load(std::memory_order_acquire); }

  /// Adds `fd`, which must not block. `owner` keeps this reactor alive.
  io::Result<IoRegistrationPtr> add(int fd, SchedulerRef owner);
  /// Takes out what `add` gave, and frees it once no turn can have an event of it. False when somebody else
  /// closed the descriptor.
  bool retire(IoRegistration& registration) noexcept;

  bool has_registrations() const noexcept;

  struct Counts {
    std::uint64_t registered = 0;
    std::uint64_t deregistered = 0;
    std::uint64_t ready = 0;  ///< events
  };
  Counts counts() const noexcept;

  /// Whether `shut_down` has got to the context.
  bool is_abandoned() const noexcept { return is_abandoned_.load(std::memory_order_acquire); }
  /// Calls `use`, which starts, continues or cancels operations in the context: whatever thread this is, the
  /// context is not abandoned meanwhile. What is left there by a call that comes after that is destroyed.
  template <class Use>
  void use_context(Use&& use) {
    if (with_context(use)) return;
    std::lock_guard lock(abandoned_mutex_);
    use();
    abandon_context();
  }

  /// Ends every wait with an error, now and from now on. Nobody turns it any more.
  void shut_down() noexcept;

 protected:
  enum class Wait { Block, Look };

  Reactor() = default;

  /// What `turn` does: sees to being woken at `deadline` if there is one, and waits, or only looks. Wakers
  /// go to `woken()`.
  virtual void run(Wait wait, std::optional<Clock::time_point> deadline, Clock::time_point now) = 0;
  /// What `context` gives.
  virtual boost::asio::io_context& own_context() noexcept = 0;
  /// From now on turns run what is posted to the context; one that goes on returns.
  virtual void begin_context() {}
  /// What `add` does, under the mutex. Calls `supersede`.
  virtual io::Result<IoRegistrationPtr> watch(int fd, SchedulerRef owner, Woken& woken) = 0;
  /// The system has just begun to watch `fd`: what was watched by that number before has been closed.
  void supersede(int fd, Woken& woken) noexcept;
  std::mutex& registrations_mutex() noexcept { return registrations_mutex_; }

  /// Destroys what waits in the context, without calling it: it may keep the runtime alive.
  virtual void abandon_context() noexcept = 0;

  /// Sets apart what has been retired. False if there is nothing, or what was set apart last is still there.
  bool fence_retired() noexcept;
  /// Frees what was set apart: once all events that had come by then have been dealt with.
  void free_fenced() noexcept;
  /// Frees all that has been retired: there are no more turns.
  void free_retired() noexcept;

  /// Calls `use` unless the context has been abandoned, which waits until it returns. False then: what would
  /// be started there now outlives whoever starts it.
  template <class Use>
  bool with_context(Use&& use) {
    const ContextUse here(*this);
    if (is_abandoned()) return false;
    use();
    return true;
  }

  /// For the thread that turns.
  Woken& woken() noexcept { return woken_; }
  void count_events(std::uint64_t count) noexcept { events_.add(count); }

 private:
  friend class ContextUse;

  Woken woken_;     // belongs to the thread that turns; kept for its memory
  Counter events_;  // likewise
  std::atomic<bool> has_lent_context_{false};

  std::shared_mutex abandon_mutex_;
  std::atomic<bool> is_abandoned_{false};  // changed under abandon_mutex_
  std::recursive_mutex abandoned_mutex_;   // who destroys a handler may have come to destroy others

  mutable std::mutex registrations_mutex_;
  std::uint64_t registered_ = 0;  // these are under registrations_mutex_
  std::uint64_t deregistered_ = 0;
  std::vector<IoRegistration*> registrations_;  // by descriptor
  IntrusiveList<IoRegistration> retired_;
  IntrusiveList<IoRegistration> fenced_;  // belongs to the thread that turns
  bool is_shut_down_ = false;
  std::atomic<bool> has_retired_{false};  // changed under it
};

}  // namespace ferry::detail
