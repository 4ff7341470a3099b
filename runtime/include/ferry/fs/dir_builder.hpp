// DirBuilder: how a directory is made.
#pragma once

#include <cstdint>
#include <filesystem>

#include <ferry/fs/operation.hpp>

namespace ferry::fs {

/// Collects how to make a directory, then makes it.
///
/// Tokio: `fs::DirBuilder`.
class DirBuilder {
 public:
  DirBuilder() noexcept {}

  /// Makes those above it, too, and is content with one that exists.
  DirBuilder& recursive(bool is_on) noexcept {
    is_recursive_ = is_on;
    return *this;
  }
  /// The permissions of what is made, less the process's umask; 0777 by default.
  DirBuilder& mode(std::uint32_t mode) noexcept {
    mode_ = mode;
    return *this;
  }

  /// Makes the directory `path`.
  ///
  /// Errors: EEXIST, ENOENT, ...
  /// Cancelling: safe; it may have been made, or some of those above it.
  /// Tokio: `DirBuilder::create`.
  Operation<void> create(std::filesystem::path path) const;

 private:
  bool is_recursive_ = false;
  std::uint32_t mode_ = 0777;
};

}  // namespace ferry::fs
