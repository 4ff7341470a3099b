// What a runtime counts while it runs.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include <ferry/runtime/histogram.hpp>

namespace ferry::detail {

/// A number that one thread at a time changes and any thread reads.
class Counter {
 public:
  void add(std::uint64_t count = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that many threads change, rarely.
class SharedCounter {
 public:
  void add(std::uint64_t count = 1) noexcept { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// How long polls took, by bucket.
class PollTimes {
 public:
  explicit PollTimes(const runtime::HistogramConfiguration& buckets)
      : buckets_(buckets), counts_(std::make_unique<Counter[]>(buckets.num_buckets())) {}

  void add(std::chrono::nanoseconds time) noexcept { counts_[buckets_.bucket_of(time)].add(); }
  std::uint64_t count(std::size_t bucket) const noexcept { return counts_[bucket].get(); }

 private:
  const runtime::HistogramConfiguration buckets_;
  std::unique_ptr<Counter[]> counts_;
};

/// One worker's numbers, or those of whoever drives a current_thread runtime. The worker writes, any thread
/// reads.
struct alignas(64) WorkerMetrics {
  Counter polls;
  Counter local_schedules;
  Counter overflows;
  Counter parks;
  Counter parks_and_unparks;  ///< odd: parked
  Counter noops;
  Counter stolen;
  Counter steals;
  Counter busy_time;                      ///< nanoseconds
  Counter mean_poll_time;                 ///< nanoseconds
  std::unique_ptr<PollTimes> poll_times;  ///< null unless asked for

  // Between a park's end and the next park, or two looks at the driver.

  /// The worker has something to do from now on.
  void begin_batch() noexcept {
    began_ = Clock::now();
    polls_before_ = polls.get();
  }
  /// Accounts for what was done since `begin_batch`, and begins anew.
  void end_batch() noexcept;

  void about_to_park() noexcept {
    if (polls.get() == polls_at_unpark_) noops.add();
    parks.add();
    parks_and_unparks.add();
  }
  void unparked() noexcept {
    parks_and_unparks.add();
    polls_at_unpark_ = polls.get();
    begin_batch();
  }

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point began_ = Clock::now();
  std::uint64_t polls_before_ = 0;
  std::uint64_t polls_at_unpark_ = ~std::uint64_t{0};  // none yet
  double mean_ = 0;
};

/// Numbers of the runtime as a whole.
struct SharedMetrics {
  SharedCounter remote_schedules;
  SharedCounter forced_yields;
};

}  // namespace ferry::detail
