#include "apply/replace.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <vector>

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "support/files.hpp"

namespace ferry::rewriter {
namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

bool may_give_to_group(gid_t group) {
  if (::geteuid() == 0 || group == ::getegid()) return true;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  return ::getgroups(static_cast<int>(groups.size()), groups.data()) >= 0 &&
         std::ranges::find(groups, group) != groups.end();
}

// Access control lists among them. What the file system does not take is lost: it would be by any editor.
void copy_attributes(const std::string& from, const std::string& to) {
  const ssize_t size = ::llistxattr(from.c_str(), nullptr, 0);
  if (size <= 0) return;
  std::string names(static_cast<std::size_t>(size), '\0');
  if (::llistxattr(from.c_str(), names.data(), names.size()) != size) return;
  for (const char* name = names.data(); name < names.data() + names.size();
       name += std::char_traits<char>::length(name) + 1) {
    const ssize_t length = ::lgetxattr(from.c_str(), name, nullptr, 0);
    if (length < 0) continue;
    std::string value(static_cast<std::size_t>(length), '\0');
    if (::lgetxattr(from.c_str(), name, value.data(), value.size()) == length)
      (void)::lsetxattr(to.c_str(), name, value.data(), value.size(), 0);
  }
}

}  // namespace

std::string temporary_name(const std::string& target) {
  static std::mt19937_64 random{std::random_device{}()};
  const std::string directory = llvm::sys::path::parent_path(target).str();
  for (;;) {
    std::string name = directory + "/.ferry-" + llvm::utohexstr(random(), /*LowerCase=*/true, /*Width=*/16);
    if (!llvm::sys::fs::exists(name)) return name;
  }
}

bool must_stay(const std::string& target) {
  struct stat status{};
  if (::stat(target.c_str(), &status) != 0) return false;
  const bool is_ours = ::geteuid() == 0 || status.st_uid == ::geteuid();
  return status.st_nlink > 1 || !is_ours || !may_give_to_group(status.st_gid);
}

std::error_code write_temporary(const std::string& temporary, const std::string& target,
                                std::string_view content) {
  struct stat status{};
  if (::stat(target.c_str(), &status) != 0) return last_error();
  if (const auto error = write_bytes(temporary, content, Create::New)) return error;
  // Must come before the permissions: a change of owner takes some of them away.
  if (::chown(temporary.c_str(), status.st_uid, status.st_gid) != 0 && !must_stay(target))
    return last_error();
  copy_attributes(target, temporary);
  if (::chmod(temporary.c_str(), status.st_mode & 07777) != 0) return last_error();
  return {};
}

std::error_code write_in_place(const std::string& target, std::string_view content) {
  const int descriptor = ::open(target.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return last_error();
  std::error_code error;
  std::string_view rest = content;
  while (!rest.empty() && !error) {
    const ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written >= 0)
      rest.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      error = last_error();
  }
  // Not before: a disk that is full has room for what it holds already.
  if (!error && ::ftruncate(descriptor, static_cast<off_t>(content.size())) != 0) error = last_error();
  if (!error && ::fsync(descriptor) != 0) error = last_error();
  ::close(descriptor);
  return error;
}

bool is_torn(std::string_view content, std::string_view before, std::string_view after) {
  const auto differs = std::ranges::mismatch(content, after).in1;
  const auto written = static_cast<std::size_t>(differs - content.begin());
  if (written == content.size()) return content.size() >= before.size();
  return content.size() == before.size() && content.substr(written) == before.substr(written);
}

}  // namespace ferry::rewriter
