// Job: one operation on files, on its way through the blocking pool or the ring.
#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <ferry/detail/scheduler.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>

#include "driver/ring.hpp"
#include "support/system_call.hpp"

namespace ferry::fs::detail {

using ferry::detail::SystemCall;

/// System calls that are made one after the other, and who waits for the last. It is owned by who waits and,
/// from its start to its end, by the pool or the ring.
///
/// Thread safety: `start`, `poll` and `abandon` are called by one thread at a time, the rest by any.
class Job : public ferry::detail::RingOperation, public std::enable_shared_from_this<Job> {
 public:
  /// Where it may be done.
  enum class Where : std::uint8_t {
    Pool,      ///< it does what no ring can
    Anywhere,  ///< on the ring if there is one
  };
  enum class Fate : std::uint8_t {
    Optional,
    Mandatory,  ///< once it is started it is done, also when its runtime ends or nobody waits
  };

  Job(Where where, Fate fate) noexcept : where_(where), fate_(fate) {}
  virtual ~Job() = default;

  void start(ferry::detail::Scheduler& scheduler);
  /// Whether it has finished, or another thread's answer: the context's waker will be called. Starts it.
  bool poll(Context& cx);
  bool is_finished() const noexcept;
  /// Nobody waits any more.
  void abandon() noexcept;

 protected:
  /// The next call, when the one before has given `result`; the first one when there was none. Null at the
  /// end.
  virtual const SystemCall* step(std::int64_t result) = 0;

  /// Once it has finished: why `step` has not come to its end, if it has not. Throws what `step` has thrown.
  std::optional<io::Error> failure() const;

 private:
  class PoolJob;

  const SystemCall* advance(std::int64_t result) noexcept final;
  void fall_back() noexcept final;
  void runtime_ended() noexcept final;
  bool is_mandatory() const noexcept final { return fate_ == Fate::Mandatory; }

  void spawn_on_pool(ferry::detail::Scheduler& scheduler);
  void run() noexcept;
  void finish() noexcept { finish(std::nullopt); }
  void finish(std::optional<io::Error> failure) noexcept;

  const Where where_;
  const Fate fate_;
  bool is_started_ = false;
  const SystemCall* call_ = nullptr;           // made next; belongs to whoever owns the job meanwhile
  std::exception_ptr thrown_;                  // likewise, until it has finished
  std::shared_ptr<ferry::detail::Ring> ring_;  // it is or was on

  mutable std::mutex mutex_;
  bool is_finished_ = false;  // the rest is under the lock
  bool is_abandoned_ = false;
  std::optional<io::Error> failure_;
  std::vector<Waker> wakers_;
};

/// What a failed system call gave, as an error.
inline io::Error error_of(std::int64_t result) noexcept {
  return io::Error(static_cast<int>(-result), boost::system::system_category());
}
/// What a system call gave that gives nothing.
inline io::Result<void> done(std::int64_t result) noexcept {
  if (result < 0) return error_of(result);
  return {};
}

}  // namespace ferry::fs::detail
