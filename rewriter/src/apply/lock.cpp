#include "apply/lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace ferry::rewriter {

std::optional<Lock> Lock::take(const Tree& tree) {
  const std::string& directory = tree.git_dir.empty() ? tree.top : tree.git_dir;
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(descriptor);
    return std::nullopt;
  }
  return Lock(descriptor);
}

Lock::Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Lock::~Lock() {
  // A child that was forked meanwhile shares the lock: closing alone would leave it to the child.
  if (descriptor_ < 0) return;
  (void)::flock(descriptor_, LOCK_UN);
  ::close(descriptor_);
}

}  // namespace ferry::rewriter
