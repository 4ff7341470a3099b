#include <cerrno>
#include <fcntl.h>
#include <utility>

#include <ferry/fs/file.hpp>
#include <ferry/fs/open_options.hpp>

#include "fs/steps.hpp"

namespace ferry::fs {
namespace {

detail::Steps<File> open_steps(std::filesystem::path path, io::Result<int> flags, std::uint32_t mode) {
  if (!flags) co_return flags.error();
  const auto fd = co_await detail::SystemCall::open(path.c_str(), *flags, mode);
  if (fd < 0) co_return detail::error_of(fd);
  co_return File::from_std(static_cast<int>(fd));
}

}  // namespace

OpenOptions& OpenOptions::read(bool is_on) noexcept {
  read_ = is_on;
  return *this;
}
OpenOptions& OpenOptions::write(bool is_on) noexcept {
  write_ = is_on;
  return *this;
}
OpenOptions& OpenOptions::append(bool is_on) noexcept {
  append_ = is_on;
  return *this;
}
OpenOptions& OpenOptions::truncate(bool is_on) noexcept {
  truncate_ = is_on;
  return *this;
}
OpenOptions& OpenOptions::create(bool is_on) noexcept {
  create_ = is_on;
  return *this;
}
OpenOptions& OpenOptions::create_new(bool is_on) noexcept {
  create_new_ = is_on;
  return *this;
}
OpenOptions& OpenOptions::mode(std::uint32_t mode) noexcept {
  mode_ = mode;
  return *this;
}
OpenOptions& OpenOptions::custom_flags(int flags) noexcept {
  custom_flags_ = flags;
  return *this;
}

io::Result<int> OpenOptions::flags() const noexcept {
  const io::Error invalid(EINVAL, boost::system::system_category());
  const bool writes = write_ || append_;
  if (!read_ && !writes) return invalid;
  if ((truncate_ || create_ || create_new_) && !writes) return invalid;
  if (append_ && truncate_ && !create_new_) return invalid;

  int flags = O_CLOEXEC | (custom_flags_ & ~O_ACCMODE);
  flags |= !writes ? O_RDONLY : read_ ? O_RDWR : O_WRONLY;
  if (append_) flags |= O_APPEND;
  if (create_new_) return flags | O_CREAT | O_EXCL;
  if (create_) flags |= O_CREAT;
  if (truncate_) flags |= O_TRUNC;
  return flags;
}

Operation<File> OpenOptions::open(std::filesystem::path path) const {
  return detail::operation(open_steps(std::move(path), flags(), mode_));
}

}  // namespace ferry::fs
