// read_dir: what a directory holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <ferry/detail/wait_notes.hpp>
#include <ferry/fs/metadata.hpp>
#include <ferry/fs/operation.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>

namespace ferry::fs {

/// Something in a directory.
///
/// Tokio: `fs::DirEntry`.
class DirEntry {
 public:
  /// For other parts of ferry.
  DirEntry(std::shared_ptr<const std::filesystem::path> dir, std::filesystem::path name, std::uint64_t ino,
           std::optional<FileType> type) noexcept
      : dir_(std::move(dir)), name_(std::move(name)), ino_(ino), type_(type) {}

  /// The path that `read_dir` was given, and the name.
  std::filesystem::path path() const { return *dir_ / name_; }
  const std::filesystem::path& file_name() const noexcept { return name_; }
  std::uint64_t ino() const noexcept { return ino_; }

  /// Of a link itself, not of what it leads to.
  ///
  /// Errors: ENOENT when it has been removed meanwhile, ...
  /// Cancelling: safe.
  /// Tokio: `DirEntry::metadata`.
  Operation<Metadata> metadata() const;
  /// Of a link itself. Costs nothing where the directory has told.
  ///
  /// Cancelling: safe.
  /// Tokio: `DirEntry::file_type`.
  Operation<FileType> file_type() const;

 private:
  std::shared_ptr<const std::filesystem::path> dir_;
  std::filesystem::path name_;
  std::uint64_t ino_;
  std::optional<FileType> type_;
};

/// Reads a directory in batches of 32 entries, in no order, without "." and "..". What is made or removed
/// meanwhile may be among them or not.
///
/// Thread safety: owned by one task at a time.
/// Tokio: `fs::ReadDir`.
class ReadDir {
 public:
  class NextEntry;

  ReadDir(ReadDir&&) noexcept;
  ReadDir& operator=(ReadDir&&) noexcept;
  ~ReadDir();

  /// Completes with the next entry, or without one at the end. Borrows this.
  ///
  /// Cancelling: safe; no entry is lost.
  /// Tokio: `ReadDir::next_entry`.
  NextEntry next_entry() noexcept;
  /// Tokio: `ReadDir::poll_next_entry`.
  Poll<io::Result<std::optional<DirEntry>>> poll_next_entry(Context& cx);

 private:
  class Inner;
  class Batch;
  friend Operation<ReadDir> read_dir(std::filesystem::path path);
  explicit ReadDir(std::unique_ptr<Inner> inner) noexcept;

  std::unique_ptr<Inner> inner_;
};

/// Completes with the next entry of a directory, or without one at the end.
///
/// Cancelling: safe; no entry is lost.
class [[nodiscard]] ReadDir::NextEntry {
 public:
  using Output = io::Result<std::optional<DirEntry>>;

  explicit NextEntry(ReadDir& dir) noexcept : dir_(&dir) {}
  NextEntry(const NextEntry&) = delete;
  NextEntry& operator=(const NextEntry&) = delete;

  Poll<Output> poll(Context& cx) { return dir_->poll_next_entry(cx); }
  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const { notes.leaf("an operation on files"); }

 private:
  ReadDir* dir_;
};

inline ReadDir::NextEntry ReadDir::next_entry() noexcept { return NextEntry(*this); }

/// Opens the directory `path`, and reads its first entries.
///
/// Errors: ENOENT, ENOTDIR, ...
/// Cancelling: safe.
/// Tokio: `fs::read_dir`.
Operation<ReadDir> read_dir(std::filesystem::path path);

}  // namespace ferry::fs
