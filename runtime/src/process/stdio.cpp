#include <unistd.h>
#include <utility>

#include <ferry/process/stdio.hpp>

namespace ferry::process {

Stdio::Stdio(Stdio&& other) noexcept
    : kind_(std::exchange(other.kind_, Kind::Inherit)), fd_(std::exchange(other.fd_, -1)) {}

Stdio& Stdio::operator=(Stdio&& other) noexcept {
  std::swap(kind_, other.kind_);
  std::swap(fd_, other.fd_);
  return *this;
}

Stdio::~Stdio() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace ferry::process
