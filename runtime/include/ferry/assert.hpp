// FERRY_ASSERT: an invariant inside ferry, with the invariant in words. Checked in builds without NDEBUG.
// FERRY_REQUIRE: what a program owes ferry, in words. Always checked.
#pragma once

#include <cstdlib>

namespace ferry::detail {
/// Prints the broken invariant with its place and aborts.
[[noreturn]] void assertion_failed(const char* invariant, const char* file, int line) noexcept;
/// Throws std::logic_error with the rule.
[[noreturn]] void throw_misuse(const char* rule);
}  // namespace ferry::detail

#ifdef NDEBUG
#define FERRY_ASSERT(condition, invariant) static_cast<void>(0)
#else
#define FERRY_ASSERT(condition, invariant) \
  ((condition) ? static_cast<void>(0) : ::ferry::detail::assertion_failed(invariant, __FILE__, __LINE__))
#endif

#define FERRY_REQUIRE(condition, rule) \
  ((condition) ? static_cast<void>(0) : ::ferry::detail::throw_misuse(rule))
