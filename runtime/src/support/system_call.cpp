#include "support/system_call.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ferry::detail {

SystemCall::SystemCall(Kind kind, const char* path, const char* other_path) noexcept
    : kind(kind), fd(AT_FDCWD), path(path), other_path(other_path) {}

SystemCall SystemCall::status(int fd, struct statx& status) noexcept {
  SystemCall call(Kind::Status, fd);
  call.flags = AT_EMPTY_PATH;
  call.into = &status;
  return call;
}

std::int64_t SystemCall::run() const noexcept {
  for (;;) {
    const std::int64_t result = run_once();
    if (result >= 0) return result;
    // A descriptor is closed even where closing was interrupted.
    if (errno != EINTR) return -errno;
    if (kind == Kind::Close) return 0;
  }
}

std::int64_t SystemCall::run_once() const noexcept {
  switch (kind) {
    case Kind::Open:
      return ::openat(fd, path, flags, static_cast<mode_t>(mode));
    case Kind::Close:
      return ::close(fd);
    case Kind::Read:
      return ::read(fd, memory, size);
    case Kind::Write:
      return ::write(fd, data, size);
    case Kind::SyncAll:
      return ::fsync(fd);
    case Kind::SyncData:
      return ::fdatasync(fd);
    case Kind::Status:
      return ::statx(fd, path, flags, STATX_BASIC_STATS | STATX_BTIME, into);
    case Kind::Rename:
      return ::renameat(fd, path, fd, other_path);
    case Kind::RemoveFile:
      return ::unlinkat(fd, path, 0);
    case Kind::RemoveDir:
      return ::unlinkat(fd, path, AT_REMOVEDIR);
    case Kind::CreateDir:
      return ::mkdirat(fd, path, static_cast<mode_t>(mode));
    case Kind::HardLink:
      return ::linkat(fd, path, fd, other_path, 0);
    case Kind::Symlink:
      return ::symlinkat(path, fd, other_path);
  }
  errno = ENOSYS;
  return -1;
}

}  // namespace ferry::detail
