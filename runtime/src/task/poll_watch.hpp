// PollWatch: which poll goes on in a thread, for others to see.
#pragma once

#include <atomic>
#include <cstdint>
#include <source_location>

namespace ferry::detail {

/// What a thread that runs tasks polls. Written by that thread, read by the monitor.
class alignas(64) PollWatch {
 public:
  /// A poll begins that goes on at `resumes_at`. The id 0 is block_on's future.
  void begin(std::uint64_t id, std::source_location resumes_at) noexcept {
    id_.store(id, std::memory_order_relaxed);
    resumes_at_.store(resumes_at, std::memory_order_relaxed);
    // release: who sees the number sees which poll it is, or a later one.
    poll_.store(++polls_, std::memory_order_release);
  }
  /// No poll goes on.
  void end() noexcept { poll_.store(0, std::memory_order_relaxed); }

  struct Seen {
    std::uint64_t poll = 0;  ///< 0: none
    std::uint64_t id = 0;
    std::source_location resumes_at;
    bool is_same_as(const Seen& other) const noexcept { return poll == other.poll && id == other.id; }
  };
  Seen look() const noexcept {
    const std::uint64_t poll = poll_.load(std::memory_order_acquire);
    return {poll, id_.load(std::memory_order_relaxed), resumes_at_.load(std::memory_order_relaxed)};
  }

 private:
  std::uint64_t polls_ = 0;  // the thread's
  std::atomic<std::uint64_t> poll_{0};
  std::atomic<std::uint64_t> id_{0};
  std::atomic<std::source_location> resumes_at_{};
};

}  // namespace ferry::detail
