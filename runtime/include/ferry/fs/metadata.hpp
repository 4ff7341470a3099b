// Metadata, Permissions, FileType: what the file system knows of a file.
#pragma once

#include <chrono>
#include <cstdint>

#include <ferry/result.hpp>

struct statx;

namespace ferry::fs {

/// What kind of thing a path names.
///
/// Tokio: `std::fs::FileType`.
class FileType {
 public:
  /// For other parts of ferry: from the bits of S_IFMT.
  explicit FileType(std::uint32_t bits) noexcept : bits_(bits) {}

  bool is_file() const noexcept;
  bool is_dir() const noexcept;
  /// Only for what did not follow the link: `symlink_metadata`, `DirEntry`.
  bool is_symlink() const noexcept;
  bool is_fifo() const noexcept;
  bool is_socket() const noexcept;
  bool is_block_device() const noexcept;
  bool is_char_device() const noexcept;

  bool operator==(const FileType&) const noexcept = default;

 private:
  std::uint32_t bits_;
};

/// Who may do what with a file: the lower twelve bits of its mode.
///
/// Tokio: `std::fs::Permissions`.
class Permissions {
 public:
  /// From bits such as 0644. Tokio: `PermissionsExt::from_mode`.
  static Permissions from_mode(std::uint32_t mode) noexcept { return Permissions(mode & kBits); }

  std::uint32_t mode() const noexcept { return mode_; }
  void set_mode(std::uint32_t mode) noexcept { mode_ = mode & kBits; }

  /// Whether nobody may write.
  bool readonly() const noexcept { return (mode_ & kWriteBits) == 0; }
  /// Takes the right to write from everybody, or gives it to everybody.
  void set_readonly(bool is_readonly) noexcept {
    mode_ = is_readonly ? mode_ & ~kWriteBits : mode_ | kWriteBits;
  }

  bool operator==(const Permissions&) const noexcept = default;

 private:
  static constexpr std::uint32_t kBits = 07777;
  static constexpr std::uint32_t kWriteBits = 0222;

  explicit Permissions(std::uint32_t mode) noexcept : mode_(mode) {}

  std::uint32_t mode_;
};

/// What was known of a file when it was asked for.
///
/// Tokio: `std::fs::Metadata`.
class Metadata {
 public:
  using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

  /// For other parts of ferry.
  explicit Metadata(const struct statx& status) noexcept;

  FileType file_type() const noexcept;
  bool is_file() const noexcept { return file_type().is_file(); }
  bool is_dir() const noexcept { return file_type().is_dir(); }
  bool is_symlink() const noexcept { return file_type().is_symlink(); }
  /// Bytes.
  std::uint64_t len() const noexcept { return len_; }
  Permissions permissions() const noexcept { return Permissions::from_mode(mode_); }

  Time accessed() const noexcept { return accessed_; }
  Time modified() const noexcept { return modified_; }
  /// When any of this, or the contents, was changed last.
  Time changed() const noexcept { return changed_; }
  /// Errors: ENOTSUP, where the file system does not keep it.
  io::Result<Time> created() const noexcept;

  /// Kind and permissions in one, as `stat` gives it.
  std::uint32_t mode() const noexcept { return mode_; }
  std::uint64_t dev() const noexcept { return dev_; }
  std::uint64_t ino() const noexcept { return ino_; }
  /// Names that the file has.
  std::uint64_t nlink() const noexcept { return nlink_; }
  std::uint32_t uid() const noexcept { return uid_; }
  std::uint32_t gid() const noexcept { return gid_; }
  /// The device that a device's file stands for.
  std::uint64_t rdev() const noexcept { return rdev_; }
  /// Bytes that are best read or written at a time.
  std::uint64_t blksize() const noexcept { return blksize_; }
  /// Units of 512 bytes that it takes up.
  std::uint64_t blocks() const noexcept { return blocks_; }

 private:
  std::uint64_t len_;
  Time accessed_;
  Time modified_;
  Time changed_;
  Time created_;
  std::uint64_t dev_;
  std::uint64_t ino_;
  std::uint64_t nlink_;
  std::uint64_t rdev_;
  std::uint64_t blksize_;
  std::uint64_t blocks_;
  std::uint32_t mode_;
  std::uint32_t uid_;
  std::uint32_t gid_;
  bool knows_created_;
};

}  // namespace ferry::fs
