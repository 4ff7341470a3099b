#include <cstdint>
#include <stdexcept>

#include <ferry/select.hpp>

namespace ferry::detail {
namespace {

thread_local std::uint32_t t_random = 0;

std::uint32_t seed() noexcept {
  // The address differs between threads. Zero is the one state that xorshift never leaves.
  const auto address = reinterpret_cast<std::uintptr_t>(&t_random);
  return static_cast<std::uint32_t>((address * 0x9E3779B97F4A7C15u) >> 32) | 1u;
}

}  // namespace

// Never inlined: the coroutine that calls it may go on in another thread.
[[gnu::noinline]] std::size_t random_below(std::size_t count) noexcept {
  std::uint32_t x = t_random != 0 ? t_random : seed();
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  t_random = x;
  return static_cast<std::size_t>((std::uint64_t{x} * count) >> 32);
}

void throw_all_disabled() {
  throw std::logic_error("select: every branch is disabled; check one of their conditions first");
}

}  // namespace ferry::detail
