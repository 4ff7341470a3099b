#include <cstdio>
#include <stdexcept>

#include <ferry/assert.hpp>

namespace ferry::detail {

void assertion_failed(const char* invariant, const char* file, int line) noexcept {
  std::fprintf(stderr, "%s:%d: ferry: this does not hold: %s\n", file, line, invariant);
  std::abort();
}

void throw_misuse(const char* rule) { throw std::logic_error(rule); }

}  // namespace ferry::detail
