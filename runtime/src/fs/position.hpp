// Position: where a file stands before something is read or written.
#pragma once

#include <cstddef>
#include <fcntl.h>
#include <unistd.h>

namespace ferry::fs::detail {

/// Puts right what io_uring leaves wrong: a read or write that comes to some bytes and then to an error gives
/// the number of bytes, as it should, but leaves the position where it was.
class Position {
 public:
  /// Before the call. Of what has no position there is nothing to put right.
  explicit Position(int fd) noexcept : fd_(fd), before_(::lseek(fd, 0, SEEK_CUR)) {}

  /// After a call that was asked for `wanted` bytes and has given `size`.
  void settle(std::size_t wanted, std::size_t size) const noexcept {
    if (before_ < 0 || size == 0 || size == wanted || ::lseek(fd_, 0, SEEK_CUR) != before_) return;
    if ((::fcntl(fd_, F_GETFL) & O_APPEND) != 0)
      ::lseek(fd_, 0, SEEK_END);
    else
      ::lseek(fd_, before_ + static_cast<off_t>(size), SEEK_SET);
  }

 private:
  int fd_;
  off_t before_;
};

}  // namespace ferry::fs::detail
