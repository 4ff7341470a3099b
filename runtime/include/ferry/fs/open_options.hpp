// OpenOptions: how a file is opened.
#pragma once

#include <cstdint>
#include <filesystem>

#include <ferry/fs/operation.hpp>
#include <ferry/result.hpp>

namespace ferry::fs {

class File;

/// Collects how to open a file, then opens it. Nothing is on at first.
///
/// Tokio: `fs::OpenOptions`.
class OpenOptions {
 public:
  OpenOptions() noexcept {}

  OpenOptions& read(bool is_on) noexcept;
  OpenOptions& write(bool is_on) noexcept;
  /// Every write goes to the end, wherever that is then.
  OpenOptions& append(bool is_on) noexcept;
  /// Makes an existing file empty. Needs `write`.
  OpenOptions& truncate(bool is_on) noexcept;
  /// Makes the file if there is none. Needs `write` or `append`.
  OpenOptions& create(bool is_on) noexcept;
  /// Makes the file; fails with EEXIST if there is anything, be it a dangling link. `create` and `truncate`
  /// mean nothing then. Needs `write` or `append`.
  OpenOptions& create_new(bool is_on) noexcept;
  /// The permissions of a file that is made, less the process's umask; 0666 by default.
  OpenOptions& mode(std::uint32_t mode) noexcept;
  /// More flags of open(2), such as O_NOFOLLOW; how the file is accessed is not among them.
  OpenOptions& custom_flags(int flags) noexcept;

  /// Opens `path` so. The descriptor is not inherited by other programs.
  ///
  /// Errors: EINVAL for options that contradict each other; those of open(2).
  /// Cancelling: safe; a file that was opened for nobody is closed. It may have been made.
  /// Tokio: `OpenOptions::open`.
  Operation<File> open(std::filesystem::path path) const;

 private:
  io::Result<int> flags() const noexcept;

  bool read_ = false;
  bool write_ = false;
  bool append_ = false;
  bool truncate_ = false;
  bool create_ = false;
  bool create_new_ = false;
  int custom_flags_ = 0;
  std::uint32_t mode_ = 0666;
};

}  // namespace ferry::fs
