#include <atomic>
#include <cstdint>
#include <random>
#include <stdexcept>

#include <ferry/select.hpp>

#include "support/thread_random.hpp"

namespace ferry::detail {
namespace {

std::uint64_t next_seed() {
  static std::atomic<std::uint64_t> next = std::random_device()();
  return next.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

// Never inlined: the coroutine that calls them may go on in another thread.
[[gnu::noinline]] Random& thread_random() noexcept {
  thread_local constinit Random random;
  if (!random.is_seeded()) [[unlikely]]
    random = Random(next_seed());
  return random;
}

[[gnu::noinline]] std::size_t random_below(std::size_t count) noexcept {
  return thread_random().below(count);
}

void throw_all_disabled() {
  throw std::logic_error("select: every branch is disabled; check one of their conditions first");
}

}  // namespace ferry::detail
