#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include <ferry/fs/dir_builder.hpp>
#include <ferry/fs/paths.hpp>
#include <ferry/io/error.hpp>

#include "fs/steps.hpp"

namespace ferry::fs {

using detail::Steps;
using detail::SystemCall;
using std::filesystem::path;

namespace {

Steps<void> one_path(path on, SystemCall (*make)(const char*)) {
  const auto result = co_await make(on.c_str());
  co_return detail::done(result);
}

Steps<void> two_paths(path from, path to, SystemCall (*make)(const char*, const char*)) {
  const auto result = co_await make(from.c_str(), to.c_str());
  co_return detail::done(result);
}

Steps<Metadata> metadata_steps(path of, int flags) {
  struct statx status{};
  const auto result = co_await SystemCall::status(of.c_str(), flags, status);
  if (result < 0) co_return detail::error_of(result);
  co_return Metadata(status);
}

Steps<bool> try_exists_steps(path of) {
  struct statx status{};
  const auto result = co_await SystemCall::status(of.c_str(), 0, status);
  if (result < 0 && result != -ENOENT)
    co_return io::Result<bool>(boost::system::in_place_error, detail::error_of(result));
  co_return result == 0;
}

Steps<void> create_dir_steps(path dir, std::uint32_t mode) {
  const auto result = co_await SystemCall::create_dir(dir.c_str(), mode);
  co_return detail::done(result);
}

bool is_dir(const path& of) noexcept {
  struct stat status{};
  return ::stat(of.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

io::Result<void> create_all(const path& dir, std::uint32_t mode) {
  if (dir.empty()) return {};
  const auto create = [&] { return SystemCall::create_dir(dir.c_str(), mode).run(); };
  std::int64_t result = create();
  if (result == -ENOENT && dir.has_parent_path() && dir.parent_path() != dir) {
    if (io::Result<void> above = create_all(dir.parent_path(), mode); !above) return above;
    result = create();
  }
  // It may have been there, or somebody has made it meanwhile.
  if (result < 0 && is_dir(dir)) return {};
  return detail::done(result);
}

template <class T>
io::Result<T> unless(const std::error_code& error, T value) {
  if (error) return io::Error(error.value(), boost::system::system_category());
  return value;
}

io::Result<void> remove_tree(const path& dir) {
  struct stat status{};
  if (::lstat(dir.c_str(), &status) != 0) return io::last_os_error();
  if (S_ISLNK(status.st_mode)) return detail::done(SystemCall::remove_file(dir.c_str()).run());
  if (!S_ISDIR(status.st_mode)) return io::Error(ENOTDIR, boost::system::system_category());
  std::error_code error;
  std::filesystem::remove_all(dir, error);
  if (error) return io::Error(error.value(), boost::system::system_category());
  return {};
}

}  // namespace

Operation<path> canonicalize(path of) {
  return detail::on_pool<path>([of = std::move(of)] {
    std::error_code error;
    path found = std::filesystem::canonical(of, error);
    return unless(error, std::move(found));
  });
}

Operation<path> read_link(path of) {
  return detail::on_pool<path>([of = std::move(of)] {
    std::error_code error;
    path found = std::filesystem::read_symlink(of, error);
    return unless(error, std::move(found));
  });
}

Operation<void> create_dir(path dir) { return DirBuilder().create(std::move(dir)); }
Operation<void> create_dir_all(path dir) { return DirBuilder().recursive(true).create(std::move(dir)); }

Operation<void> DirBuilder::create(path dir) const {
  if (!is_recursive_) return detail::operation(create_dir_steps(std::move(dir), mode_));
  return detail::on_pool<void>([dir = std::move(dir), mode = mode_] { return create_all(dir, mode); });
}

Operation<void> hard_link(path original, path link) {
  return detail::operation(two_paths(std::move(original), std::move(link), &SystemCall::hard_link));
}
Operation<void> symlink(path original, path link) {
  return detail::operation(two_paths(std::move(original), std::move(link), &SystemCall::symlink));
}
Operation<void> rename(path from, path to) {
  return detail::operation(two_paths(std::move(from), std::move(to), &SystemCall::rename));
}
Operation<void> remove_file(path file) {
  return detail::operation(one_path(std::move(file), &SystemCall::remove_file));
}
Operation<void> remove_dir(path dir) {
  return detail::operation(one_path(std::move(dir), &SystemCall::remove_dir));
}
Operation<void> remove_dir_all(path dir) {
  return detail::on_pool<void>([dir = std::move(dir)] { return remove_tree(dir); });
}

Operation<Metadata> metadata(path of) { return detail::operation(metadata_steps(std::move(of), 0)); }
Operation<Metadata> symlink_metadata(path of) {
  return detail::operation(metadata_steps(std::move(of), AT_SYMLINK_NOFOLLOW));
}
Operation<bool> try_exists(path of) { return detail::operation(try_exists_steps(std::move(of))); }

Operation<void> set_permissions(path of, Permissions permissions) {
  return detail::on_pool<void>([of = std::move(of), permissions]() -> io::Result<void> {
    if (::chmod(of.c_str(), permissions.mode()) != 0) return io::last_os_error();
    return {};
  });
}

}  // namespace ferry::fs
