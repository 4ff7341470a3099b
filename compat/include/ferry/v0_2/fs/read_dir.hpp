// ReadDir: 0.2's, which is a stream.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/fs/operation.hpp>
#include <ferry/fs/read_dir.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/io/lines.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::fs {

using ferry::fs::DirEntry;

/// The entries of a directory, also as a stream. An error is an item, and not its end.
///
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `fs::ReadDir`.
class ReadDir : public ferry::fs::ReadDir {
 public:
  using Item = ferry::io::Result<DirEntry>;

  /// For `read_dir` and `compat::into_legacy`.
  explicit ReadDir(ferry::fs::ReadDir dir) noexcept : ferry::fs::ReadDir(std::move(dir)) {}

  /// The next entry: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe; no entry is lost.
  /// Tokio: 0.2's `StreamExt::next` on `ReadDir`.
  FERRY_NATIVE("FS-14", safe, "ferry::fs::ReadDir::next_entry, or a ferry::stream::wrappers::ReadDirStream")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }

  /// As a stream.
  Poll<std::optional<Item>> poll_next(Context& cx) { return io::detail::turned(poll_next_entry(cx)); }
};

/// Opens the directory `path`, and reads its first entries.
///
/// Errors: ENOENT, ENOTDIR, ...
/// Cancelling: safe.
/// Tokio: `fs::read_dir`.
inline auto read_dir(std::filesystem::path path) {
  using Read = v0_2::detail::Becoming<ferry::io::Result<ReadDir>, ferry::fs::Operation<ferry::fs::ReadDir>>;
  return Read([&] { return ferry::fs::read_dir(std::move(path)); });
}

}  // namespace ferry::v0_2::fs
