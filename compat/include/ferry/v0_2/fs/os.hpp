// What of files is not the same on all systems: in 0.2 it had a place of its own.
#pragma once

#include <filesystem>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/fs/dir_builder.hpp>
#include <ferry/fs/operation.hpp>
#include <ferry/fs/paths.hpp>
#include <ferry/fs/read_dir.hpp>
#include <ferry/v0_2/fs/file.hpp>
#include <ferry/v0_2/moved.hpp>

/// Tokio: 0.2's `fs::os`.
namespace ferry::v0_2::fs::os {

/// `unix` is its other name, as of net::unix_. Tokio: 0.2's `fs::os::unix`.
namespace unix_ {

/// Makes a link at `link` that leads to `original`.
///
/// Cancelling: safe; it may have been made.
/// Tokio: 0.2's `fs::os::unix::symlink`.
FERRY_REPLACE("FS-02", safe, "ferry::fs::symlink($original, $link)")
inline ferry::fs::Operation<void> symlink(std::filesystem::path original, std::filesystem::path link) {
  return ferry::fs::symlink(std::move(original), std::move(link));
}

/// The class that has the members of the trait: `mode` and `custom_flags`.
using OpenOptionsExt FERRY_REPLACE("FS-03", safe, "ferry::fs::OpenOptions") = OpenOptions;
/// The class that has the member of the trait: `mode`.
using DirBuilderExt FERRY_REPLACE("FS-04", safe, "ferry::fs::DirBuilder") = ferry::fs::DirBuilder;
/// The class that has the member of the trait: `ino`.
using DirEntryExt FERRY_REPLACE("FS-05", safe, "ferry::fs::DirEntry") = ferry::fs::DirEntry;

}  // namespace unix_

#if !defined(unix)
namespace unix = unix_;
#endif

}  // namespace ferry::v0_2::fs::os
