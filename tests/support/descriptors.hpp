// The descriptors of this process.
#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <sys/resource.h>

namespace ferry::test {

/// How many descriptors are open.
inline std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(all, std::filesystem::directory_iterator())) - 1;  // its own
}

/// Allows no more descriptors with numbers from `limit` on, for a scope.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(std::size_t limit) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit now{.rlim_cur = limit, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace ferry::test
