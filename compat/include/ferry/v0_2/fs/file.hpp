// File and OpenOptions: 0.2's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/fs/file.hpp>
#include <ferry/fs/open_options.hpp>
#include <ferry/fs/operation.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::fs {

/// An open file, as ferry::fs::File; reads in both ways. What moves or uses its position is not const here,
/// and shutting it down does nothing.
///
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `fs::File`.
class File : public io::detail::Legacy<File, ferry::fs::File> {
  using Base = io::detail::Legacy<File, ferry::fs::File>;

 public:
  using Open = v0_2::detail::Becoming<ferry::io::Result<File>, ferry::fs::Operation<ferry::fs::File>>;
  using Clone = v0_2::detail::Becoming<ferry::io::Result<File>, ferry::fs::File::Sequel<ferry::fs::File>>;

  /// For `open`, `create`, `OpenOptions` and `compat::into_legacy`.
  explicit File(ferry::fs::File file) noexcept : Base(std::move(file)) {}

  /// Opens a file that exists, to be read.
  ///
  /// Cancelling: safe; a file that was opened for nobody is closed.
  /// Tokio: `File::open`.
  static Open open(std::filesystem::path path) {
    return Open([&] { return ferry::fs::File::open(std::move(path)); });
  }
  /// Opens a file to be written: an empty one, whether it existed or not.
  ///
  /// Cancelling: safe; the file may have been made, or made empty.
  /// Tokio: `File::create`.
  static Open create(std::filesystem::path path) {
    return Open([&] { return ferry::fs::File::create(std::move(path)); });
  }
  /// Adopts a descriptor, one that blocks. Tokio: `File::from_std`.
  static File from_std(int fd) { return File(ferry::fs::File::from_std(fd)); }

  /// As ferry::fs::File::sync_all, which is const. Cancelling: safe.
  ferry::fs::File::Sequel<void> sync_all() { return ferry::fs::File::sync_all(); }
  /// As ferry::fs::File::sync_data, which is const. Cancelling: safe.
  ferry::fs::File::Sequel<void> sync_data() { return ferry::fs::File::sync_data(); }
  /// As ferry::fs::File::set_len, which is const. Cancelling: safe; it may have been done.
  ferry::fs::File::SetLen set_len(std::uint64_t size) { return ferry::fs::File::set_len(size); }
  /// Another File for the same open file: they share its position.
  ///
  /// Cancelling: safe.
  /// Tokio: `File::try_clone`.
  Clone try_clone() const {
    return Clone([this] { return ferry::fs::File::try_clone(); });
  }

  /// Does nothing, and waits for nothing: `flush` does. In 1.x this flushes.
  ///
  /// Cancelling: safe.
  /// Tokio: 0.2's `AsyncWriteExt::shutdown` of a `File`.
  FERRY_REPLACE("FS-10", manual,
                "shutdown of a ferry::fs::File, which waits for what was written and gives its error")
  [[nodiscard]] auto shutdown() noexcept { return io::shutdown(*this); }
  /// Ready at once; what was written may still be under way.
  Poll<ferry::io::Result<void>> poll_shutdown(Context&) { return ferry::io::Result<void>(); }
};

/// Collects how to open a file, then opens it. Nothing is on at first.
///
/// Tokio: 0.2's `fs::OpenOptions`.
class OpenOptions : public ferry::fs::OpenOptions {
  using Modern = ferry::fs::OpenOptions;

 public:
  OpenOptions() noexcept {}
  /// What 1.x has collected.
  explicit OpenOptions(const Modern& options) noexcept : Modern(options) {}

  OpenOptions& read(bool is_on) noexcept { return self(Modern::read(is_on)); }
  OpenOptions& write(bool is_on) noexcept { return self(Modern::write(is_on)); }
  OpenOptions& append(bool is_on) noexcept { return self(Modern::append(is_on)); }
  OpenOptions& truncate(bool is_on) noexcept { return self(Modern::truncate(is_on)); }
  OpenOptions& create(bool is_on) noexcept { return self(Modern::create(is_on)); }
  OpenOptions& create_new(bool is_on) noexcept { return self(Modern::create_new(is_on)); }
  /// Tokio: 0.2's `fs::os::unix::OpenOptionsExt::mode`.
  OpenOptions& mode(std::uint32_t mode) noexcept { return self(Modern::mode(mode)); }
  /// Tokio: 0.2's `fs::os::unix::OpenOptionsExt::custom_flags`.
  OpenOptions& custom_flags(int flags) noexcept { return self(Modern::custom_flags(flags)); }

  /// Opens `path` so.
  ///
  /// Errors: EINVAL for options that contradict each other; those of open(2).
  /// Cancelling: safe; a file that was opened for nobody is closed. It may have been made.
  /// Tokio: `OpenOptions::open`.
  File::Open open(std::filesystem::path path) const {
    return File::Open([&] { return Modern::open(std::move(path)); });
  }

 private:
  OpenOptions& self(Modern&) noexcept { return *this; }
};

}  // namespace ferry::v0_2::fs
