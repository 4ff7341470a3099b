#include "micro/support.hpp"

#include <algorithm>
#include <fstream>
#include <unistd.h>

namespace bench {

Figures lateness(std::vector<std::int64_t> late_ns) {
  std::ranges::sort(late_ns);
  const auto microseconds = [&](std::size_t index) { return static_cast<double>(late_ns[index]) / 1e3; };
  return {{"late_p50_us", microseconds(late_ns.size() / 2)},
          {"late_p99_us", microseconds(late_ns.size() * 99 / 100)},
          {"late_max_us", microseconds(late_ns.size() - 1)}};
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  expect(resident_pages > 0);
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace bench
