// ReadDirStream: the entries of a directory as a stream.
#pragma once

#include <optional>
#include <utility>

#include <ferry/fs/read_dir.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>

namespace ferry::stream::wrappers {

/// What a directory holds. Ends with the directory.
///
/// Tokio: `tokio_stream::wrappers::ReadDirStream`.
class ReadDirStream {
 public:
  using Item = io::Result<fs::DirEntry>;

  explicit ReadDirStream(fs::ReadDir dir) noexcept : dir_(std::move(dir)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    Poll<io::Result<std::optional<fs::DirEntry>>> polled = dir_.poll_next_entry(cx);
    if (polled.is_pending()) return ferry::pending;
    if (!*polled) return std::optional<Item>(polled->error());
    if (!**polled) return std::optional<Item>();
    return std::optional<Item>(***std::move(polled));
  }

  fs::ReadDir into_inner() && { return std::move(dir_); }
  const fs::ReadDir& as_ref() const noexcept { return dir_; }

 private:
  fs::ReadDir dir_;
};

}  // namespace ferry::stream::wrappers
